package io.leveret.broker.vhost;

import io.leveret.broker.policy.Parameter;
import io.leveret.broker.policy.ParameterException;
import io.leveret.broker.policy.Policy;
import io.leveret.broker.policy.PolicyKind;
import io.leveret.broker.policy.PolicyList;
import io.leveret.broker.policy.PolicyTerm;
import io.leveret.broker.queue.Queue;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
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
     * Sets policies of both kinds, which hold all at once: nothing leaves a queue because of a state in between. Those that are set
     * already are passed by.
     *
     * @throws ParameterException and
     * @throws UncheckedIOException as above, for all of them
     */
    void setAll(Map<PolicyKind, List<Policy>> given) {
        Map<PolicyKind, List<Policy>> checked = new EnumMap<>(PolicyKind.class);
        given.forEach((each, policies) -> checked.put(each, checked(each, policies)));
        synchronized (topology.policies) {
            checked.forEach((each, policies) -> policies.removeIf(isSet(each)));
            checked.values().removeIf(List::isEmpty);
            if (!checked.isEmpty()) {
                setOthers(checked);
            }
        }
        topology.catalog.awaitDurable();
    }

    private static List<Policy> checked(PolicyKind kind, List<Policy> policies) {
        return policies.stream()
                .map(each -> PolicyTerm.read(kind, each.name(), each.term()))
                .collect(Collectors.toCollection(ArrayList::new));
    }

    private Predicate<Policy> isSet(PolicyKind of) {
        PolicyList now = topology.policies.list(of);
        return policy -> policy.equals(now.get(policy.name()));
    }

    private void setOthers(Map<PolicyKind, List<Policy>> others) {
        Map<PolicyKind, PolicyList> lists = new EnumMap<>(PolicyKind.class);
        Map<PolicyKind, Set<String>> names = new EnumMap<>(PolicyKind.class);
        others.forEach((each, policies) -> {
            lists.put(each, topology.policies.list(each).with(policies));
            names.put(each, policies.stream().map(Policy::name).collect(Collectors.toSet()));
        });
        List<Queue> changed = change(
                lists,
                names,
                () -> others.forEach((each, policies) -> policies.forEach(policy -> record(each, policy))));
        others.forEach((each, policies) -> policies.forEach(policy -> events.set(each, policy, changed)));
    }

    private void record(PolicyKind of, Policy policy) {
        topology.policies.forgetUnreadable(of, policy.name());
        topology.catalog.add(new Parameter(of.component(), policy.name(), policy.term()));
    }

    /**
     * Clears a policy: the next one that matches holds for what it held for.
     *
     * @return false if there was none with that name
     * @throws UncheckedIOException if it can't be written: it is cleared, until the virtual host goes down for that
     */
    public boolean clear(String name) {
        synchronized (topology.policies) {
            PolicyList now = topology.policies.list(kind);
            if (now.get(name) == null && !topology.policies.forgetUnreadable(kind, name)) {
                return false;
            }
            List<Queue> changed = change(
                    Map.of(kind, now.without(name)),
                    Map.of(kind, Set.of(name)),
                    () -> topology.catalog.removeParameter(kind.component(), name));
            events.cleared(kind, name, changed);
        }
        topology.catalog.awaitDurable();
        return true;
    }

    /**
     * One change at a time, from here until it holds for all. What is declared meanwhile has the new lists already.
     *
     * @return the queues for which something else holds now
     */
    private List<Queue> change(Map<PolicyKind, PolicyList> lists, Map<PolicyKind, Set<String>> names, Runnable record) {
        topology.lock.lock();
        try {
            record.run();
            topology.catalog.append();
            topology.policies.keep(lists);
        } finally {
            topology.lock.unlock();
        }
        return topology.policies.applyChanged(names);
    }
}
