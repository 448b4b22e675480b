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
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Sets and clears the policies of one kind in a virtual host. A change holds at once, for what is there and for what comes, and
 * is on the disk when the call returns; so only a thread may make one that may block, no event loop.
 */
public final class Policies {

    private final PolicyKind kind;
    private final Topology topology;

    Policies(PolicyKind kind, Topology topology) {
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
        Policy checked = PolicyTerm.read(kind, policy.name(), policy.term());
        List<Queue> changed;
        topology.lock.lock();
        try {
            PolicyList now = topology.policies.list(kind);
            topology.catalog.add(new Parameter(kind.component(), checked.name(), checked.term()));
            topology.catalog.append();
            changed = topology.policies.replace(kind, now.with(checked));
        } finally {
            topology.lock.unlock();
        }
        finish(changed);
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
            changed = topology.policies.replace(kind, now.without(name));
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
