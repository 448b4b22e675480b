package io.leveret.exchange;

import java.util.List;
import java.util.function.Consumer;

/**
 * The destinations of equal bindings, immutable: a set that counts how often each was added, since one destination may be
 * bound with one key and several arguments. Iteration order stays the same as long as the set does.
 */
sealed interface Destinations<D> {

    Destinations<D> with(D destination);

    /** Without one addition of the destination, which must be there. */
    Destinations<D> without(D destination);

    boolean isEmpty();

    /** Calls the action once for each destination, whatever its count. */
    void forEach(Consumer<? super D> action);

    @SuppressWarnings("unchecked") // none holds no destination of any type
    static <D> Destinations<D> none() {
        return (Destinations<D>) Many.NONE;
    }

    /** Calls the action once for each destination that is in any of these. */
    static <D> void forEachOnce(List<Destinations<D>> several, Consumer<? super D> action) {
        if (several.size() == 1) {
            several.get(0).forEach(action);
            return;
        }
        OrderedSet<D> seen = new OrderedSet<>();
        for (Destinations<D> destinations : several) {
            destinations.forEach(destination -> {
                if (seen.add(destination)) {
                    action.accept(destination);
                }
            });
        }
    }

    /** The usual case of one binding per key, without a map. */
    record One<D>(D destination, int count) implements Destinations<D> {

        @Override
        public Destinations<D> with(D added) {
            if (destination.equals(added)) {
                return new One<>(destination, count + 1);
            }
            return new Many<>(PersistentMap.<D, Integer>empty().with(destination, count)).with(added);
        }

        @Override
        public Destinations<D> without(D removed) {
            if (!destination.equals(removed)) {
                throw notBound(removed);
            }
            return count == 1 ? none() : new One<>(destination, count - 1);
        }

        @Override
        public boolean isEmpty() {
            return false;
        }

        @Override
        public void forEach(Consumer<? super D> action) {
            action.accept(destination);
        }
    }

    record Many<D>(PersistentMap<D, Integer> counts) implements Destinations<D> {

        private static final Destinations<?> NONE = new Many<>(PersistentMap.empty());

        @Override
        public Destinations<D> with(D added) {
            if (counts.isEmpty()) {
                return new One<>(added, 1);
            }
            Integer count = counts.get(added);
            return new Many<>(counts.with(added, count == null ? 1 : count + 1));
        }

        @Override
        public Destinations<D> without(D removed) {
            Integer count = counts.get(removed);
            if (count == null) {
                throw notBound(removed);
            }
            return new Many<>(count == 1 ? counts.without(removed) : counts.with(removed, count - 1));
        }

        @Override
        public boolean isEmpty() {
            return counts.isEmpty();
        }

        @Override
        public void forEach(Consumer<? super D> action) {
            counts.forEach((destination, count) -> action.accept(destination));
        }
    }

    static IllegalArgumentException notBound(Object destination) {
        return new IllegalArgumentException("unbind: " + destination + " (expected: a destination that is bound)");
    }
}
