package io.leveret.interop.event;

import com.rabbitmq.client.Channel;
import io.leveret.interop.Case;
import io.leveret.interop.Differs;
import io.leveret.interop.Peer;
import io.leveret.interop.PeerPolicies;
import java.util.Map;
import org.junit.jupiter.api.parallel.Isolated;

/** What operators set and clear. Who did it is in a case of its own. */
@Isolated("others make so many events that RabbitMQ falls behind")
final class PolicyEventsTest {

    private static final String[] TOLD = {
        "name",
        "type",
        "apply-to",
        "definition",
        "pattern",
        "priority",
        "component",
        "value",
        "vhost",
        "timestamp_in_ms"
    };

    @Case("policy.set and policy.cleared tell of a policy, after the queues that it changes something for")
    void policy(Peer peer) throws Exception {
        Channel channel = peer.channel();
        peer.queue(channel, "q");
        Happened happened = Happened.from(peer);

        peer.policies().set("p", Map.of("max-length", 5), 2, "queues");
        happened.observe(2, TOLD);
        peer.policies().clear("p");
        happened.observe(2, TOLD);

        String policy = "apply-to=queues definition={max-length=Long 5} pattern=" + pattern(peer)
                + " priority=Long 2 vhost=/ timestamp_in_ms=Long";
        peer.expect(
                "queue.policy.updated name=q type=rabbit_classic_queue " + policy,
                "policy.set name=p " + policy,
                "queue.policy.cleared name=q type=rabbit_classic_queue vhost=/ timestamp_in_ms=Long",
                "policy.cleared name=p vhost=/ timestamp_in_ms=Long");
    }

    private static String pattern(Peer peer) {
        return "^" + peer.name("").replace(".", "\\.");
    }

    @Case("an operator's policy is told as a parameter, too")
    void operatorPolicy(Peer peer) throws Exception {
        Channel channel = peer.channel();
        peer.queue(channel, "q");
        Happened happened = Happened.from(peer);

        peer.policies().setForOperator("p", Map.of("max-length", 5));
        happened.observe(3, "name", "component", "value");
        peer.policies().clearForOperator("p");
        happened.observe(3, "name", "component");

        peer.expect(
                "parameter.set name=p component=operator_policy value={apply-to=all, definition={max-length=Long 5},"
                        + " pattern=" + pattern(peer) + ", priority=Long 0}",
                "queue.policy.updated name=q",
                "policy.set name=p",
                "parameter.cleared name=p component=operator_policy",
                "queue.policy.cleared name=q",
                "operator.policy.cleared name=p");
    }

    @Case("a policy that changes nothing for a queue is told alone")
    void noChange(Peer peer) throws Exception {
        Channel channel = peer.channel();
        peer.queue(channel, "q");
        PeerPolicies policies = peer.policies();
        policies.set("high", Map.of("max-length", 1), 2, "all");
        Happened happened = Happened.from(peer);

        policies.set("low", Map.of("max-length", 2), 1, "all");
        policies.clear("low");
        happened.observe(2, "name");

        peer.expect("policy.set name=low", "policy.cleared name=low");
    }

    @Case("a queue for which another policy holds now is told as cleared all the same")
    void next(Peer peer) throws Exception {
        Channel channel = peer.channel();
        peer.queue(channel, "q");
        PeerPolicies policies = peer.policies();
        policies.set("low", Map.of("max-length", 2), 1, "all");
        Happened happened = Happened.from(peer);

        policies.set("high", Map.of("max-length", 1), 2, "all");
        policies.clear("high");
        happened.observe(4, "name");

        peer.expect(
                "queue.policy.updated name=q",
                "policy.set name=high",
                "queue.policy.cleared name=q",
                "policy.cleared name=high");
    }

    @Case("parameter.set and parameter.cleared tell of a parameter")
    void parameter(Peer peer) throws Exception {
        Happened happened = Happened.from(peer);

        peer.parameter("federation-upstream", "u", Map.of("uri", "amqp://localhost"));
        peer.clearParameter("federation-upstream", "u");
        happened.observe(2, TOLD);

        peer.expect(
                "parameter.set name=u component=federation-upstream value={uri=amqp://localhost} vhost=/"
                        + " timestamp_in_ms=Long",
                "parameter.cleared name=u component=federation-upstream vhost=/ timestamp_in_ms=Long");
    }

    @Case("parameter.set and parameter.cleared tell of a parameter of the whole broker, without a virtual host")
    void globalParameter(Peer peer) throws Exception {
        Happened happened = Happened.from(peer);

        peer.globalParameter("g", Map.of("own", 5));
        peer.globalParameter("g", Map.of("own", 5));
        peer.clearGlobalParameter("g");
        happened.observe(3, TOLD);

        peer.expect(
                "parameter.set name=g component=global value={own=Long 5} timestamp_in_ms=Long",
                "parameter.set name=g component=global value={own=Long 5} timestamp_in_ms=Long",
                "parameter.cleared name=g component=global timestamp_in_ms=Long");
    }

    @Case("who set a policy is told")
    @Differs(
            because = "the Java API does not ask who calls it; the HTTP API of RabbitMQ knows its user",
            leveret = "policy.set user_who_performed_action=rmq-internal")
    void user(Peer peer) throws Exception {
        Happened happened = Happened.from(peer);

        peer.policies().set("p", Map.of("max-length", 5));
        happened.observe(1, "user_who_performed_action");

        peer.expect("policy.set user_who_performed_action=guest");
    }
}
