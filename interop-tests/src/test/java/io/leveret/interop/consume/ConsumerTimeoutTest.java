package io.leveret.interop.consume;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.GetResponse;
import io.leveret.interop.Case;
import io.leveret.interop.Differs;
import io.leveret.interop.Inbox;
import io.leveret.interop.Outcome;
import io.leveret.interop.Peer;
import io.leveret.interop.QueueState;
import java.util.HashMap;
import java.util.Map;

/** What becomes of deliveries that a consumer of a quorum queue does not settle in time. */
final class ConsumerTimeoutTest {

    private static final Map<String, Object> SHORT = Map.of("x-consumer-timeout", 300);

    private static String quorum(Peer peer, Channel channel, Map<String, Object> arguments) throws Exception {
        Map<String, Object> all = new HashMap<>(arguments);
        all.put("x-queue-type", "quorum");
        return channel.queueDeclare(peer.name("q"), true, false, false, all).getQueue();
    }

    private static String retold(Channel channel, String queue) throws Exception {
        QueueState.awaitReady(channel, queue, 1);
        GetResponse got = channel.basicGet(queue, true);
        return (got.getEnvelope().isRedeliver() ? "redelivered " : "")
                + got.getProps().getHeaders();
    }

    @Case
    void theConsumerIsCancelledAndTheMessageReturns(Peer peer) throws Exception {
        Channel channel = peer.channel();
        Channel slow = peer.channel();
        String queue = quorum(peer, channel, SHORT);

        Inbox inbox = Inbox.of(slow, queue);
        peer.enqueue(channel, queue, "m");
        peer.observe(inbox.take(2), retold(channel, queue), slow.isOpen());

        peer.expect("[m, cancelled by the broker]", "redelivered {x-acquired-count=1}", "true");
    }

    @Case
    void aConsumerMayHaveATimeOfItsOwn(Peer peer) throws Exception {
        Channel channel = peer.channel();
        Channel slow = peer.channel();
        String queue = quorum(peer, channel, Map.of());

        Inbox inbox = Inbox.of(slow, queue, "", SHORT);
        peer.enqueue(channel, queue, "m");
        peer.observe(inbox.take(2));

        peer.expect("[m, cancelled by the broker]");
    }

    @Case
    void whoSettlesInTimeStays(Peer peer) throws Exception {
        Channel channel = peer.channel();
        Channel slow = peer.channel();
        String queue = quorum(peer, channel, SHORT);

        Inbox quick = Inbox.of(channel, queue);
        peer.enqueue(channel, queue, "m1");
        channel.basicAck(quick.nextTag(), false);
        // Another consumer's time tells that this one's would have been over.
        String other = slow.queueDeclare(peer.name("other"), true, false, false, Map.of("x-queue-type", "quorum"))
                .getQueue();
        Inbox inbox = Inbox.of(slow, other, "", SHORT);
        peer.enqueue(slow, other, "m");
        peer.observe(inbox.take(2));
        peer.enqueue(channel, queue, "m2");
        peer.observe(quick.next());

        peer.expect("[m, cancelled by the broker]", "m2");
    }

    @Case("a client that does not hear of cancelled consumers has its channel closed")
    @Differs(
            because = "RabbitMQ 4.3 says -1 for the time, Leveret the time itself",
            leveret = {
                "channel closed: 406 PRECONDITION_FAILED - delivery acknowledgement on channel 1 timed out. Timeout value"
                        + " used: 300 ms. This timeout value can be configured, see consumers doc guide to learn more [no method]",
                "redelivered {x-acquired-count=1}"
            })
    void withoutCancelNotifyTheChannelIsClosed(Peer peer) throws Exception {
        ConnectionFactory factory = peer.factory();
        Map<String, Object> properties = new HashMap<>(factory.getClientProperties());
        properties.remove("capabilities");
        factory.setClientProperties(properties);
        Channel slow = peer.connect(factory).createChannel();
        Channel channel = peer.channel();
        String queue = quorum(peer, channel, SHORT);

        Inbox inbox = Inbox.of(slow, queue);
        peer.enqueue(channel, queue, "m");
        inbox.next();
        peer.eventually(() -> !slow.isOpen());
        peer.observe(Outcome.of(slow.getCloseReason()), retold(channel, queue));

        peer.expect(
                "channel closed: 406 PRECONDITION_FAILED - delivery acknowledgement on channel 1 timed out. Timeout value"
                        + " used: -1 ms. This timeout value can be configured, see consumers doc guide to learn more [no method]",
                "redelivered {x-acquired-count=1}");
    }

