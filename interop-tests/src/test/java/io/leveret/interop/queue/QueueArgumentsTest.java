package io.leveret.interop.queue;

import com.rabbitmq.client.Channel;
import io.leveret.interop.Case;
import io.leveret.interop.Differs;
import io.leveret.interop.Peer;
import java.math.BigDecimal;
import java.util.Collections;
import java.util.Date;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

final class QueueArgumentsTest {

    private static final long TEN_YEARS_MS = 315_360_000_000L;

    @Case("x-message-ttl takes integers of any width")
    void integersOfAnyWidth(Peer peer) throws Exception {
        declare(peer, "x-message-ttl", (byte) 5, (short) 5, 5, 5L);

        peer.expect(
                "queue q: 0 messages, 0 consumers",
                "queue q: 0 messages, 0 consumers",
                "queue q: 0 messages, 0 consumers",
                "queue q: 0 messages, 0 consumers");
    }

    @Case("x-message-ttl of another type than an integer is 406")
    void otherTypes(Peer peer) throws Exception {
        declare(peer, "x-message-ttl", "5", 5.0, 5.0f, true, new BigDecimal(5), new Date(5_000), List.of(), Map.of());
        declare(peer, "x-message-ttl", new byte[] {5}, null);

        peer.expect(
                "channel closed: 406 PRECONDITION_FAILED - invalid arg 'x-message-ttl' for queue 'q' in vhost '/':"
                        + " \"expected integer, got longstr\" [queue.declare]",
                "channel closed: 406 PRECONDITION_FAILED - invalid arg 'x-message-ttl' for queue 'q' in vhost '/':"
                        + " \"expected integer, got double\" [queue.declare]",
                "channel closed: 406 PRECONDITION_FAILED - invalid arg 'x-message-ttl' for queue 'q' in vhost '/':"
                        + " \"expected integer, got float\" [queue.declare]",
                "channel closed: 406 PRECONDITION_FAILED - invalid arg 'x-message-ttl' for queue 'q' in vhost '/':"
                        + " \"expected integer, got bool\" [queue.declare]",
                "channel closed: 406 PRECONDITION_FAILED - invalid arg 'x-message-ttl' for queue 'q' in vhost '/':"
                        + " \"expected integer, got decimal\" [queue.declare]",
                "channel closed: 406 PRECONDITION_FAILED - invalid arg 'x-message-ttl' for queue 'q' in vhost '/':"
                        + " \"expected integer, got timestamp\" [queue.declare]",
                "channel closed: 406 PRECONDITION_FAILED - invalid arg 'x-message-ttl' for queue 'q' in vhost '/':"
                        + " \"expected integer, got array\" [queue.declare]",
                "channel closed: 406 PRECONDITION_FAILED - invalid arg 'x-message-ttl' for queue 'q' in vhost '/':"
                        + " \"expected integer, got table\" [queue.declare]",
                "channel closed: 406 PRECONDITION_FAILED - invalid arg 'x-message-ttl' for queue 'q' in vhost '/':"
                        + " \"expected integer, got binary\" [queue.declare]",
                "channel closed: 406 PRECONDITION_FAILED - invalid arg 'x-message-ttl' for queue 'q' in vhost '/':"
                        + " \"expected integer, got void\" [queue.declare]");
    }

    @Case("x-message-ttl is 0 to ten years")
    void messageTtl(Peer peer) throws Exception {
        declare(peer, "x-message-ttl", 0, -1, TEN_YEARS_MS, TEN_YEARS_MS + 1);

        peer.expect(
                "queue q: 0 messages, 0 consumers",
                "channel closed: 406 PRECONDITION_FAILED - invalid arg 'x-message-ttl' for queue 'q' in vhost '/':"
                        + " {value_negative,-1} [queue.declare]",
                "queue q: 0 messages, 0 consumers",
                "channel closed: 406 PRECONDITION_FAILED - invalid arg 'x-message-ttl' for queue 'q' in vhost '/':"
                        + " {value_too_large,315360000001} [queue.declare]");
    }

    @Case("x-expires is 1 to ten years")
    void expires(Peer peer) throws Exception {
        declare(peer, "x-expires", 60_000, 0, -1, TEN_YEARS_MS, TEN_YEARS_MS + 1, "a");

        peer.expect(
                "queue q: 0 messages, 0 consumers",
                "channel closed: 406 PRECONDITION_FAILED - invalid arg 'x-expires' for queue 'q' in vhost '/':"
                        + " {value_zero,0} [queue.declare]",
                "channel closed: 406 PRECONDITION_FAILED - invalid arg 'x-expires' for queue 'q' in vhost '/':"
                        + " {value_negative,-1} [queue.declare]",
                "queue q: 0 messages, 0 consumers",
                "channel closed: 406 PRECONDITION_FAILED - invalid arg 'x-expires' for queue 'q' in vhost '/':"
                        + " {value_too_large,315360000001} [queue.declare]",
                "channel closed: 406 PRECONDITION_FAILED - invalid arg 'x-expires' for queue 'q' in vhost '/':"
                        + " \"expected integer, got longstr\" [queue.declare]");
    }

