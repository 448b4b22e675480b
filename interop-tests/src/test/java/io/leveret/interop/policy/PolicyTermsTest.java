package io.leveret.interop.policy;

import io.leveret.interop.Case;
import io.leveret.interop.Peer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What is said of a policy that is none. RabbitMQ takes an operator's as a parameter, too, so that anything may stand in it. */
final class PolicyTermsTest {

    private static final Map<String, Object> FINE =
            Map.of("pattern", "^q", "definition", Map.of("max-length", 5), "priority", 0);

    private static void observe(Peer peer, Object term) throws Exception {
        peer.parameter("operator_policy", "p", term).lines().forEach(peer::observe);
    }

    private static Map<String, Object> with(String key, Object value) {
        Map<String, Object> term = new HashMap<>(FINE);
        term.put(key, value);
        return term;
    }

    private static Map<String, Object> without(String key) {
        Map<String, Object> term = new HashMap<>(FINE);
        term.remove(key);
        return term;
    }

    @Case("an operator's policy may be set as a parameter, a user's may not")
    void asAParameter(Peer peer) throws Exception {
        observe(peer, FINE);
        peer.observe(peer.parameter("policy", "p", FINE));

        peer.expect("set", "policies may not be set using this method");
    }

    @Case("Key \"...\" not found: definition, pattern and priority must be there, apply-to need not")
    void missing(Peer peer) throws Exception {
        observe(peer, without("definition"));
        observe(peer, without("pattern"));
        observe(peer, without("priority"));
        observe(peer, Map.of());

        peer.expect(
                "Key \"definition\" not found in p",
                "Key \"pattern\" not found in p",
                "Key \"priority\" not found in p",
                "Key \"definition\" not found in p",
                "Key \"pattern\" not found in p",
                "Key \"priority\" not found in p");
    }

    @Case("... not a list: a policy is an object")
    void noObject(Peer peer) throws Exception {
        observe(peer, 5);
        observe(peer, "text");
        observe(peer, true);

        peer.expect("p not a list 5", "p not a list <<\"text\">>", "p not a list true");
    }

    @Case("Unrecognised terms")
    void unrecognised(Peer peer) throws Exception {
        observe(peer, with("other", 1));
        observe(peer, with("other", Map.of("b", "x", "a", List.of(1.5, true))));
        observe(peer, Map.of("other", 1, "another", "x"));

        peer.expect(
                "Unrecognised terms [{<<\"other\">>,1}] in p",
                "Unrecognised terms [{<<\"other\">>,#{<<\"a\">> => [1.5,true],<<\"b\">> => <<\"x\">>}}] in p",
                "Unrecognised terms [{<<\"another\">>,<<\"x\">>},{<<\"other\">>,1}] in p",
                "Key \"definition\" not found in p",
                "Key \"pattern\" not found in p",
                "Key \"priority\" not found in p");
    }

    @Case("priority should be a number")
    void priority(Peer peer) throws Exception {
        observe(peer, with("priority", "1"));
        observe(peer, with("priority", true));
        observe(peer, with("priority", List.of()));
        observe(peer, with("priority", 1.5));
        observe(peer, with("priority", -1));

        peer.expect(
                "priority should be a number, actually was <<\"1\">>",
                "priority should be a number, actually was true",
                "priority should be a number, actually was []",
                "set",
                "set");
    }

    @Case("priority should be a number, of a user's policy too")
    void priorityOfAUser(Peer peer) throws Exception {
        peer.observe(peer.policies().set("p", Map.of("max-length", 5), "1", "all"));

        peer.expect("priority should be a number, actually was <<\"1\">>");
    }

    @Case("apply-to '...' unrecognised")
    void applyTo(Peer peer) throws Exception {
        observe(peer, with("apply-to", "nothing"));
        observe(peer, with("apply-to", ""));
        for (String word : List.of("all", "queues", "exchanges", "classic_queues", "quorum_queues", "streams")) {
            observe(peer, with("apply-to", word));
        }

        String words = " unrecognised; should be one of: 'queues', 'classic_queues',  'quorum_queues', 'streams',"
                + " 'exchanges', or 'all'";
        peer.expect("apply-to 'nothing'" + words, "apply-to ''" + words, "set", "set", "set", "set", "set", "set");
    }

    @Case("pattern should be a binary")
    void pattern(Peer peer) throws Exception {
        observe(peer, with("pattern", 5));
        observe(peer, with("pattern", List.of("^q")));

        peer.expect("pattern should be a binary but was 5", "pattern should be a binary but was [<<\"^q\">>]");
    }

    @Case("no policy provided: a definition has a key")
    void emptyDefinition(Peer peer) throws Exception {
        observe(peer, with("definition", Map.of()));
        observe(peer, with("definition", List.of()));

        peer.expect("no policy provided", "no policy provided");
    }

    @Case("definition must be a dictionary")
    void definition(Peer peer) throws Exception {
        observe(peer, with("definition", List.of("max-length", 5)));
        observe(peer, with("definition", 5));
        observe(peer, with("definition", "max-length"));

        peer.expect(
                "definition must be a dictionary: [<<\"max-length\">>,5]",
                "parse error while reading policy definition: 5. Validator: operator_policy_validator.",
                "parse error while reading policy definition: <<\"max-length\">>. Validator: operator_policy_validator.");
    }

    @Case("all that is wrong with a policy is told, of its definition the first key")
    void all(Peer peer) throws Exception {
        observe(
                peer,
                Map.of(
                        "pattern",
                        5,
                        "priority",
                        "x",
                        "apply-to",
                        "nothing",
                        "other",
                        1,
                        "definition",
                        Map.of("max-length", -1, "expires", 0)));

        peer.expect(
                "Unrecognised terms [{<<\"other\">>,1}] in p",
                "0 is not a valid queue expiry",
                "apply-to 'nothing' unrecognised; should be one of: 'queues', 'classic_queues',  'quorum_queues',"
                        + " 'streams', 'exchanges', or 'all'",
                "pattern should be a binary but was 5",
                "priority should be a number, actually was <<\"x\">>");
    }

    @Case("a key that no policy has is told only if all others are fine")
    void unknownKeys(Peer peer) throws Exception {
        observe(peer, with("definition", Map.of("nonsense", 1, "expires", 0)));
        observe(peer, with("definition", Map.of("nonsense", 1, "expires", 1, "another", "x")));
        observe(peer, with("definition", Map.of("nonsense", 1, "delayed-retry-min", 0)));

        peer.expect(
                "0 is not a valid queue expiry",
                "[{<<\"another\">>,<<\"x\">>},{<<\"nonsense\">>,1}] are not recognised policy settings",
                "0 is not a valid delayed retry minimum delay. Must be a positive integer");
    }
}
