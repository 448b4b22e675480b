package io.leveret.broker.vhost;

import io.leveret.amqp.FieldTable;
import io.leveret.broker.policy.EffectivePolicy;
import io.leveret.broker.policy.Parameter;
import io.leveret.broker.policy.ParameterException;
import io.leveret.broker.policy.Policy;
import io.leveret.broker.policy.PolicyKind;
import io.leveret.broker.policy.PolicyList;
import io.leveret.broker.policy.PolicyTarget;
import io.leveret.broker.policy.PolicyTerm;
import io.leveret.broker.queue.Queue;
import io.leveret.broker.queue.QueueSettings;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The policies of a virtual host, and what each of its queues and exchanges has of them. Any thread may ask. Who sets or clears
 * policies holds the monitor of this for the whole of it, and within that the topology lock for a step at a time; who adds or
 * removes a queue or an exchange holds the topology lock alone. The order of locks is this, topology, then queue.
 */
final class AppliedPolicies {

    private static final Logger LOG = LoggerFactory.getLogger(AppliedPolicies.class);

    /** For how many objects something else holds before others may have the lock: about a millisecond. */
    private static final int SLICE = 100;

    private final Topology topology;
    private volatile Map<PolicyKind, PolicyList> lists = new EnumMap<>(PolicyKind.class);

    /** Of queues for which any policy holds. */
    private final Map<Queue, EffectivePolicy> ofQueues = new ConcurrentHashMap<>();

    /** Components and names of those in the store that no policies are. */
    private final Set<String> unreadable = ConcurrentHashMap.newKeySet();

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
     * Has other policies hold for all that comes. The lock is held; it is not any more for {@link #applyChanged}, which has to
     * follow before there is another change.
     */
    void keep(Map<PolicyKind, PolicyList> replaced) {
        Map<PolicyKind, PolicyList> changed = new EnumMap<>(PolicyKind.class);
        changed.putAll(lists);
        changed.putAll(replaced);
        lists = changed;
    }

    /**
     * Has policies that were set or cleared hold for all that was there before. Names are matched without the lock, and it is
     * taken for few objects at a time: there may be many, and each declaration waits for it.
     *
     * @param names of the policies
     * @return the queues for which something else holds now
     */
    List<Queue> applyChanged(Map<PolicyKind, Set<String>> names) {
        List<Runnable> slice = new ArrayList<>();
        List<Queue> changed = new ArrayList<>();
        for (Exchange exchange : topology.exchanges()) {
            EffectivePolicy had = exchange.policy();
            EffectivePolicy policy = match(PolicyTarget.EXCHANGE, exchange.name(), had, names);
            if (!policy.equals(had)) {
                slice.add(() -> exchange.apply(policy));
                runIfFull(slice);
            }
        }
        for (Queue queue : topology.queues()) {
            EffectivePolicy had = of(queue);
            EffectivePolicy policy = match(target(queue), queue.name(), had, names);
            if (!policy.equals(had)) {
                slice.add(() -> {
                    // It may be deleted by now.
                    if (topology.queue(queue.name()) == queue) {
                        apply(queue, policy);
                        changed.add(queue);
                    }
                });
                runIfFull(slice);
            }
        }
        run(slice);
        changed.forEach(Queue::enforceSettings);
        return changed;
    }

    private void runIfFull(List<Runnable> slice) {
        if (slice.size() == SLICE) {
            run(slice);
        }
    }

    private void run(List<Runnable> slice) {
        if (slice.isEmpty()) {
            return;
        }
        topology.lock.lock();
        try {
            slice.forEach(Runnable::run);
        } finally {
            topology.lock.unlock();
        }
        slice.clear();
    }

    private EffectivePolicy match(
            PolicyTarget target, String name, EffectivePolicy had, Map<PolicyKind, Set<String>> changed) {
        Policy user = match(PolicyKind.USER, target, name, had.user(), changed);
        Policy operator = match(PolicyKind.OPERATOR, target, name, had.operator(), changed);
        return user == null && operator == null ? EffectivePolicy.NONE : new EffectivePolicy(user, operator);
    }

    private @Nullable Policy match(
            PolicyKind kind,
            PolicyTarget target,
            String name,
            @Nullable Policy had,
            Map<PolicyKind, Set<String>> changed) {
        Set<String> names = changed.get(kind);
        return names == null ? had : list(kind).match(target, name, had, names);
    }

    /** Has the policies hold for an exchange. */
    void apply(Exchange exchange) {
        EffectivePolicy policy = match(PolicyTarget.EXCHANGE, exchange.name());
        if (!policy.equals(exchange.policy())) {
            exchange.apply(policy);
        }
    }

    /** Has the policies hold for a queue. */
    void apply(Queue queue) {
        EffectivePolicy policy = match(target(queue), queue.name());
        if (!policy.equals(of(queue))) {
            apply(queue, policy);
        }
    }

    private void apply(Queue queue, EffectivePolicy policy) {
        if (policy.isNone()) {
            ofQueues.remove(queue);
        } else {
            ofQueues.put(queue, policy);
        }
        FieldTable arguments = queue.declaration().arguments();
        queue.apply(QueueSettings.of(policy.over(arguments, target(queue))));
    }

    private static PolicyTarget target(Queue queue) {
        return PolicyTarget.of(queue.declaration().type());
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
     * Takes those that are policies; all that they hold for is there. One that can't be read is kept and holds for nothing:
     * nobody could mend it if the virtual host did not start for it.
     */
    void recovered(Collection<Parameter> parameters) {
        Map<PolicyKind, PolicyList> read = new EnumMap<>(PolicyKind.class);
        for (PolicyKind kind : PolicyKind.values()) {
            List<Policy> found = new ArrayList<>();
            parameters.stream()
                    .filter(each -> each.component().equals(kind.component()))
                    .forEach(each -> read(kind, each, found));
            read.put(kind, PolicyList.EMPTY.with(found));
        }
        keep(read);
        topology.exchanges().forEach(this::apply);
        topology.queues().forEach(this::apply);
    }

    private void read(PolicyKind kind, Parameter parameter, List<Policy> found) {
        try {
            found.add(PolicyTerm.read(kind, parameter.name(), parameter.value()));
        } catch (ParameterException e) {
            unreadable.add(parameter.component() + "/" + parameter.name());
            LOG.warn(
                    "Policy can't be read, so that it holds for nothing until it is set anew or cleared: {} reason={}",
                    parameter.describe(),
                    e.getMessage());
        }
    }

    /** Whether there was one that could not be read; there is none any more. */
    boolean forgetUnreadable(PolicyKind kind, String name) {
        return unreadable.remove(kind.component() + "/" + name);
    }
}