    @Case("x-max-length is 0 or more")
    void maxLength(Peer peer) throws Exception {
        declare(peer, "x-max-length", 0, -1, Long.MAX_VALUE, "a");

        peer.expect(
                "queue q: 0 messages, 0 consumers",
                "channel closed: 406 PRECONDITION_FAILED - invalid arg 'x-max-length' for queue 'q' in vhost '/':"
                        + " {value_negative,-1} [queue.declare]",
                "queue q: 0 messages, 0 consumers",
                "channel closed: 406 PRECONDITION_FAILED - invalid arg 'x-max-length' for queue 'q' in vhost '/':"
                        + " \"expected integer, got longstr\" [queue.declare]");
    }

    @Case("x-max-length-bytes is 0 or more")
    void maxLengthBytes(Peer peer) throws Exception {
        declare(peer, "x-max-length-bytes", 0, -1, Long.MAX_VALUE, "a");

        peer.expect(
                "queue q: 0 messages, 0 consumers",
                "channel closed: 406 PRECONDITION_FAILED - invalid arg 'x-max-length-bytes' for queue 'q' in vhost"
                        + " '/': {value_negative,-1} [queue.declare]",
                "queue q: 0 messages, 0 consumers",
                "channel closed: 406 PRECONDITION_FAILED - invalid arg 'x-max-length-bytes' for queue 'q' in vhost"
                        + " '/': \"expected integer, got longstr\" [queue.declare]");
    }

    @Case("x-max-priority is 0 to 255")
    void maxPriority(Peer peer) throws Exception {
        declare(peer, "x-max-priority", 1, 255, 256, -1, "a");

        peer.expect(
                "queue q: 0 messages, 0 consumers",
                "queue q: 0 messages, 0 consumers",
                "channel closed: 406 PRECONDITION_FAILED - invalid arg 'x-max-priority' for queue 'q' in vhost '/':"
                        + " {max_value_exceeded,256} [queue.declare]",
                "channel closed: 406 PRECONDITION_FAILED - invalid arg 'x-max-priority' for queue 'q' in vhost '/':"
                        + " {value_negative,-1} [queue.declare]",
                "channel closed: 406 PRECONDITION_FAILED - invalid arg 'x-max-priority' for queue 'q' in vhost '/':"
                        + " \"expected integer, got longstr\" [queue.declare]");
    }

    @Case("x-max-priority 0 makes a plain queue")
    void maxPriorityZero(Peer peer) throws Exception {
        declare(peer, "x-max-priority", 0);

        peer.expect("queue q: 0 messages, 0 consumers");
    }

    @Case("x-dead-letter-exchange is a name, and need not exist")
    void deadLetterExchange(Peer peer) throws Exception {
        declare(peer, "x-dead-letter-exchange", "", peer.name("none"), 5);

        peer.expect(
                "queue q: 0 messages, 0 consumers",
                "queue q: 0 messages, 0 consumers",
                "channel closed: 406 PRECONDITION_FAILED - invalid type 'signedint' for arg 'x-dead-letter-exchange'"
                        + " in queue 'q' in vhost '/' [queue.declare]");
    }

    @Case("x-dead-letter-routing-key needs x-dead-letter-exchange")
    void deadLetterRoutingKey(Peer peer) throws Exception {
        declare(peer, "x-dead-letter-routing-key", "k", 5);
        declare(peer, Map.of("x-dead-letter-exchange", "", "x-dead-letter-routing-key", "k"));
        declare(peer, Map.of("x-dead-letter-exchange", "", "x-dead-letter-routing-key", 5));

        peer.expect(
                "channel closed: 406 PRECONDITION_FAILED - invalid arg 'x-dead-letter-routing-key' for queue 'q' in"
                        + " vhost '/': routing_key_but_no_dlx_defined [queue.declare]",
                "channel closed: 406 PRECONDITION_FAILED - invalid arg 'x-dead-letter-routing-key' for queue 'q' in"
                        + " vhost '/': {unacceptable_type,signedint} [queue.declare]",
                "queue q: 0 messages, 0 consumers",
                "channel closed: 406 PRECONDITION_FAILED - invalid arg 'x-dead-letter-routing-key' for queue 'q' in"
                        + " vhost '/': {unacceptable_type,signedint} [queue.declare]");
    }

