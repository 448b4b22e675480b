package io.leveret.broker.vhost;

import io.leveret.broker.message.Destination;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Every binding of a virtual host, found by either end. Guarded by the topology lock. */
final class Bindings {

    private final Map<Destination, Set<Binding>> bySource = new HashMap<>();
    private final Map<Destination, Set<Binding>> byDestination = new HashMap<>();

    /** Adds a binding to the registry and to its source's routing table; false if it was there. */
    boolean add(Binding binding) {
        if (!bySource.computeIfAbsent(binding.source(), source -> new LinkedHashSet<>())
                .add(binding)) {
            return false;
        }
        byDestination
                .computeIfAbsent(binding.destination(), destination -> new LinkedHashSet<>())
                .add(binding);
        binding.source().bind(binding);
        return true;
    }

    /** Removes a binding; false if there was none. */
    boolean remove(Binding binding) {
        if (!removeFrom(bySource, binding.source(), binding)) {
            return false;
        }
        removeFrom(byDestination, binding.destination(), binding);
        binding.source().unbind(binding);
        return true;
    }

    boolean contains(Binding binding) {
        return bySource.getOrDefault(binding.source(), Set.of()).contains(binding);
    }

    boolean hasSource(Exchange source) {
        return bySource.containsKey(source);
    }

    List<Binding> from(Exchange source) {
        return List.copyOf(bySource.getOrDefault(source, Set.of()));
    }

    List<Binding> to(Destination destination) {
        return List.copyOf(byDestination.getOrDefault(destination, Set.of()));
    }

    private static boolean removeFrom(Map<Destination, Set<Binding>> map, Destination key, Binding binding) {
        Set<Binding> bindings = map.get(key);
        if (bindings == null || !bindings.remove(binding)) {
            return false;
        }
        if (bindings.isEmpty()) {
            map.remove(key);
        }
        return true;
    }
}
