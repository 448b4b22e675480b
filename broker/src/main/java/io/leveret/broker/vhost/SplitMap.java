package io.leveret.broker.vhost;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A hash map whose growth never takes long: once it is large it is many small ones, each of which grows by itself. One hash map of
 * 100,000 bindings takes 10 to 20 ms for the addition that makes it grow (measured), and who makes it holds the topology lock. Guarded
 * by that lock.
 */
final class SplitMap<K, V> {

    static final int SPLIT_AT = 1024;

    private static final int PART_BITS = 6;
    private static final int PARTS = 1 << PART_BITS;

    /** Spreads hashes over the parts by other bits than a part spreads them over its places. */
    private static final int MIX = 0x9E37_79B9;

    /** One, or as many as {@link #PARTS}. */
    private List<Map<K, V>> parts = List.of(new HashMap<>(2));

    private int size;

    int size() {
        return size;
    }

    boolean isEmpty() {
        return size == 0;
    }

    @Nullable
    V get(K key) {
        return part(key).get(key);
    }

    V computeIfAbsent(K key, Function<? super K, ? extends V> made) {
        V there = get(key);
        if (there != null) {
            return there;
        }
        V added = made.apply(key);
        put(key, added);
        return added;
    }

    /** What was there before; null if nothing was. */
    @Nullable
    V put(K key, V value) {
        V before = part(key).put(key, value);
        if (before == null && ++size == SPLIT_AT && parts.size() == 1) {
            split();
        }
        return before;
    }

    /** What was there; null if nothing was. */
    @Nullable
    V remove(K key) {
        V removed = part(key).remove(key);
        if (removed != null) {
            size--;
        }
        return removed;
    }

    /** In no order; nothing may be added or removed meanwhile. */
    Iterable<V> values() {
        return Values::new;
    }

    private Map<K, V> part(K key) {
        return parts.size() == 1 ? parts.get(0) : parts.get((key.hashCode() * MIX) >>> (Integer.SIZE - PART_BITS));
    }

    private void split() {
        Map<K, V> whole = parts.get(0);
        List<Map<K, V>> made = new ArrayList<>(PARTS);
        for (int i = 0; i < PARTS; i++) {
            made.add(new HashMap<>());
        }
        parts = made;
        whole.forEach((key, value) -> part(key).put(key, value));
    }

    private final class Values implements Iterator<V> {

        private final Iterator<Map<K, V>> others = parts.iterator();
        private Iterator<V> current = others.next().values().iterator();

        @Override
        public boolean hasNext() {
            while (!current.hasNext() && others.hasNext()) {
                current = others.next().values().iterator();
            }
            return current.hasNext();
        }

        @Override
        public V next() {
            if (!hasNext()) {
                throw new NoSuchElementException();
            }
            return current.next();
        }
    }
}