    @Case("x-overflow is drop-head, reject-publish or reject-publish-dlx")
    void overflow(Peer peer) throws Exception {
        declare(peer, "x-overflow", "drop-head", "reject-publish", "reject-publish-dlx", "nonsense", 5);

        peer.expect(
                "queue q: 0 messages, 0 consumers",
                "queue q: 0 messages, 0 consumers",
                "queue q: 0 messages, 0 consumers",
                "channel closed: 406 PRECONDITION_FAILED - invalid arg 'x-overflow' for queue 'q' in vhost '/':"
                        + " invalid_overflow [queue.declare]",
                "channel closed: 406 PRECONDITION_FAILED - invalid arg 'x-overflow' for queue 'q' in vhost '/':"
                        + " {unacceptable_type,signedint} [queue.declare]");
    }

    @Case("x-single-active-consumer is a boolean")
    void singleActiveConsumer(Peer peer) throws Exception {
        declare(peer, "x-single-active-consumer", true, false, "true", 1);

        peer.expect(
                "queue q: 0 messages, 0 consumers",
                "queue q: 0 messages, 0 consumers",
                "channel closed: 406 PRECONDITION_FAILED - invalid arg 'x-single-active-consumer' for queue 'q' in"
                        + " vhost '/': {unacceptable_type,longstr} [queue.declare]",
                "channel closed: 406 PRECONDITION_FAILED - invalid arg 'x-single-active-consumer' for queue 'q' in"
                        + " vhost '/': {unacceptable_type,signedint} [queue.declare]");
    }

    @Case("x-queue-type is classic, quorum or stream")
    void queueType(Peer peer) throws Exception {
        declare(peer, "x-queue-type", "classic", "nonsense", 5);

        peer.expect(
                "queue q: 0 messages, 0 consumers",
                "channel closed: 406 PRECONDITION_FAILED - invalid arg 'x-queue-type' for queue 'q' in vhost '/':"
                        + " \"unsupported queue type 'nonsense'\" [queue.declare]",
                "channel closed: 406 PRECONDITION_FAILED - invalid arg 'x-queue-type' for queue 'q' in vhost '/':"
                        + " {unacceptable_type,signedint} [queue.declare]");
    }

    @Case("x-queue-version 2 is the last one")
    void queueVersion(Peer peer) throws Exception {
        declare(peer, "x-queue-version", 2, 0, 3, "a");

        peer.expect(
                "queue q: 0 messages, 0 consumers",
                "channel closed: 406 PRECONDITION_FAILED - invalid arg 'x-queue-version' for queue 'q' in vhost '/':"
                        + " \"unsupported queue version '0'\" [queue.declare]",
                "channel closed: 406 PRECONDITION_FAILED - invalid arg 'x-queue-version' for queue 'q' in vhost '/':"
                        + " \"unsupported queue version '3'\" [queue.declare]",
                "channel closed: 406 PRECONDITION_FAILED - invalid arg 'x-queue-version' for queue 'q' in vhost '/':"
                        + " \"expected integer, got longstr\" [queue.declare]");
    }

    @Case("x-queue-version 1 is refused")
    @Differs(
            because = "applications made for RabbitMQ 3.13 ask for it, and it changes nothing that they could see",
            leveret = "queue q: 0 messages, 0 consumers")
    void firstQueueVersion(Peer peer) throws Exception {
        declare(peer, "x-queue-version", 1);

        peer.expect(
                "channel closed: 406 PRECONDITION_FAILED - invalid arg 'x-queue-version' for queue 'q' in vhost '/':"
                        + " \"unsupported queue version '1'\" [queue.declare]");
    }

    @Case("x-queue-master-locator is 541 on a classic queue")
    @Differs(
            because = "RabbitMQ took it until 4.1, and looked at it in clusters only",
            leveret = "queue q: 0 messages, 0 consumers")
    void queueMasterLocator(Peer peer) throws Exception {
        declare(peer, "x-queue-master-locator", "min-masters");

        peer.expect("connection closed: 541 INTERNAL_ERROR - Feature `queue_master_locator` is deprecated.\n"
                + "By default, this feature is not permitted anymore.\n"
                + "The feature will be removed from a future major RabbitMQ version, regardless of the configuration;"
                + " actual version to be determined.\nTo con... [queue.declare]");
    }

