package io.leveret.interop.queue;

import com.rabbitmq.client.Channel;
import io.leveret.interop.Case;
import io.leveret.interop.Peer;
import java.util.HashMap;
import java.util.Map;

/** What the arguments of a quorum queue may be. */
final class QuorumArgumentsTest {

    private static final long TEN_YEARS_MS = 315_360_000_000L;
    private static final String DECLARED = "queue q: 0 messages, 0 consumers";

    @Case("x-expires of a quorum queue is 1 to ten years")
    void expires(Peer peer) throws Exception {
        declare(peer, "x-expires", 60_000, 0, -1, TEN_YEARS_MS + 1, "a", true);

        peer.expect(
                DECLARED,
                refused("x-expires", "{value_zero,0}"),
                refused("x-expires", "{value_negative,-1}"),
                refused("x-expires", "{value_too_large,315360000001}"),
                refused("x-expires", "\"expected integer, got longstr\""),
                refused("x-expires", "\"expected integer, got bool\""));
    }

    @Case("x-message-ttl of a quorum queue is 0 to ten years")
    void messageTtl(Peer peer) throws Exception {
        declare(peer, "x-message-ttl", 0, -1, TEN_YEARS_MS, TEN_YEARS_MS + 1, "a");

        peer.expect(
                DECLARED,
                refused("x-message-ttl", "{value_negative,-1}"),
                DECLARED,
                refused("x-message-ttl", "{value_too_large,315360000001}"),
                refused("x-message-ttl", "\"expected integer, got longstr\""));
    }

    @Case("x-max-length of a quorum queue is 0 or more")
    void maxLength(Peer peer) throws Exception {
        declare(peer, "x-max-length", 0, -1, "a");

        peer.expect(notNegative("x-max-length"));
    }

    @Case("x-max-length-bytes of a quorum queue is 0 or more")
    void maxLengthBytes(Peer peer) throws Exception {
        declare(peer, "x-max-length-bytes", 0, -1, "a");

        peer.expect(notNegative("x-max-length-bytes"));
    }

    @Case("x-max-in-memory-length is 0 or more")
    void maxInMemoryLength(Peer peer) throws Exception {
        declare(peer, "x-max-in-memory-length", 0, -1, "a");

        peer.expect(notNegative("x-max-in-memory-length"));
    }

    @Case("x-max-in-memory-bytes is 0 or more")
    void maxInMemoryBytes(Peer peer) throws Exception {
        declare(peer, "x-max-in-memory-bytes", 0, -1, "a");

        peer.expect(notNegative("x-max-in-memory-bytes"));
    }

    @Case("x-consumer-timeout of a quorum queue is 0 or more")
    void consumerTimeout(Peer peer) throws Exception {
        declare(peer, "x-consumer-timeout", 0, -1, "a");

        peer.expect(notNegative("x-consumer-timeout"));
    }

    @Case("x-consumer-disconnected-timeout is 0 or more")
    void consumerDisconnectedTimeout(Peer peer) throws Exception {
        declare(peer, "x-consumer-disconnected-timeout", 0, -1, "a");

        peer.expect(notNegative("x-consumer-disconnected-timeout"));
    }

    @Case("x-quorum-initial-group-size is 1 or more, and more than there are nodes")
    void initialGroupSize(Peer peer) throws Exception {
        declare(peer, "x-quorum-initial-group-size", 1, 3, 0, -1, "a");

        peer.expect(
                DECLARED,
                DECLARED,
                refused("x-quorum-initial-group-size", "{value_zero,0}"),
                refused("x-quorum-initial-group-size", "{value_negative,-1}"),
                refused("x-quorum-initial-group-size", "\"expected integer, got longstr\""));
    }

    @Case("x-dead-letter-strategy is at-most-once or at-least-once")
    void deadLetterStrategy(Peer peer) throws Exception {
        declare(peer, "x-dead-letter-strategy", "at-most-once", "at-least-once", "nonsense", 5);

        peer.expect(
                DECLARED,
                DECLARED,
                refused("x-dead-letter-strategy", "invalid_dlx_strategy"),
                refused("x-dead-letter-strategy", "{unacceptable_type,signedint}"));
    }

    @Case("x-overflow of a quorum queue is drop-head, reject-publish or reject-publish-dlx")
    void overflow(Peer peer) throws Exception {
        declare(peer, "x-overflow", "drop-head", "reject-publish", "reject-publish-dlx", "nonsense", 5);

        peer.expect(
                DECLARED,
                DECLARED,
                DECLARED,
                refused("x-overflow", "invalid_overflow"),
                refused("x-overflow", "{unacceptable_type,signedint}"));
    }

