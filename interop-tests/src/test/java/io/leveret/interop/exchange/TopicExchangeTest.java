package io.leveret.interop.exchange;

import com.rabbitmq.client.Channel;
import io.leveret.interop.Case;
import io.leveret.interop.Differs;
import io.leveret.interop.Peer;
import java.util.List;
import java.util.stream.Collectors;

final class TopicExchangeTest {

    private static final List<String> KEYS =
            List.of("", ".", "a", "b", "a.b", "b.a", "a.b.c", "a..c", ".a", "a.", "a.b.c.d", "*", "#", "a.#", "A");

    @Case("* in a topic binding is exactly one word, also an empty one, but an empty key has no word")
    void star(Peer peer) throws Exception {
        observeMatches(peer, "*", "a.*", "*.b", "a.*.c");

        peer.expect("*: 'a', 'b', '*', '#', 'A'", "a.*: 'a.b', 'a.', 'a.#'", "*.b: 'a.b'", "a.*.c: 'a.b.c', 'a..c'");
    }

    @Case("# in a topic binding is any number of words, also none")
    void hash(Peer peer) throws Exception {
        observeMatches(peer, "#", "a.#", "#.c", "a.#.c", "#.a.#");

        peer.expect(
                "#: '', '.', 'a', 'b', 'a.b', 'b.a', 'a.b.c', 'a..c', '.a', 'a.', 'a.b.c.d', '*', '#', 'a.#', 'A'",
                "a.#: 'a', 'a.b', 'a.b.c', 'a..c', 'a.', 'a.b.c.d', 'a.#'",
                "#.c: 'a.b.c', 'a..c'",
                "a.#.c: 'a.b.c', 'a..c'",
                "#.a.#: 'a', 'a.b', 'b.a', 'a.b.c', 'a..c', '.a', 'a.', 'a.b.c.d', 'a.#'");
    }

    @Case("* and # combine in a topic binding")
    void combined(Peer peer) throws Exception {
        observeMatches(peer, "*.#", "#.*", "*.*", "a.*.#", "#.*.c");

        peer.expect(
                "*.#: '.', 'a', 'b', 'a.b', 'b.a', 'a.b.c', 'a..c', '.a', 'a.', 'a.b.c.d', '*', '#', 'a.#', 'A'",
                "#.*: '.', 'a', 'b', 'a.b', 'b.a', 'a.b.c', 'a..c', '.a', 'a.', 'a.b.c.d', '*', '#', 'a.#', 'A'",
                "*.*: '.', 'a.b', 'b.a', '.a', 'a.', 'a.#'",
                "a.*.#: 'a.b', 'a.b.c', 'a..c', 'a.', 'a.b.c.d', 'a.#'",
                "#.*.c: 'a.b.c', 'a..c'");
    }

    @Case("words that only contain wildcards are literal in a topic binding")
    void partialWildcards(Peer peer) throws Exception {
        observeMatches(peer, "a*", "#a", "a.b*", "");

        peer.expect("a*: ", "#a: ", "a.b*: ", ": ''");
    }

    @Case("a queue bound by several matching patterns gets one copy")
    void oneCopy(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String exchange = peer.exchange(channel, "x", "topic");
        String queue = peer.queue(channel, "q");
        channel.queueBind(queue, exchange, "a.*");
        channel.queueBind(queue, exchange, "#");
        channel.queueBind(queue, exchange, "a.b");

        peer.publish(channel, exchange, "a.b", "body");
        peer.attempt(channel, () -> channel.queuePurge(queue));

        peer.expect("purged 1 messages");
    }

    @Case("unbinding one of two overlapping topic patterns leaves the other")
    void unbindLeavesTheOther(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String exchange = peer.exchange(channel, "x", "topic");
        String queue = peer.queue(channel, "q");
        channel.queueBind(queue, exchange, "a.#");
        channel.queueBind(queue, exchange, "a.#.b");

        channel.queueUnbind(queue, exchange, "a.#");
        peer.publish(channel, exchange, "a.x", "no");
        peer.publish(channel, exchange, "a.x.b", "yes");
        peer.observe(channel.basicGet(queue, true), channel.basicGet(queue, true));

        peer.expect("yes", "null");
    }

    @Case("two # in a topic binding are allowed")
    void twoHashes(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String queue = peer.queue(channel, "q");

        peer.attempt(channel, () -> channel.queueBind(queue, "amq.topic", "a.#.b.#"));

        peer.expect("queue.bind-ok");
    }

    @Case("three # in a topic binding are 406")
    @Differs(
            because =
                    "Leveret matches any number of # in time that the number of words bounds, as RabbitMQ 3.13 allowed them",
            leveret = "queue.bind-ok")
    void threeHashes(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String queue = peer.queue(channel, "q");

        peer.attempt(channel, () -> channel.queueBind(queue, "amq.topic", "a.#.b.#.#"));

        peer.expect(
                "channel closed: 406 PRECONDITION_FAILED - Topic binding key 'a.#.b.#.#' uses 3 '#' wildcards, at most 2"
                        + " are allowed [queue.bind]");
    }

    /** For each pattern a line with the keys that it matches. */
    private static void observeMatches(Peer peer, String... patterns) throws Exception {
        Channel channel = peer.channel();
        String exchange = peer.exchange(channel, "x", "topic");
        String queue = peer.queue(channel, "q");
        // Keeps the exchange while the patterns come and go.
        channel.queueBind(peer.queue(channel, "another"), exchange, "#");
        for (String pattern : patterns) {
            channel.queueBind(queue, exchange, pattern);
            for (String key : KEYS) {
                peer.publish(channel, exchange, key, key);
            }
            channel.queueUnbind(queue, exchange, pattern);
            peer.observe(peer.drain(channel, queue).stream()
                    .map(key -> "'" + key + "'")
                    .collect(Collectors.joining(", ", pattern + ": ", "")));
        }
    }
}
