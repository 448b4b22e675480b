package io.leveret.interop.settle;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.GetResponse;
import io.leveret.interop.Case;
import io.leveret.interop.Headers;
import io.leveret.interop.Ours;
import io.leveret.interop.Patience;
import io.leveret.interop.Peer;
import io.leveret.interop.QueueState;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** How a quorum queue counts the deliveries of a message, and what it does with one that fails too often. */
final class DeliveryLimitTest {

    private static String quorum(Peer peer, Channel channel, Map<String, Object> arguments) throws Exception {
        Map<String, Object> all = new HashMap<>(arguments);
        all.put("x-queue-type", "quorum");
        return channel.queueDeclare(peer.name("q"), true, false, false, all).getQueue();
    }

    /** Gets what is ready, and says what was told of earlier deliveries. */
    private static GetResponse get(Peer peer, Channel channel, String queue) throws Exception {
        GetResponse[] got = new GetResponse[1];
        peer.eventually(() -> {
            got[0] = channel.basicGet(queue, false);
            return got[0] != null;
        });
        Map<String, Object> headers = got[0].getProps().getHeaders();
        peer.observe((got[0].getEnvelope().isRedeliver() ? "redelivered " : "first ")
                + (headers == null ? "null" : new TreeMap<>(headers).toString()));
        return got[0];
    }

    private static long tag(GetResponse got) {
        return got.getEnvelope().getDeliveryTag();
    }

    @Case
    void aRejectCountsAsAFailure(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String queue = quorum(peer, channel, Map.of());

        peer.enqueue(channel, queue, "m");
        channel.basicReject(tag(get(peer, channel, queue)), true);
        channel.basicReject(tag(get(peer, channel, queue)), true);
        get(peer, channel, queue);

        peer.expect(
                "first null",
                "redelivered {x-acquired-count=1, x-delivery-count=1}",
                "redelivered {x-acquired-count=2, x-delivery-count=2}");
    }

    @Case
    void aNackDoesNot(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String queue = quorum(peer, channel, Map.of());

        peer.enqueue(channel, queue, "m");
        channel.basicNack(tag(get(peer, channel, queue)), false, true);
        get(peer, channel, queue);

        peer.expect("first null", "redelivered {x-acquired-count=1}");
    }

    @Case
    void aRecoverDoesNot(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String queue = quorum(peer, channel, Map.of());

        peer.enqueue(channel, queue, "m");
        get(peer, channel, queue);
        channel.basicRecover(true);
        get(peer, channel, queue);

        peer.expect("first null", "redelivered {x-acquired-count=1}");
    }

    @Case
    void aLostChannelCounts(Peer peer) throws Exception {
        Channel channel = peer.channel();
        Channel lost = peer.channel();
        String queue = quorum(peer, channel, Map.of());

        peer.enqueue(channel, queue, "m");
        get(peer, lost, queue);
        lost.close();
        get(peer, channel, queue);

        peer.expect("first null", "redelivered {x-acquired-count=1, x-delivery-count=1}");
    }

    @Case
    void theHeadersOfTheMessageStay(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String queue = quorum(peer, channel, Map.of());

        channel.confirmSelect();
        BasicProperties properties = Headers.of(Map.of("own", 1, "x-delivery-count", 77, "x-acquired-count", 88));
        peer.publish(channel, "", queue, properties, "m");
        channel.waitForConfirmsOrDie(Patience.MS);
        channel.basicReject(tag(get(peer, channel, queue)), true);
        get(peer, channel, queue);

        peer.expect(
                "first {own=1, x-acquired-count=88, x-delivery-count=77}",
                "redelivered {own=1, x-acquired-count=1, x-delivery-count=1}");
    }

    @Case("a message whose deliveries fail more often than the limit is dead-lettered")
    void beyondTheLimitItIsDeadLettered(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String dead = peer.queue(channel, "dead");
        String queue = quorum(
                peer,
                channel,
                Map.of("x-delivery-limit", 1, "x-dead-letter-exchange", "", "x-dead-letter-routing-key", dead));

        peer.enqueue(channel, queue, "m");
        channel.basicReject(tag(get(peer, channel, queue)), true);
        channel.basicReject(tag(get(peer, channel, queue)), true);
        QueueState.awaitReady(channel, dead, 1);
        GetResponse got = channel.basicGet(dead, true);
        Map<String, Object> headers = got.getProps().getHeaders();
        peer.observe(
                new TreeMap<>(headers).keySet(), headers.get("x-first-death-reason"), headers.get("x-delivery-count"));

        peer.expect(
                "first null",
                "redelivered {x-acquired-count=1, x-delivery-count=1}",
                "[x-death, x-first-death-exchange, x-first-death-queue, x-first-death-reason, x-last-death-exchange,"
                        + " x-last-death-queue, x-last-death-reason]",
                "delivery_limit",
                "null");
    }

