package io.leveret.broker.vhost;

import io.leveret.broker.policy.Parameter;
import io.leveret.broker.policy.ParameterException;
import io.leveret.broker.policy.Policy;
import io.leveret.broker.policy.PolicyKind;
import io.leveret.broker.policy.PolicyList;
import io.leveret.broker.policy.PolicyTerm;
import io.leveret.broker.queue.Queue;
import java.io.UncheckedIOException;
import java.util.Collection;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Sets and clears the policies of one kind in a virtual host. A change holds at once, for what is there and for what comes, and
 * is on the disk when the call returns; so only a thread may make one that may block, no event loop.
 */
public final class Policies {

    private final PolicyKind kind;
    private final Topology topology;
    private final PolicyEvents events;

    Policies(PolicyKind kind, Topology topology, PolicyEvents events) {
        this.events = events;
        this.kind = kind;
        this.topology = topology;
    }

    /** All, by name. */
    public Collection<Policy> list() {
        return topology.policies.list(kind).policies();
    }

    /** The one with that name; null if there is none. */
    public @Nullable Policy get(String name) {
        return topology.policies.list(kind).get(name);
    }

    /**
     * Sets a policy, in the place of one with the same name.
     *
     * @throws ParameterException if it is not what a policy may be; nothing is changed
     * @throws UncheckedIOException if it can't be written: it holds, until the virtual host goes down for that
     */
    public void set(Policy policy) {
        setAll(Map.of(kind, List.of(policy)));
    }

    /**
     * Sets policies of both kinds, which hold all at once: nothing leaves a queue because of a state in between.
     *
     * @throws ParameterException and
     * @throws UncheckedIOException as above, for all of them
     */
    void setAll(Map<PolicyKind, List<Policy>> given) {
        Map<PolicyKind, List<Policy>> checked = new EnumMap<>(PolicyKind.class);
        given.forEach((each, policies) -> checked.put(each, checked(each, policies)));
        List<Queue> changed;
        topology.lock.lock();
        try {
            Map<PolicyKind, PolicyList> lists = new EnumMap<>(PolicyKind.class);
            checked.forEach((of, policies) -> {
                policies.forEach(each -> topology.catalog.add(new Parameter(of.component(), each.name(), each.term())));
                lists.put(of, topology.policies.list(of).with(policies));
            });
            topology.catalog.append();
            changed = topology.policies.replace(lists);
            checked.forEach((of, policies) -> policies.forEach(each -> events.set(of, each, changed)));
        } finally {
            topology.lock.unlock();
        }
        finish(changed);
    }

    private static List<Policy> checked(PolicyKind kind, List<Policy> policies) {
        return policies.stream()
                .map(each -> PolicyTerm.read(kind, each.name(), each.term()))
                .toList();
    }

    /**
     * Clears a policy: the next one that matches holds for what it held for.
     *
     * @return false if there was none with that name
     * @throws UncheckedIOException if it can't be written: it is cleared, until the virtual host goes down for that
     */
    public boolean clear(String name) {
        List<Queue> changed;
        topology.lock.lock();
        try {
            PolicyList now = topology.policies.list(kind);
            if (now.get(name) == null) {
                return false;
            }
            topology.catalog.removeParameter(kind.component(), name);
            topology.catalog.append();
            changed = topology.policies.replace(Map.of(kind, now.without(name)));
            events.cleared(kind, name, changed);
        } finally {
            topology.lock.unlock();
        }
        finish(changed);
        return true;
    }

    private void finish(List<Queue> changed) {
        changed.forEach(Queue::enforceSettings);
        topology.catalog.awaitDurable();
    }
}
