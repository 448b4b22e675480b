package io.leveret.broker.vhost;

import io.leveret.broker.message.Destination;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Every binding of a virtual host, found by either end. Taking an end out costs as much as it has ends to be bound with, not
 * bindings; the rest is left to a {@link Sweep}. Guarded by the topology lock.
 */
final class Bindings {

    private final SplitMap<Exchange, Outgoing> bySource = new SplitMap<>();

    /** May still have bundles from exchanges that are deleted, until they are swept. */
    private final SplitMap<Destination, SplitMap<Exchange, Bundle>> byDestination = new SplitMap<>();

    /** What leads from one exchange. */
    private static final class Outgoing {
        final SplitMap<Destination, Bundle> bundles = new SplitMap<>();
        int bindings;
    }

    /** Adds a binding to the registry and to its source's routing table; false if it was there. */
    boolean add(Binding binding) {
        Exchange source = binding.source();
        Outgoing outgoing = bySource.computeIfAbsent(source, exchange -> new Outgoing());
        if (!bundle(outgoing, source, binding.destination()).add(binding)) {
            return false;
        }
        outgoing.bindings++;
        source.bind(binding);
        return true;
    }

    private Bundle bundle(Outgoing outgoing, Exchange source, Destination destination) {
        Bundle there = outgoing.bundles.get(destination);
        if (there != null) {
            return there;
        }
        Bundle added = new Bundle(source, destination);
        outgoing.bundles.put(destination, added);
        byDestination.computeIfAbsent(destination, end -> new SplitMap<>()).put(source, added);
        return added;
    }

    /** Removes a binding from both; false if there was none. */
    boolean remove(Binding binding) {
        Outgoing outgoing = bySource.get(binding.source());
        Bundle bundle = outgoing == null ? null : outgoing.bundles.get(binding.destination());
        if (outgoing == null || bundle == null || !bundle.remove(binding)) {
            return false;
        }
        if (bundle.size() == 0) {
            outgoing.bundles.remove(bundle.destination());
            forget(bundle);
        }
        outgoing.bindings--;
        removeIfEmpty(bundle.source(), outgoing);
        binding.source().unbind(binding);
        return true;
    }

    /** Takes out all that leads from an exchange that was deleted with its table. */
    void removeSource(Exchange source, Sweep sweep) {
        Outgoing outgoing = bySource.remove(source);
        if (outgoing != null) {
            sweep.addFromDeleted(outgoing.bundles.values());
        }
    }

    /** Takes out all that leads to what was deleted, so that routes skip it already. */
    void removeDestination(Destination destination, Sweep sweep) {
        Collection<Bundle> incoming = to(destination);
        byDestination.remove(destination);
        for (Bundle bundle : incoming) {
            Outgoing outgoing = bySource.get(bundle.source());
            if (outgoing != null) {
                outgoing.bundles.remove(destination);
                outgoing.bindings -= bundle.size();
                removeIfEmpty(bundle.source(), outgoing);
                if (!bundle.source().forget(destination)) {
                    sweep.addToDeleted(bundle);
                }
                bundle.source().changed();
            }
        }
    }

    /** Drops a bundle whose source was deleted from its other end. */
    void forget(Bundle bundle) {
        SplitMap<Exchange, Bundle> incoming = byDestination.get(bundle.destination());
        if (incoming != null && incoming.remove(bundle.source()) != null && incoming.isEmpty()) {
            byDestination.remove(bundle.destination());
        }
    }

    private void removeIfEmpty(Exchange source, Outgoing outgoing) {
        if (outgoing.bindings == 0) {
            bySource.remove(source);
        }
    }

    boolean isEmpty() {
        return bySource.isEmpty() && byDestination.isEmpty();
    }

    boolean contains(Binding binding) {
        return find(binding) != null;
    }

    /** The binding that is there and equal to this one; null if there is none. */
    @Nullable
    Binding find(Binding binding) {
        Outgoing outgoing = bySource.get(binding.source());
        Bundle bundle = outgoing == null ? null : outgoing.bundles.get(binding.destination());
        return bundle == null ? null : bundle.find(binding);
    }

    boolean hasSource(Exchange source) {
        return bySource.get(source) != null;
    }

    int countFrom(Exchange source) {
        Outgoing outgoing = bySource.get(source);
        return outgoing == null ? 0 : outgoing.bindings;
    }

    /** What leads from an exchange. */
    List<Bundle> from(Exchange source) {
        Outgoing outgoing = bySource.get(source);
        List<Bundle> found = new ArrayList<>();
        if (outgoing != null) {
            outgoing.bundles.values().forEach(found::add);
        }
        return found;
    }

    /** What leads there from exchanges that are not deleted. */
    List<Bundle> to(Destination destination) {
        SplitMap<Exchange, Bundle> incoming = byDestination.get(destination);
        if (incoming == null) {
            return List.of();
        }
        List<Bundle> found = new ArrayList<>(incoming.size());
        incoming.values().forEach(bundle -> {
            if (!bundle.source().isDeleted()) {
                found.add(bundle);
            }
        });
        return found;
    }
}
