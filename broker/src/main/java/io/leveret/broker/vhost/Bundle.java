package io.leveret.broker.vhost;

import io.leveret.broker.message.Destination;
import org.jspecify.annotations.Nullable;

/** All bindings from one exchange to one destination. Guarded by the topology lock. */
final class Bundle {

    private final Exchange source;
    private final Destination destination;

    /** To themselves: equal ones may still differ in the order of their arguments. */
    private final SplitMap<Binding, Binding> bindings = new SplitMap<>();

    Bundle(Exchange source, Destination destination) {
        this.source = source;
        this.destination = destination;
    }

    Exchange source() {
        return source;
    }

    Destination destination() {
        return destination;
    }

    /** False if it was there. */
    boolean add(Binding binding) {
        if (bindings.get(binding) != null) {
            return false;
        }
        bindings.put(binding, binding);
        return true;
    }

    boolean remove(Binding binding) {
        return bindings.remove(binding) != null;
    }

    @Nullable
    Binding find(Binding binding) {
        return bindings.get(binding);
    }

    int size() {
        return bindings.size();
    }

    Iterable<Binding> bindings() {
        return bindings.values();
    }
}
