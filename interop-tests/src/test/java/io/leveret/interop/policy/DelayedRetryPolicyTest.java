package io.leveret.interop.policy;

import static org.assertj.core.api.Assertions.assertThat;

import com.rabbitmq.client.Channel;
import io.leveret.interop.Case;
import io.leveret.interop.Peer;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Timeout;

/** {@code delayed-retry-type}, {@code -min} and {@code -max} of policies: whether what fails in a quorum queue waits, and for how long. */
@Timeout(90)
final class DelayedRetryPolicyTest {

    private static final int SHORT_MS = 150;

    /** What has not come back by then waits for the long time. */
    private static final int WITNESS_MS = 1_000;

    private static final int LONG_MS = 3_600_000;

    private static final String TYPE = "delayed-retry-type";
    private static final String MIN = "delayed-retry-min";
    private static final String MAX = "delayed-retry-max";

    private static Map<String, Object> arguments(Map<String, Object> policy) {
        Map<String, Object> arguments = new HashMap<>();
        policy.forEach((key, value) -> arguments.put("x-" + key, value));
        return arguments;
    }

    /** How long what is nacked waits, and what is rejected, in a queue with the arguments of those names. */
    private static void observe(Peer peer, Map<String, Object> asArguments) throws Exception {
        Channel channel = peer.channel();
        String queue = peer.quorumQueue(channel, "q", arguments(asArguments));
        peer.enqueue(channel, queue, "m");
        channel.basicNack(get(channel, queue), false, true);
        String nacked = waits(peer, channel, queue);
        channel.queuePurge(queue);
        peer.enqueue(channel, queue, "m");
        channel.basicReject(get(channel, queue), true);
        String rejected = waits(peer, channel, queue);
        peer.observe("nacked " + nacked + ", rejected " + rejected);
        channel.queueDelete(queue);
    }

    private static void set(Peer peer, Map<String, Object> definition) throws Exception {
        assertThat(peer.policies().set("p", definition)).isEqualTo("set");
    }

    private static void setForOperator(Peer peer, Map<String, Object> definition) throws Exception {
        assertThat(peer.policies().setForOperator("p", definition)).isEqualTo("set");
    }

    private static long get(Channel channel, String queue) throws Exception {
        return channel.basicGet(queue, false).getEnvelope().getDeliveryTag();
    }

    /** Takes the message, too, if it comes before a witness expires. */
    private static String waits(Peer peer, Channel channel, String queue) throws Exception {
        if (channel.basicGet(queue, true) != null) {
            return "not at all";
        }
        String witness = peer.name("witness");
        channel.queueDeclare(
                witness, true, false, false, Map.of("x-queue-type", "quorum", "x-message-ttl", WITNESS_MS));
        peer.enqueue(channel, witness, "w");
        boolean[] back = new boolean[1];
        peer.eventually(() -> {
            back[0] = back[0] || channel.basicGet(queue, true) != null;
            return back[0] || channel.messageCount(witness) == 0;
        });
        channel.queueDelete(witness);
        return back[0] ? "shortly" : "long";
    }

    @Case("delayed-retry-type, -min and -max hold for a quorum queue")
    void alone(Peer peer) throws Exception {
        set(peer, Map.of(TYPE, "failed", MIN, LONG_MS));
        observe(peer, Map.of());
        set(peer, Map.of(TYPE, "all", MIN, SHORT_MS, MAX, LONG_MS));
        observe(peer, Map.of());

        peer.expect("nacked not at all, rejected long", "nacked shortly, rejected shortly");
    }

    @Case("delayed-retry-type: the policy wins over the argument")
    void type(Peer peer) throws Exception {
        set(peer, Map.of(TYPE, "failed", MIN, LONG_MS));
        observe(peer, Map.of(TYPE, "all", MIN, LONG_MS));
        set(peer, Map.of(TYPE, "disabled"));
        observe(peer, Map.of(TYPE, "all", MIN, LONG_MS));
        set(peer, Map.of(TYPE, "returned", MIN, LONG_MS));
        observe(peer, Map.of(TYPE, "disabled", MIN, LONG_MS));

        peer.expect(
                "nacked not at all, rejected long",
                "nacked not at all, rejected not at all",
                "nacked long, rejected not at all");
    }

    @Case("delayed-retry-min and -max: the smaller of argument and policy holds")
    void times(Peer peer) throws Exception {
        set(peer, Map.of(MIN, SHORT_MS));
        observe(peer, Map.of(TYPE, "all", MIN, LONG_MS));
        set(peer, Map.of(MIN, LONG_MS));
        observe(peer, Map.of(TYPE, "all", MIN, SHORT_MS));
        set(peer, Map.of(MAX, SHORT_MS));
        observe(peer, Map.of(TYPE, "all", MIN, LONG_MS, MAX, LONG_MS));
        set(peer, Map.of(MAX, LONG_MS));
        observe(peer, Map.of(TYPE, "all", MIN, LONG_MS, MAX, SHORT_MS));

        peer.expect(
                "nacked shortly, rejected shortly",
                "nacked shortly, rejected shortly",
                "nacked shortly, rejected shortly",
                "nacked shortly, rejected shortly");
    }

    @Case("delayed-retry-type: the operator's holds")
    void typeOfTheOperator(Peer peer) throws Exception {
        set(peer, Map.of(TYPE, "all", MIN, LONG_MS));
        setForOperator(peer, Map.of(TYPE, "failed", MIN, LONG_MS));
        observe(peer, Map.of());
        setForOperator(peer, Map.of(TYPE, "disabled"));
        observe(peer, Map.of());

        peer.expect("nacked not at all, rejected long", "nacked not at all, rejected not at all");
    }

    @Case("delayed-retry-min: the larger of user and operator holds; delayed-retry-max: the smaller")
    void timesOfTheOperator(Peer peer) throws Exception {
        set(peer, Map.of(TYPE, "all", MIN, SHORT_MS));
        setForOperator(peer, Map.of(MIN, LONG_MS));
        observe(peer, Map.of());
        set(peer, Map.of(TYPE, "all", MIN, LONG_MS));
        setForOperator(peer, Map.of(MIN, SHORT_MS));
        observe(peer, Map.of());
        set(peer, Map.of(TYPE, "all", MIN, SHORT_MS, MAX, SHORT_MS));
        setForOperator(peer, Map.of(MIN, LONG_MS, MAX, LONG_MS));
        observe(peer, Map.of());
        set(peer, Map.of(TYPE, "all", MIN, LONG_MS, MAX, LONG_MS));
        setForOperator(peer, Map.of(MAX, SHORT_MS));
        observe(peer, Map.of());

        peer.expect(
                "nacked long, rejected long",
                "nacked long, rejected long",
                "nacked shortly, rejected shortly",
                "nacked shortly, rejected shortly");
    }
}