    @Case("x-queue-mode of any value is accepted")
    void queueMode(Peer peer) throws Exception {
        declare(peer, "x-queue-mode", "lazy", "default", "nonsense", 5);

        peer.expect(
                "queue q: 0 messages, 0 consumers",
                "queue q: 0 messages, 0 consumers",
                "queue q: 0 messages, 0 consumers",
                "queue q: 0 messages, 0 consumers");
    }

    @Case("x-queue-leader-locator is client-local, balanced, random, least-leaders or min-masters")
    void queueLeaderLocator(Peer peer) throws Exception {
        String locator = "x-queue-leader-locator";
        declare(peer, locator, "client-local", "balanced", "random", "least-leaders", "min-masters", "nonsense", 5);

        peer.expect(
                "queue q: 0 messages, 0 consumers",
                "queue q: 0 messages, 0 consumers",
                "queue q: 0 messages, 0 consumers",
                "queue q: 0 messages, 0 consumers",
                "queue q: 0 messages, 0 consumers",
                "channel closed: 406 PRECONDITION_FAILED - invalid arg 'x-queue-leader-locator' for queue 'q' in"
                        + " vhost '/': invalid_queue_locator_arg [queue.declare]",
                "channel closed: 406 PRECONDITION_FAILED - invalid arg 'x-queue-leader-locator' for queue 'q' in"
                        + " vhost '/': {unacceptable_type,signedint} [queue.declare]");
    }

    @Case("x-max-age belongs to streams, 406 on a classic queue")
    void argumentsOfStreams(Peer peer) throws Exception {
        declare(peer, "x-max-age", "1D");
        declare(peer, "x-stream-max-segment-size-bytes", 1_000);
        declare(peer, "x-stream-filter-size-bytes", 16);
        declare(peer, "x-initial-cluster-size", 1);

        peer.expect(
                "channel closed: 406 PRECONDITION_FAILED - invalid arg 'x-max-age' for queue 'q' in vhost '/' of"
                        + " queue type rabbit_classic_queue [queue.declare]",
                "channel closed: 406 PRECONDITION_FAILED - invalid arg 'x-stream-max-segment-size-bytes' for queue"
                        + " 'q' in vhost '/' of queue type rabbit_classic_queue [queue.declare]",
                "channel closed: 406 PRECONDITION_FAILED - invalid arg 'x-stream-filter-size-bytes' for queue 'q' in"
                        + " vhost '/' of queue type rabbit_classic_queue [queue.declare]",
                "channel closed: 406 PRECONDITION_FAILED - invalid arg 'x-initial-cluster-size' for queue 'q' in"
                        + " vhost '/' of queue type rabbit_classic_queue [queue.declare]");
    }

    @Case("x-quorum-initial-group-size and others belong to quorum queues, 406 on a classic queue")
    void argumentsOfQuorumQueues(Peer peer) throws Exception {
        declare(peer, "x-quorum-initial-group-size", 1);
        declare(peer, "x-dead-letter-strategy", "at-most-once");
        declare(peer, "x-max-in-memory-length", 1);
        declare(peer, "x-max-in-memory-bytes", 1);
        declare(peer, "x-consumer-disconnected-timeout", 1);

        peer.expect(
                "channel closed: 406 PRECONDITION_FAILED - invalid arg 'x-quorum-initial-group-size' for queue 'q'"
                        + " in vhost '/' of queue type rabbit_classic_queue [queue.declare]",
                "channel closed: 406 PRECONDITION_FAILED - invalid arg 'x-dead-letter-strategy' for queue 'q' in"
                        + " vhost '/' of queue type rabbit_classic_queue [queue.declare]",
                "channel closed: 406 PRECONDITION_FAILED - invalid arg 'x-max-in-memory-length' for queue 'q' in"
                        + " vhost '/' of queue type rabbit_classic_queue [queue.declare]",
                "channel closed: 406 PRECONDITION_FAILED - invalid arg 'x-max-in-memory-bytes' for queue 'q' in"
                        + " vhost '/' of queue type rabbit_classic_queue [queue.declare]",
                "channel closed: 406 PRECONDITION_FAILED - invalid arg 'x-consumer-disconnected-timeout' for queue 'q'"
                        + " in vhost '/' of queue type rabbit_classic_queue [queue.declare]");
    }