    @Case("x-single-active-consumer of a quorum queue is a boolean")
    void singleActiveConsumer(Peer peer) throws Exception {
        declare(peer, "x-single-active-consumer", true, false, "true", 1);

        peer.expect(
                DECLARED,
                DECLARED,
                refused("x-single-active-consumer", "{unacceptable_type,longstr}"),
                refused("x-single-active-consumer", "{unacceptable_type,signedint}"));
    }

    @Case("x-dead-letter-routing-key of a quorum queue needs x-dead-letter-exchange")
    void deadLetterRoutingKey(Peer peer) throws Exception {
        declare(peer, "x-dead-letter-exchange", "", 5);
        declare(peer, "x-dead-letter-routing-key", "k", 5);

        peer.expect(
                DECLARED,
                "channel closed: 406 PRECONDITION_FAILED - invalid type 'signedint' for arg 'x-dead-letter-exchange'"
                        + " in queue 'q' in vhost '/' [queue.declare]",
                refused("x-dead-letter-routing-key", "routing_key_but_no_dlx_defined"),
                refused("x-dead-letter-routing-key", "{unacceptable_type,signedint}"));
    }

    @Case("x-queue-leader-locator of a quorum queue is client-local or balanced")
    void queueLeaderLocator(Peer peer) throws Exception {
        declare(peer, "x-queue-leader-locator", "client-local", "balanced", "nonsense", 5);

        peer.expect(
                DECLARED,
                DECLARED,
                refused("x-queue-leader-locator", "invalid_queue_locator_arg"),
                refused("x-queue-leader-locator", "{unacceptable_type,signedint}"));
    }

    @Case("x-delivery-limit of any value is accepted on a quorum queue")
    void deliveryLimit(Peer peer) throws Exception {
        declare(peer, "x-delivery-limit", 0, -1, "a", true);

        peer.expect(DECLARED, DECLARED, DECLARED, DECLARED);
    }

    @Case("x-delayed-retry-type, -min and -max of any value are accepted on a quorum queue")
    void delayedRetry(Peer peer) throws Exception {
        declare(peer, "x-delayed-retry-type", "all", "nonsense", 5);
        declare(peer, "x-delayed-retry-min", 0, -1, "a");
        declare(peer, "x-delayed-retry-max", 0, -1, "a");

        peer.expect(DECLARED, DECLARED, DECLARED, DECLARED, DECLARED, DECLARED, DECLARED, DECLARED, DECLARED);
    }

    @Case("x-queue-mode, -version and -master-locator belong to classic queues, 406 on a quorum queue")
    void argumentsOfClassicQueues(Peer peer) throws Exception {
        declare(peer, "x-queue-mode", "lazy");
        declare(peer, "x-queue-version", 2);
        declare(peer, "x-queue-master-locator", "min-masters");

        peer.expect(unknown("x-queue-mode"), unknown("x-queue-version"), unknown("x-queue-master-locator"));
    }

    @Case("x-max-age and others belong to streams, 406 on a quorum queue")
    void argumentsOfStreams(Peer peer) throws Exception {
        declare(peer, "x-max-age", "1D");
        declare(peer, "x-stream-max-segment-size-bytes", 1_000);
        declare(peer, "x-stream-filter-size-bytes", 16);
        declare(peer, "x-initial-cluster-size", 1);

        peer.expect(
                unknown("x-max-age"),
                unknown("x-stream-max-segment-size-bytes"),
                unknown("x-stream-filter-size-bytes"),
                unknown("x-initial-cluster-size"));
    }

    /** What becomes of 0, -1 and a text. */
    private static String[] notNegative(String argument) {
        return new String[] {
            DECLARED, refused(argument, "{value_negative,-1}"), refused(argument, "\"expected integer, got longstr\"")
        };
    }

    private static String refused(String argument, String problem) {
        return "channel closed: 406 PRECONDITION_FAILED - invalid arg '" + argument + "' for queue 'q' in vhost '/': "
                + problem + " [queue.declare]";
    }

    private static String unknown(String argument) {
        return "channel closed: 406 PRECONDITION_FAILED - invalid arg '" + argument
                + "' for queue 'q' in vhost '/' of queue type rabbit_quorum_queue [queue.declare]";
    }

    /** Declares a fresh quorum queue with each of the values. */
    private static void declare(Peer peer, String argument, Object... values) throws Exception {
        for (Object value : values) {
            Channel channel = peer.channel();
            Map<String, Object> arguments = new HashMap<>(Map.of("x-queue-type", "quorum"));
            arguments.put(argument, value);
            peer.attempt(channel, () -> {
                channel.queueDelete(peer.name("q"));
                return channel.queueDeclare(peer.name("q"), true, false, false, arguments);
            });
        }
    }
}
