package io.leveret.broker.vhost;

import io.leveret.amqp.FieldTable;
import io.leveret.amqp.FieldValue;
import io.leveret.broker.event.Events;
import io.leveret.broker.policy.Parameter;
import io.leveret.broker.policy.Policy;
import io.leveret.broker.policy.PolicyKind;
import io.leveret.broker.queue.Queue;
import java.util.List;

/**
 * Tells what is set and cleared at run time in a virtual host. Of parameters by who holds the topology lock; of policies by who
 * changes them, once that lock is free again: it may be told of a queue whose deletion has been told already.
 */
final class PolicyEvents {

    private final String vhost;
    private final Events events;

    PolicyEvents(String vhost, Events events) {
        this.vhost = vhost;
        this.events = events;
    }

    /** @param changed the queues for which something else holds now */
    void set(PolicyKind kind, Policy policy, List<Queue> changed) {
        if (kind == PolicyKind.OPERATOR) {
            set(new Parameter(kind.component(), policy.name(), policy.term()));
        }
        for (Queue queue : changed) {
            events.tell(
                    "queue.policy.updated",
                    () -> described(policy).put("name", queue.name()).put("type", TopologyEvents.typeOf(queue)));
        }
        events.tell("policy.set", () -> described(policy).put("name", policy.name()));
    }

    /** @param changed the queues for which it held */
    void cleared(PolicyKind kind, String name, List<Queue> changed) {
        boolean operator = kind == PolicyKind.OPERATOR;
        if (operator) {
            cleared(kind.component(), name);
        }
        for (Queue queue : changed) {
            events.tell(
                    "queue.policy.cleared",
                    () -> headers().put("name", queue.name()).put("type", TopologyEvents.typeOf(queue)));
        }
        events.tell(
                operator ? "operator.policy.cleared" : "policy.cleared",
                () -> headers().put("name", name));
    }

    void set(Parameter parameter) {
        events.tell(
                "parameter.set",
                () -> headers()
                        .put("component", parameter.component())
                        .put("name", parameter.name())
                        .put("value", parameter.value()));
        if (parameter.component().equals(VhostLimits.COMPONENT)
                && parameter.value() instanceof FieldValue.Table limits) {
            events.tell(
                    "vhost.limits.set", () -> headers().putAll(limits.value()).put("name", parameter.name()));
        }
    }

    void cleared(String component, String name) {
        events.tell(
                "parameter.cleared", () -> headers().put("component", component).put("name", name));
        if (component.equals(VhostLimits.COMPONENT)) {
            events.tell("vhost.limits.cleared", () -> headers().put("name", name));
        }
    }

    private FieldTable.Builder described(Policy policy) {
        return policy.term() instanceof FieldValue.Table term ? headers().putAll(term.value()) : headers();
    }

    private FieldTable.Builder headers() {
        return FieldTable.builder().put("vhost", vhost).put("user_who_performed_action", Events.NO_USER);
    }
}
