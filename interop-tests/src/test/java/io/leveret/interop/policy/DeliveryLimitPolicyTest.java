package io.leveret.interop.policy;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.GetResponse;
import io.leveret.interop.Case;
import io.leveret.interop.Peer;
import java.util.Map;

/** {@code delivery-limit} of policies: how often a message of a quorum queue is given out that fails every time. */
final class DeliveryLimitPolicyTest {

    /** More than the usual limit allows. */
    private static final int MANY = 25;

    /** @return {@link #MANY} for no limit */
    private static int tries(Peer peer, Channel channel, String queue) throws Exception {
        peer.enqueue(channel, queue, "m");
        int tries = 0;
        for (GetResponse got = channel.basicGet(queue, false);
                got != null && tries < MANY;
                got = channel.basicGet(queue, false)) {
            tries++;
            channel.basicReject(got.getEnvelope().getDeliveryTag(), tries < MANY);
        }
        return tries;
    }

    /** For a policy and an argument. */
    private static void observeBoth(Peer peer, Object policy, Object argument) throws Exception {
        Channel channel = peer.channel();
        peer.policies().set("p", Map.of("delivery-limit", policy));
        String queue = peer.quorumQueue(channel, "q", Map.of("x-delivery-limit", argument));
        peer.observe(tries(peer, channel, queue));
        channel.queueDelete(queue);
    }

    /** For a user's policy and an operator's. */
    private static void observeOperator(Peer peer, Object user, Object operator) throws Exception {
        Channel channel = peer.channel();
        peer.policies().set("p", Map.of("delivery-limit", user));
        peer.policies().setForOperator("p", Map.of("delivery-limit", operator));
        String queue = peer.quorumQueue(channel, "q", Map.of());
        peer.observe(tries(peer, channel, queue));
        channel.queueDelete(queue);
    }

    @Case("delivery-limit holds for a quorum queue in the place of the usual 20; a negative one is none")
    void alone(Peer peer) throws Exception {
        Channel channel = peer.channel();
        peer.policies().setFor("none", "none", Map.of("delivery-limit", -1));
        peer.policies().setFor("one", "one", Map.of("delivery-limit", 1));
        peer.policies().setFor("zero", "zero", Map.of("delivery-limit", 0));
        for (String name : new String[] {"usual", "none", "one", "zero"}) {
            peer.observe(tries(peer, channel, peer.quorumQueue(channel, name, Map.of())));
        }

        peer.expect("21", "25", "2", "1");
    }

    @Case("delivery-limit holds at once for a quorum queue that is there, until the policy is cleared")
    void atOnce(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String queue = peer.quorumQueue(channel, "q", Map.of());

        peer.policies().set("p", Map.of("delivery-limit", 1));
        // RabbitMQ answers before its queues have heard of it.
        peer.eventually(() -> tries(peer, channel, queue) == 2);
        peer.policies().clear("p");
        peer.eventually(() -> tries(peer, channel, queue) == 21);
        peer.observe("both");

        peer.expect("both");
    }

    @Case("delivery-limit: the smaller of argument and policy holds")
    void smaller(Peer peer) throws Exception {
        observeBoth(peer, 1, 2);
        observeBoth(peer, 2, 1);
        observeBoth(peer, 0, 5);

        peer.expect("2", "2", "1");
    }

    @Case("delivery-limit: if argument or policy is negative, the larger holds")
    void negative(Peer peer) throws Exception {
        observeBoth(peer, -1, 1);
        observeBoth(peer, 1, -1);
        observeBoth(peer, -1, -5);

        peer.expect("2", "2", "25");
    }

    @Case("delivery-limit: an argument that is no integer counts as larger than any policy, and as 20 if it holds")
    void argumentThatIsNoInteger(Peer peer) throws Exception {
        observeBoth(peer, 1, "many");
        observeBoth(peer, -1, "many");

        peer.expect("2", "21");
    }

    @Case("delivery-limit: the smaller of user and operator holds")
    void smallerOfUserAndOperator(Peer peer) throws Exception {
        observeOperator(peer, 1, 2);
        observeOperator(peer, 2, 1);

        peer.expect("2", "2");
    }

    @Case("delivery-limit: if user or operator is negative, the larger holds")
    void negativeOfUserOrOperator(Peer peer) throws Exception {
        observeOperator(peer, -1, 1);
        observeOperator(peer, 1, -1);
        observeOperator(peer, -5, -1);

        peer.expect("2", "2", "25");
    }
}
