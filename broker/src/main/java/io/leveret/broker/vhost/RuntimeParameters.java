package io.leveret.broker.vhost;

import io.leveret.amqp.FieldValue;
import io.leveret.broker.policy.Parameter;
import io.leveret.broker.policy.ParameterCheck;
import io.leveret.broker.policy.ParameterException;
import io.leveret.broker.policy.PolicyKind;
import io.leveret.broker.policy.PolicyTerm;
import java.io.UncheckedIOException;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.ConcurrentSkipListMap;
import org.jspecify.annotations.Nullable;

/**
 * The runtime parameters of a virtual host that are no policies; what is set as an operator's policy goes to those, as in RabbitMQ. Any
 * thread may ask; a change is on the disk when the call returns, so only a thread may make one that may block, no event loop.
 */
public final class RuntimeParameters {

    private final Topology topology;
    private final PolicyEvents events;
    private final Policies operatorPolicies;

    /** Changed under the topology lock. */
    private final ConcurrentSkipListMap<Key, Parameter> parameters = new ConcurrentSkipListMap<>();

    private record Key(String component, String name) implements Comparable<Key> {

        @Override
        public int compareTo(Key other) {
            int order = component.compareTo(other.component);
            return order == 0 ? name.compareTo(other.name) : order;
        }
    }

    RuntimeParameters(Topology topology, PolicyEvents events, Policies operatorPolicies) {
        this.events = events;
        this.topology = topology;
        this.operatorPolicies = operatorPolicies;
    }

    /** All, by component and name. */
    public Collection<Parameter> list() {
        return List.copyOf(parameters.values());
    }

    /** The value of one; null if there is none. */
    public @Nullable FieldValue get(String component, String name) {
        Parameter parameter = parameters.get(new Key(component, name));
        return parameter == null ? null : parameter.value();
    }

    /**
     * Sets a parameter, or gives it another value. One that is set already is passed by; it is on the disk then, too.
     *
     * @throws ParameterException if RabbitMQ knows no such component, or the value is none for it; nothing is changed
     * @throws UncheckedIOException if it can't be written
     */
    public void set(Parameter parameter) {
        if (isOperatorPolicy(parameter.component())) {
            operatorPolicies.set(PolicyTerm.read(PolicyKind.OPERATOR, parameter.name(), parameter.value()));
            return;
        }
        ParameterCheck.check(parameter);
        topology.lock.lock();
        try {
            if (!parameter.value().equals(get(parameter.component(), parameter.name()))) {
                change(parameter);
            }
        } finally {
            topology.lock.unlock();
        }
        // Also if another thread has set it just now.
        topology.catalog.awaitDurable();
    }

    private static boolean isOperatorPolicy(String component) {
        return PolicyKind.ofComponent(component) == PolicyKind.OPERATOR;
    }

    private void change(Parameter parameter) {
        topology.catalog.add(parameter);
        topology.catalog.append();
        parameters.put(new Key(parameter.component(), parameter.name()), parameter);
        events.set(parameter);
    }

    /**
     * Clears a parameter.
     *
     * @return false if there was none
     * @throws UncheckedIOException if it can't be written
     */
    public boolean clear(String component, String name) {
        if (isOperatorPolicy(component)) {
            return operatorPolicies.clear(name);
        }
        topology.lock.lock();
        try {
            if (!parameters.containsKey(new Key(component, name))) {
                return false;
            }
            topology.catalog.removeParameter(component, name);
            topology.catalog.append();
            parameters.remove(new Key(component, name));
            events.cleared(component, name);
        } finally {
            topology.lock.unlock();
        }
        topology.catalog.awaitDurable();
        return true;
    }

    /** Takes those that are no policies. */
    void recovered(Collection<Parameter> found) {
        for (Parameter each : found) {
            if (PolicyKind.ofComponent(each.component()) == null) {
                parameters.put(new Key(each.component(), each.name()), each);
            }
        }
    }
}
