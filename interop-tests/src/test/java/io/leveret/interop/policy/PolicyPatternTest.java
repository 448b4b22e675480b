package io.leveret.interop.policy;

import com.rabbitmq.client.Channel;
import io.leveret.interop.Case;
import io.leveret.interop.Differs;
import io.leveret.interop.Peer;
import io.leveret.interop.QueueState;
import java.util.List;
import java.util.Map;

/** The dialect of a policy's regular expression: what it matches behind a prefix, and what it may not be. */
final class PolicyPatternTest {

    private static final List<String> PATTERNS_WE_REFUSE =
            List.of("(a(?1)?b)", "(a)?(?(1)b|c)", "a(*COMMIT)b", "\\p{L}", "(".repeat(251) + ")".repeat(251));

    private static void observeLength(Peer peer, Channel channel, String name, int expected) throws Exception {
        String queue = peer.queue(channel, name);
        peer.enqueue(channel, queue, "m1", "m2");
        peer.observe(QueueState.awaitReady(channel, queue, expected));
    }

    /** How many of two messages stay in each queue under a policy that leaves one where it holds. */
    private static void holdsForTheFirst(Peer peer, String pattern, String name, String other) throws Exception {
        Channel channel = peer.channel();
        peer.observe(peer.policies().setFor(pattern, "p", Map.of("max-length", 1)));
        observeLength(peer, channel, name, 1);
        observeLength(peer, channel, other, 2);

        peer.expect("set", "1", "2");
    }

    @Case("[[:alpha:]] in a policy's pattern is any letter")
    void posixClasses(Peer peer) throws Exception {
        holdsForTheFirst(peer, "[[:alpha:]]+$", "xyz", "123");
    }

    @Case("a brace in a policy's pattern is a character unless it counts")
    void braces(Peer peer) throws Exception {
        holdsForTheFirst(peer, "{tenant}\\.{1,2", "{tenant}.{1,2", "tenant");
    }

    @Case("{,n} in a policy's pattern counts from 0")
    void countsFromNothing(Peer peer) throws Exception {
        holdsForTheFirst(peer, "a{,1}$", "a", "aa");
    }

    @Case("a policy's pattern goes by octets, not by characters")
    void octets(Peer peer) throws Exception {
        holdsForTheFirst(peer, ".{2}$", "\u00e4", "\u00e4\u00f6");
    }

    @Case("& and [ in a class of a policy's pattern are characters")
    void classesHaveNoOperators(Peer peer) throws Exception {
        holdsForTheFirst(peer, "[a&&[b]]", "&]", "a");
    }

    @Case("(?|, (?#, (?P<n> and \\k{n} in a policy's pattern")
    void groups(Peer peer) throws Exception {
        holdsForTheFirst(peer, "(?|a|b)(?#comment)(?P<n>.)-\\k{n}", "ac-c", "ac-d");
    }

    @Case("(?!, (?<= and \\K in a policy's pattern")
    void looks(Peer peer) throws Exception {
        holdsForTheFirst(peer, "(?!amq)\\K.+(?<=x|yy)$", "oryy", "amqx");
    }

    @Case("a policy's pattern that is none")
    void refusals(Peer peer) throws Exception {
        String[] patterns = {
            "|*",
            "a**",
            "(",
            ")",
            "[",
            "[z-a]",
            "[[:foo:]]",
            "\\",
            "\\i",
            "\\x{100}",
            "a{3,2}",
            "a{65536}",
            "(?<=a+)b",
            "(a)\\2",
            "(?z)",
            "(?<n>a)(?<n>b)",
            "(?:(?:){60000}){60000}"
        };
        for (String each : patterns) {
            String answer = peer.policies().setFor(each, "p", Map.of("max-length", 1));
            // Without the offset, which is another one behind another prefix.
            peer.observe(answer.replaceAll("(?s)^.*invalid: \\{\"|\",\\s*\\d+}$", ""));
        }

        peer.expect(
                "quantifier does not follow a repeatable item",
                "quantifier does not follow a repeatable item",
                "missing closing parenthesis",
                "unmatched closing parenthesis",
                "missing terminating ] for character class",
                "range out of order in character class",
                "unknown POSIX class name",
                "\\\\ at end of pattern",
                "unrecognized character follows \\\\",
                "character code point value in \\\\x{} or \\\\o{} is too large",
                "numbers out of order in {} quantifier",
                "number too big in {} quantifier",
                "length of lookbehind assertion is not limited",
                "reference to non-existent subpattern",
                "unrecognized character after (? or (?-",
                "two named subpatterns have the same name (PCRE2_DUPNAMES not set)",
                "regular expression is too large");
    }

    @Case("a policy's pattern has at most 1,024 octets")
    void length(Peer peer) throws Exception {
        Map<String, Object> definition = Map.of("max-length", 1);
        int before = "^".length() + peer.name("").replace(".", "\\.").length();
        peer.observe(
                peer.policies().setFor("a".repeat(1024 - before), "p", definition),
                peer.policies().setFor("a".repeat(1025 - before), "p", definition),
                peer.policies().setFor("\u00e4".repeat((1026 - before) / 2), "p", definition));

        peer.expect("set", "pattern must not exceed 1024 bytes", "pattern must not exceed 1024 bytes");
    }

    @Case("a federation-upstream-pattern has at most 1,024 octets, too")
    void upstreamLength(Peer peer) throws Exception {
        for (int octets : new int[] {1024, 1025}) {
            peer.observe(peer.policies().set("p", Map.of("federation-upstream-pattern", "a".repeat(octets))));
        }

        peer.expect("set", "federation-upstream-pattern must not exceed 1024 bytes");
    }

    @Case("a policy's pattern with a recursion, a condition, a verb, a property or 251 brackets")
    @Differs(
            because = "Leveret refuses what it does not know of PCRE2, takes none of it for something else, and bounds"
                    + " how deep brackets are nested",
            leveret = {
                "a recursion is nothing that Leveret knows, though RabbitMQ may",
                "a condition (?( is nothing that Leveret knows, though RabbitMQ may",
                "a verb (*...) is nothing that Leveret knows, though RabbitMQ may",
                "a property (\\\\p) is nothing that Leveret knows, though RabbitMQ may",
                "parentheses are too deeply nested"
            })
    void unknown(Peer peer) throws Exception {
        for (String each : PATTERNS_WE_REFUSE) {
            String answer = peer.policies().setFor(each, "p", Map.of("max-length", 1));
            peer.observe(answer.replaceAll("(?s)^.*invalid: \\{\"|\",\\s*\\d+}$", ""));
        }

        peer.expect("set", "set", "set", "set", "set");
    }
}