    @Case
    void withoutADeadLetterExchangeItIsDropped(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String queue = quorum(peer, channel, Map.of("x-delivery-limit", 0));

        peer.enqueue(channel, queue, "m");
        channel.basicReject(tag(get(peer, channel, queue)), true);
        peer.roundTrip(channel);
        peer.observe(channel.basicGet(queue, true));

        peer.expect("first null", "null");
    }

    @Case
    void theUsualLimitIsTwenty(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String queue = quorum(peer, channel, Map.of());

        peer.enqueue(channel, queue, "m");
        peer.observe(attempts(peer, channel, queue));

        peer.expect("21");
    }

    /** How often a message is given out that is refused each time, up to one time more than the usual limit allows. */
    private static int attempts(Peer peer, Channel channel, String queue) throws Exception {
        int deliveries = 0;
        for (GetResponse got = channel.basicGet(queue, false);
                got != null && deliveries < 22;
                got = channel.basicGet(queue, false)) {
            deliveries++;
            channel.basicReject(tag(got), true);
            peer.roundTrip(channel);
        }
        return deliveries;
    }

    @Case("a delivery limit that is no integer counts as not given: it is twenty")
    void aLimitThatIsNoIntegerIsTwenty(Peer peer) throws Exception {
        for (Object value : List.of("5", true, 1.5)) {
            Channel channel = peer.channel();
            String queue = quorum(peer, channel, Map.of("x-delivery-limit", value));
            peer.enqueue(channel, queue, "m");
            peer.observe(attempts(peer, channel, queue));
            channel.queueDelete(queue);
        }

        peer.expect("21", "21", "21");
    }

    @Case("a delivery limit that is no integer is twenty beside a policy without a limit, too")
    void aLimitThatIsNoIntegerBesideAPolicy(Peer peer) throws Exception {
        Channel channel = peer.channel();
        peer.policies().set("p", Map.of("delivery-limit", -1));
        String queue = quorum(peer, channel, Map.of("x-delivery-limit", "5"));

        peer.enqueue(channel, queue, "m");
        peer.observe(attempts(peer, channel, queue));

        peer.expect("21");
    }

    @Case("a delivery limit below 0 is none")
    void aNegativeLimitIsNone(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String queue = quorum(peer, channel, Map.of("x-delivery-limit", -1));

        peer.enqueue(channel, queue, "m");
        for (int i = 0; i < 25; i++) {
            channel.basicReject(tag(channel.basicGet(queue, false)), true);
            peer.roundTrip(channel);
        }
        get(peer, channel, queue);

        peer.expect("redelivered {x-acquired-count=25, x-delivery-count=25}");
    }

    @Case("a classic queue counts if it has a limit")
    @Ours
    void aClassicQueueWithALimitCounts(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String dead = peer.queue(channel, "dead");
        String queue = peer.queue(
                channel,
                "q",
                Map.of("x-delivery-limit", 1, "x-dead-letter-exchange", "", "x-dead-letter-routing-key", dead));

        peer.enqueue(channel, queue, "m");
        channel.basicReject(tag(get(peer, channel, queue)), true);
        channel.basicReject(tag(get(peer, channel, queue)), true);
        QueueState.awaitReady(channel, dead, 1);
        peer.observe(channel.basicGet(dead, true).getProps().getHeaders().get("x-first-death-reason"));

        peer.expect("first null", "redelivered {x-acquired-count=1, x-delivery-count=1}", "delivery_limit");
    }

    @Case
    void aClassicQueueDoesNotCount(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String queue = peer.queue(channel, "q");

        peer.enqueue(channel, queue, "m");
        channel.basicReject(tag(get(peer, channel, queue)), true);
        get(peer, channel, queue);

        peer.expect("first null", "redelivered null");
    }

    @Case("x-consumer-disconnected-timeout is for nodes cut off: what a lost connection had is back at once")
    void whatALostConnectionHadIsBackAtOnce(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String queue = quorum(peer, channel, Map.of("x-consumer-disconnected-timeout", 600_000));
        peer.enqueue(channel, queue, "m1");

        Connection lost = peer.connect();
        peer.observe(lost.createChannel().basicGet(queue, false));
        lost.abort();
        get(peer, channel, queue);

        peer.expect("m1", "redelivered {x-acquired-count=1, x-delivery-count=1}");
    }
}