    @Case("what was got by basic.get closes its channel")
    @Differs(
            because = "RabbitMQ 4.3 says -1 for the time, Leveret the time itself",
            leveret =
                    "channel closed: 406 PRECONDITION_FAILED - delivery acknowledgement on channel 2 timed out. Timeout value"
                            + " used: 300 ms. This timeout value can be configured, see consumers doc guide to learn more"
                            + " [no method]")
    void aGetTimesOutToo(Peer peer) throws Exception {
        Channel channel = peer.channel();
        Channel slow = peer.channel();
        String queue = quorum(peer, channel, SHORT);

        peer.enqueue(channel, queue, "m");
        slow.basicGet(queue, false);
        peer.eventually(() -> !slow.isOpen());
        peer.observe(Outcome.of(slow.getCloseReason()));

        peer.expect(
                "channel closed: 406 PRECONDITION_FAILED - delivery acknowledgement on channel 2 timed out. Timeout value"
                        + " used: -1 ms. This timeout value can be configured, see consumers doc guide to learn more [no method]");
    }

    /** If they were still there, RabbitMQ 4.3 would now and then deliver them to the consumer that it cancelled. */
    private static void takeAway(Peer peer, Channel channel, String queue, int messages) throws Exception {
        QueueState.awaitReady(channel, queue, messages);
        peer.observe(peer.drain(channel, queue));
    }

    @Case
    void whoSettlesLateGoesOn(Peer peer) throws Exception {
        Channel channel = peer.channel();
        Channel slow = peer.channel();
        String queue = quorum(peer, channel, SHORT);

        Inbox inbox = Inbox.of(slow, queue);
        peer.enqueue(channel, queue, "m1", "m2", "m3", "m4");
        long tag = inbox.nextTag();
        peer.observe(inbox.take(4));
        takeAway(peer, channel, queue, 4);
        peer.attempt(slow, () -> {
            slow.basicAck(tag, false);
            slow.basicReject(tag + 1, false);
            slow.basicNack(tag + 3, true, true);
            return null;
        });

        peer.expect("[m2, m3, m4, cancelled by the broker]", "[m1, m2, m3, m4]", "ok");
    }

    @Case
    void aSecondSettlementClosesTheChannel(Peer peer) throws Exception {
        Channel channel = peer.channel();
        Channel slow = peer.channel();
        String queue = quorum(peer, channel, SHORT);

        Inbox inbox = Inbox.of(slow, queue);
        peer.enqueue(channel, queue, "m");
        long tag = inbox.nextTag();
        inbox.next();
        takeAway(peer, channel, queue, 1);
        peer.attempt(slow, () -> {
            slow.basicAck(tag, false);
            return null;
        });
        peer.attempt(slow, () -> {
            slow.basicAck(tag, false);
            return null;
        });

        peer.expect("[m]", "ok", "channel closed: 406 PRECONDITION_FAILED - unknown delivery tag 1 [basic.ack]");
    }

    @Case("what a client got before it cancelled closes its channel")
    @Differs(
            because = "RabbitMQ 4.3 says -1 for the time, Leveret the time itself",
            leveret = {
                "channel closed: 406 PRECONDITION_FAILED - delivery acknowledgement on channel 2 timed out. Timeout value"
                        + " used: 300 ms. This timeout value can be configured, see consumers doc guide to learn more [no method]",
                "redelivered {x-acquired-count=1}"
            })
    void afterTheClientCancelledTheChannelIsClosed(Peer peer) throws Exception {
        Channel channel = peer.channel();
        Channel slow = peer.channel();
        String queue = quorum(peer, channel, SHORT);

        Inbox inbox = Inbox.of(slow, queue, "c", Map.of());
        peer.enqueue(channel, queue, "m");
        inbox.next();
        slow.basicCancel("c");
        peer.eventually(() -> !slow.isOpen());
        peer.observe(Outcome.of(slow.getCloseReason()), retold(channel, queue));

        peer.expect(
                "channel closed: 406 PRECONDITION_FAILED - delivery acknowledgement on channel 2 timed out. Timeout value"
                        + " used: -1 ms. This timeout value can be configured, see consumers doc guide to learn more [no method]",
                "redelivered {x-acquired-count=1}");
    }
}
