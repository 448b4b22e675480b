package io.leveret.interop.queue;

import com.rabbitmq.client.Channel;
import io.leveret.interop.Case;
import io.leveret.interop.Peer;
import java.util.HashMap;
import java.util.Map;

/** What declaring a quorum queue again compares, and an argument of a classic queue that says nothing there. */
final class QuorumEquivalenceTest {

    @Case("declaring a quorum queue again with another time or limit is 406")
    void timesAndLimits(Peer peer) throws Exception {
        another(peer, "x-expires", 100_000, 200_000);
        another(peer, "x-message-ttl", 1, 2);
        another(peer, "x-max-length", 1, 2);
        another(peer, "x-max-length-bytes", 1, 2);
        another(peer, "x-max-in-memory-length", 1, 2);
        another(peer, "x-max-in-memory-bytes", 1, 2);
        another(peer, "x-delivery-limit", 1, 2);
        another(peer, "x-overflow", "drop-head", "reject-publish");

        peer.expect(
                refused("x-expires", "'200000'", "'100000'"),
                refused("x-message-ttl", "'2'", "'1'"),
                refused("x-max-length", "'2'", "'1'"),
                refused("x-max-length-bytes", "'2'", "'1'"),
                refused("x-max-in-memory-length", "'2'", "'1'"),
                refused("x-max-in-memory-bytes", "'2'", "'1'"),
                refused("x-delivery-limit", "'2'", "'1'"),
                refused("x-overflow", "'reject-publish'", "'drop-head'"));
    }

    @Case("declaring a quorum queue again with other dead-lettering is 406")
    void deadLettering(Peer peer) throws Exception {
        another(peer, "x-dead-letter-exchange", "a", "b");
        another(peer, "x-dead-letter-strategy", "at-most-once", "at-least-once");
        declareTwice(
                peer,
                Map.of("x-dead-letter-exchange", "a", "x-dead-letter-routing-key", "a"),
                Map.of("x-dead-letter-exchange", "a", "x-dead-letter-routing-key", "b"));

        peer.expect(
                refused("x-dead-letter-exchange", "'b'", "'a'"),
                refused("x-dead-letter-strategy", "'at-least-once'", "'at-most-once'"),
                refused("x-dead-letter-routing-key", "'b'", "'a'"));
    }

    @Case("declaring a quorum queue again with another delayed retry is 406")
    void delayedRetry(Peer peer) throws Exception {
        another(peer, "x-delayed-retry-type", "all", "failed");
        another(peer, "x-delayed-retry-min", 1, 2);
        another(peer, "x-delayed-retry-max", 1, 2);

        peer.expect(
                refused("x-delayed-retry-type", "'failed'", "'all'"),
                refused("x-delayed-retry-min", "'2'", "'1'"),
                refused("x-delayed-retry-max", "'2'", "'1'"));
    }

    @Case("declaring a quorum queue again with other consumers or members is 406")
    void consumersAndMembers(Peer peer) throws Exception {
        another(peer, "x-single-active-consumer", true, false);
        another(peer, "x-consumer-timeout", 1, 2);
        another(peer, "x-consumer-disconnected-timeout", 1, 2);
        another(peer, "x-quorum-initial-group-size", 1, 3);
        another(peer, "x-queue-leader-locator", "client-local", "balanced");

        peer.expect(
                refused("x-single-active-consumer", "'false'", "'true'"),
                refused("x-consumer-timeout", "'2'", "'1'"),
                refused("x-consumer-disconnected-timeout", "'2'", "'1'"),
                refused("x-quorum-initial-group-size", "'3'", "'1'"),
                refused("x-queue-leader-locator", "'balanced'", "'client-local'"));
    }

    @Case("declaring a quorum queue again with x-delivery-limit more, less or as a text is 406")
    void moreOrLess(Peer peer) throws Exception {
        declareTwice(peer, Map.of(), Map.of("x-delivery-limit", 1));
        declareTwice(peer, Map.of("x-delivery-limit", 1), Map.of());
        another(peer, "x-delivery-limit", 1, "1");

        peer.expect(
                refused("x-delivery-limit", "the value '1' of type 'signedint'", "none"),
                refused("x-delivery-limit", "none", "the value '1' of type 'signedint'"),
                refused("x-delivery-limit", "'1'", "'1'"));
    }

    @Case("declaring a quorum queue again names x-dead-letter-exchange first, and x-message-ttl after x-delivery-limit")
    void order(Peer peer) throws Exception {
        declareTwice(
                peer,
                Map.of("x-dead-letter-exchange", "a", "x-expires", 100_000),
                Map.of("x-dead-letter-exchange", "b", "x-expires", 200_000));
        declareTwice(
                peer,
                Map.of("x-delivery-limit", 1, "x-message-ttl", 1),
                Map.of("x-delivery-limit", 2, "x-message-ttl", 2));

        peer.expect(refused("x-dead-letter-exchange", "'b'", "'a'"), refused("x-delivery-limit", "'2'", "'1'"));
    }

    @Case("declaring a classic queue again with x-queue-leader-locator or x-queue-version is 406")
    void argumentsOfAClassicQueue(Peer peer) throws Exception {
        Map<String, Object> classic = Map.of("x-queue-type", "classic");
        declareTwice(
                peer,
                with(classic, "x-queue-leader-locator", "client-local"),
                with(classic, "x-queue-leader-locator", "balanced"));
        declareTwice(peer, classic, with(classic, "x-queue-version", 2));

        peer.expect(
                refused("x-queue-leader-locator", "'balanced'", "'client-local'"),
                refused("x-queue-version", "the value '2' of type 'signedint'", "none"));
    }

    private static String refused(String argument, String received, String current) {
        return "channel closed: 406 PRECONDITION_FAILED - inequivalent arg '" + argument
                + "' for queue 'q' in vhost '/': received " + received + " but current is " + current
                + " [queue.declare]";
    }

    private static void another(Peer peer, String argument, Object first, Object second) throws Exception {
        declareTwice(peer, Map.of(argument, first), Map.of(argument, second));
    }

    /** Declares a fresh queue with the first arguments, then with the second; a quorum queue if they name no type. */
    private static void declareTwice(Peer peer, Map<String, Object> first, Map<String, Object> second)
            throws Exception {
        Channel channel = peer.channel();
        channel.queueDelete(peer.name("q"));
        channel.queueDeclare(peer.name("q"), true, false, false, with(first, "x-queue-type", "quorum"));
        Map<String, Object> again = with(second, "x-queue-type", "quorum");
        peer.attempt(channel, () -> channel.queueDeclare(peer.name("q"), true, false, false, again));
    }

    /** The arguments and one more, if it is not there. */
    private static Map<String, Object> with(Map<String, Object> arguments, String argument, Object value) {
        Map<String, Object> all = new HashMap<>(arguments);
        all.putIfAbsent(argument, value);
        return all;
    }
}
