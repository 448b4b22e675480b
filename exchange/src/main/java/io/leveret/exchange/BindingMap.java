package io.leveret.exchange;

import org.jspecify.annotations.Nullable;

/** What bindings ask for (a routing key, say) and the destinations of those that ask for exactly that; immutable. */
record BindingMap<K, D>(PersistentMap<K, Destinations<D>> byKey, int size) {

    static <K, D> BindingMap<K, D> empty() {
        return new BindingMap<>(PersistentMap.empty(), 0);
    }

    boolean isEmpty() {
        return size == 0;
    }

    @Nullable
    Destinations<D> get(K key) {
        return byKey.get(key);
    }

    BindingMap<K, D> with(K key, D destination) {
        Destinations<D> bound = byKey.get(key);
        if (bound == null) {
            return new BindingMap<>(byKey.with(key, Destinations.<D>none().with(destination)), size + 1);
        }
        return new BindingMap<>(byKey.with(key, bound.with(destination)), size);
    }

    /** Without one binding of the destination, which must be there. */
    BindingMap<K, D> without(K key, D destination) {
        Destinations<D> bound = byKey.get(key);
        Destinations<D> rest = (bound == null ? Destinations.<D>none() : bound).without(destination);
        if (rest.isEmpty()) {
            return new BindingMap<>(byKey.without(key), size - 1);
        }
        return new BindingMap<>(byKey.with(key, rest), size);
    }
}
