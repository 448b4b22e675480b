package io.leveret.broker.vhost;

import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Iterator;

/**
 * What is left of bindings whose queue or exchange was deleted. Nobody sees them any more, but they take memory; there may be
 * a million, so they go in slices. Guarded by the topology lock, one hold of it for each slice.
 */
final class Sweep {

    private final Bindings bindings;

    /** They stand in the routing tables of their sources. */
    private final ArrayDeque<Bundle> toDeleted = new ArrayDeque<>();

    /** They stand in the registry under their destinations. */
    private final ArrayDeque<Iterator<Bundle>> fromDeleted = new ArrayDeque<>();

    private Iterator<Binding> current = Collections.emptyIterator();

    Sweep(Bindings bindings) {
        this.bindings = bindings;
    }

    void addToDeleted(Bundle bundle) {
        toDeleted.add(bundle);
    }

    /** @param bundles which nobody changes any more */
    void addFromDeleted(Iterable<Bundle> bundles) {
        fromDeleted.add(bundles.iterator());
    }

    /** Clears so many away; false if nothing is left. */
    boolean slice(int count) {
        for (int i = 0; i < count; i++) {
            if (!unbindNext() && !forgetNext()) {
                return false;
            }
        }
        return true;
    }

    private boolean unbindNext() {
        while (!current.hasNext()) {
            Bundle next = toDeleted.poll();
            if (next == null) {
                return false;
            }
            // A source that was deleted since has no table any more.
            current = next.source().isDeleted()
                    ? Collections.emptyIterator()
                    : next.bindings().iterator();
        }
        Binding binding = current.next();
        if (!binding.source().isDeleted()) {
            binding.source().sweep(binding);
        }
        return true;
    }

    private boolean forgetNext() {
        while (!fromDeleted.isEmpty() && !fromDeleted.getFirst().hasNext()) {
            fromDeleted.removeFirst();
        }
        if (fromDeleted.isEmpty()) {
            return false;
        }
        bindings.forget(fromDeleted.getFirst().next());
        return true;
    }
}
