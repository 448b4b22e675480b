package io.leveret.broker.vhost;

import io.leveret.broker.policy.EffectivePolicy;
import io.leveret.broker.policy.Parameter;
import io.leveret.broker.policy.ParameterException;
import io.leveret.broker.policy.Policy;
import io.leveret.broker.policy.PolicyKind;
import io.leveret.broker.policy.PolicyList;
import io.leveret.broker.policy.PolicyTarget;
import io.leveret.broker.policy.PolicyTerm;
import io.leveret.broker.queue.Queue;
import io.leveret.broker.queue.QueueDeclaration;
import io.leveret.broker.queue.QueueSettings;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The policies of a virtual host, and what each of its queues and exchanges has of them. Any thread may ask; who changes
 * something holds the topology lock.
 */
final class AppliedPolicies {

    private final Topology topology;
    private volatile Map<PolicyKind, PolicyList> lists = new EnumMap<>(PolicyKind.class);

    /** Of queues for which any policy holds. */
    private final Map<Queue, EffectivePolicy> ofQueues = new ConcurrentHashMap<>();

    AppliedPolicies(Topology topology) {
        this.topology = topology;
    }

    PolicyList list(PolicyKind kind) {
        return lists.getOrDefault(kind, PolicyList.EMPTY);
    }

    EffectivePolicy of(Queue queue) {
        return ofQueues.getOrDefault(queue, EffectivePolicy.NONE);
    }

    /**
     * Has other policies hold for all that is there and all that comes.
     *
     * @return the queues whose settings are others now; they have to be enforced once the lock is free
     */
    List<Queue> replace(Map<PolicyKind, PolicyList> replaced) {
        keep(replaced);
        topology.exchanges().forEach(this::apply);
        List<Queue> changed = new ArrayList<>();
        for (Queue queue : topology.queues()) {
            if (apply(queue)) {
                changed.add(queue);
            }
        }
        return changed;
    }

    private void keep(Map<PolicyKind, PolicyList> replaced) {
        Map<PolicyKind, PolicyList> changed = new EnumMap<>(PolicyKind.class);
        changed.putAll(lists);
        changed.putAll(replaced);
        lists = changed;
    }

    /** Has the policies hold for an exchange. */
    void apply(Exchange exchange) {
        EffectivePolicy policy = match(PolicyTarget.EXCHANGE, exchange.name());
        if (!policy.equals(exchange.policy())) {
            exchange.apply(policy);
        }
    }

    /** Has the policies hold for a queue; whether something is different by that. */
    boolean apply(Queue queue) {
        QueueDeclaration declaration = queue.declaration();
        PolicyTarget target = PolicyTarget.of(declaration.type());
        EffectivePolicy policy = match(target, queue.name());
        if (policy.equals(of(queue))) {
            return false;
        }
        if (policy.isNone()) {
            ofQueues.remove(queue);
        } else {
            ofQueues.put(queue, policy);
        }
        queue.apply(QueueSettings.of(policy.over(declaration.arguments(), target)));
        return true;
    }

    private EffectivePolicy match(PolicyTarget target, String name) {
        Policy user = list(PolicyKind.USER).match(target, name);
        Policy operator = list(PolicyKind.OPERATOR).match(target, name);
        return user == null && operator == null ? EffectivePolicy.NONE : new EffectivePolicy(user, operator);
    }

    /** The queue is deleted. */
    void forget(Queue queue) {
        ofQueues.remove(queue);
    }

    /**
     * Takes those that are policies; all that they hold for is there.
     *
     * @throws ParameterException if one says what no policy may say; the message names it
     */
    void recovered(Collection<Parameter> parameters) {
        Map<PolicyKind, PolicyList> found = new EnumMap<>(PolicyKind.class);
        for (PolicyKind kind : PolicyKind.values()) {
            List<Policy> ofKind = parameters.stream()
                    .filter(each -> each.component().equals(kind.component()))
                    .map(each -> read(kind, each))
                    .toList();
            found.put(kind, PolicyList.EMPTY.with(ofKind));
        }
        replace(found);
    }

    private static Policy read(PolicyKind kind, Parameter parameter) {
        try {
            return PolicyTerm.read(kind, parameter.name(), parameter.value());
        } catch (ParameterException e) {
            throw new ParameterException(parameter.describe() + ": " + e.getMessage());
        }
    }
}