    @Case("x-delivery-limit, x-consumer-timeout and x-delayed-retry belong to quorum queues, 406 on a classic queue")
    @Differs(
            because = "a classic queue that asks for them has them, too",
            leveret = {
                "queue q: 0 messages, 0 consumers",
                "queue q: 0 messages, 0 consumers",
                "queue q: 0 messages, 0 consumers",
                "queue q: 0 messages, 0 consumers",
                "queue q: 0 messages, 0 consumers"
            })
    void argumentsThatClassicQueuesHaveToo(Peer peer) throws Exception {
        declare(peer, "x-delivery-limit", 5);
        declare(peer, "x-consumer-timeout", 60_000);
        declare(peer, "x-delayed-retry-type", "all");
        declare(peer, "x-delayed-retry-min", 100);
        declare(peer, "x-delayed-retry-max", 100);

        peer.expect(
                "channel closed: 406 PRECONDITION_FAILED - invalid arg 'x-delivery-limit' for queue 'q' in vhost '/' of"
                        + " queue type rabbit_classic_queue [queue.declare]",
                "channel closed: 406 PRECONDITION_FAILED - invalid arg 'x-consumer-timeout' for queue 'q' in vhost '/'"
                        + " of queue type rabbit_classic_queue [queue.declare]",
                "channel closed: 406 PRECONDITION_FAILED - invalid arg 'x-delayed-retry-type' for queue 'q' in vhost"
                        + " '/' of queue type rabbit_classic_queue [queue.declare]",
                "channel closed: 406 PRECONDITION_FAILED - invalid arg 'x-delayed-retry-min' for queue 'q' in vhost '/'"
                        + " of queue type rabbit_classic_queue [queue.declare]",
                "channel closed: 406 PRECONDITION_FAILED - invalid arg 'x-delayed-retry-max' for queue 'q' in vhost '/'"
                        + " of queue type rabbit_classic_queue [queue.declare]");
    }

    @Case("unknown arguments of any type are accepted")
    void unknownArguments(Peer peer) throws Exception {
        declare(peer, "x-anything", 5, "a", true, List.of(1), Map.of("a", 1), null);

        peer.expect(
                "queue q: 0 messages, 0 consumers",
                "queue q: 0 messages, 0 consumers",
                "queue q: 0 messages, 0 consumers",
                "queue q: 0 messages, 0 consumers",
                "queue q: 0 messages, 0 consumers",
                "queue q: 0 messages, 0 consumers");
    }

    @Case("queue.declare refuses a bad x-expires before a bad x-message-ttl, whatever their order")
    void orderOfChecks(Peer peer) throws Exception {
        declare(peer, Map.of("x-expires", 0, "x-message-ttl", -1));
        declare(peer, Map.of("x-max-length", -1, "x-message-ttl", -1));
        declare(peer, Map.of("x-max-length", -1, "x-expires", 0));
        declare(peer, Map.of("x-overflow", "nonsense", "x-max-length", -1));
        declare(peer, Map.of("x-max-priority", -1, "x-overflow", "nonsense"));
        declare(peer, Map.of("x-dead-letter-exchange", 5, "x-message-ttl", -1));

        peer.expect(
                "channel closed: 406 PRECONDITION_FAILED - invalid arg 'x-expires' for queue 'q' in vhost '/':"
                        + " {value_zero,0} [queue.declare]",
                "channel closed: 406 PRECONDITION_FAILED - invalid arg 'x-message-ttl' for queue 'q' in vhost '/':"
                        + " {value_negative,-1} [queue.declare]",
                "channel closed: 406 PRECONDITION_FAILED - invalid arg 'x-expires' for queue 'q' in vhost '/':"
                        + " {value_zero,0} [queue.declare]",
                "channel closed: 406 PRECONDITION_FAILED - invalid arg 'x-max-length' for queue 'q' in vhost '/':"
                        + " {value_negative,-1} [queue.declare]",
                "channel closed: 406 PRECONDITION_FAILED - invalid arg 'x-max-priority' for queue 'q' in vhost '/':"
                        + " {value_negative,-1} [queue.declare]",
                "channel closed: 406 PRECONDITION_FAILED - invalid type 'signedint' for arg 'x-dead-letter-exchange'"
                        + " in queue 'q' in vhost '/' [queue.declare]");
    }

    private static void declare(Peer peer, String argument, @Nullable Object... values) throws Exception {
        for (Object value : values) {
            declare(peer, Collections.singletonMap(argument, value));
        }
    }

    /** Declares a fresh exclusive queue, each time on a new connection since a refusal may leave it locked. */
    private static void declare(Peer peer, Map<String, @Nullable Object> arguments) throws Exception {
        Channel channel = peer.channel();
        peer.attempt(channel, () -> {
            channel.queueDelete(peer.name("q"));
            return channel.queueDeclare(peer.name("q"), false, true, false, arguments);
        });
    }
}
