package io.leveret.exchange;

import java.util.Arrays;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * An immutable hash map: {@link #with} and {@link #without} return a new map that shares all but one path with the old one.
 *
 * <p>A hash trie, 32-fold, each map a node of it: entries lie in the node where their hash first differs from every other
 * entry's, so a map of one entry is one node and one array. Safe to read from any thread; holds no nulls.
 *
 * <p>Iteration order depends on the keys' {@link SeededHash} alone, but for keys with equal ones, which keep the order of insertion.
 */
final class PersistentMap<K, V> {

    private static final int BITS = 5;
    private static final int HASH_BITS = 32;
    private static final PersistentMap<?, ?> EMPTY = new PersistentMap<>(0, 0, new Object[0]);

    /** Which of the 32 slots hold an entry, and which hold a map; a node below the hash's last bit uses neither. */
    private final int entrySlots;

    private final int mapSlots;

    /** Key and value of each entry in the order of their slots, then the maps in the order of theirs. */
    private final Object[] content;

    private PersistentMap(int entrySlots, int mapSlots, Object[] content) {
        this.entrySlots = entrySlots;
        this.mapSlots = mapSlots;
        this.content = content;
    }

    @SuppressWarnings("unchecked") // an empty map holds no key and no value of any type
    static <K, V> PersistentMap<K, V> empty() {
        return (PersistentMap<K, V>) EMPTY;
    }

    boolean isEmpty() {
        return content.length == 0;
    }

    @Nullable
    V get(K key) {
        int hash = spread(key);
        PersistentMap<K, V> node = this;
        for (int shift = 0; shift < HASH_BITS; shift += BITS) {
            int slot = slot(hash, shift);
            if ((node.mapSlots & slot) != 0) {
                node = node.child(node.mapIndex(slot));
            } else if ((node.entrySlots & slot) != 0) {
                int index = node.entryIndex(slot);
                return node.content[index].equals(key) ? node.value(index + 1) : null;
            } else {
                return null;
            }
        }
        int index = node.collisionIndex(key);
        return index < 0 ? null : node.value(index + 1);
    }

    PersistentMap<K, V> with(K key, V value) {
        return with(key, value, spread(key), 0);
    }

    /** This map without the key; the same map if it does not hold the key. */
    PersistentMap<K, V> without(K key) {
        return without(key, spread(key), 0);
    }

    void forEach(BiConsumer<? super K, ? super V> action) {
        int entriesEnd = entriesEnd();
        for (int index = 0; index < entriesEnd; index += 2) {
            action.accept(key(index), value(index + 1));
        }
        for (int index = entriesEnd; index < content.length; index++) {
            child(index).forEach(action);
        }
    }

    private PersistentMap<K, V> with(K key, V value, int hash, int shift) {
        if (shift >= HASH_BITS) {
            return withCollision(key, value);
        }
        int slot = slot(hash, shift);
        if ((mapSlots & slot) != 0) {
            int index = mapIndex(slot);
            return replaced(index, child(index).with(key, value, hash, shift + BITS));
        }
        int index = entryIndex(slot);
        if ((entrySlots & slot) == 0) {
            return new PersistentMap<>(entrySlots | slot, mapSlots, inserted(content, index, key, value));
        }
        if (content[index].equals(key)) {
            return replaced(index + 1, value);
        }
        PersistentMap<K, V> pair = PersistentMap.<K, V>empty()
                .with(key(index), value(index + 1), spread(key(index)), shift + BITS)
                .with(key, value, hash, shift + BITS);
        return entryToMap(slot, pair);
    }

    private PersistentMap<K, V> without(K key, int hash, int shift) {
        if (shift >= HASH_BITS) {
            int index = collisionIndex(key);
            return index < 0 ? this : new PersistentMap<>(0, 0, removed(content, index, 2));
        }
        int slot = slot(hash, shift);
        if ((mapSlots & slot) != 0) {
            int index = mapIndex(slot);
            PersistentMap<K, V> before = child(index);
            PersistentMap<K, V> after = before.without(key, hash, shift + BITS);
            return after == before ? this : after.isSingleEntry() ? mapToEntry(slot, after) : replaced(index, after);
        }
        int index = entryIndex(slot);
        if ((entrySlots & slot) == 0 || !content[index].equals(key)) {
            return this;
        }
        return new PersistentMap<>(entrySlots & ~slot, mapSlots, removed(content, index, 2));
    }

    private PersistentMap<K, V> withCollision(K key, V value) {
        int index = collisionIndex(key);
        return index < 0
                ? new PersistentMap<>(0, 0, inserted(content, content.length, key, value))
                : replaced(index + 1, value);
    }

    private int collisionIndex(K key) {
        for (int index = 0; index < content.length; index += 2) {
            if (content[index].equals(key)) {
                return index;
            }
        }
        return -1;
    }

    private PersistentMap<K, V> entryToMap(int slot, PersistentMap<K, V> map) {
        Object[] fewer = removed(content, entryIndex(slot), 2);
        int index = 2 * Integer.bitCount(entrySlots & ~slot) + Integer.bitCount(mapSlots & (slot - 1));
        return new PersistentMap<>(entrySlots & ~slot, mapSlots | slot, inserted(fewer, index, map));
    }

    private PersistentMap<K, V> mapToEntry(int slot, PersistentMap<K, V> single) {
        Object[] fewer = removed(content, mapIndex(slot), 1);
        return new PersistentMap<>(
                entrySlots | slot,
                mapSlots & ~slot,
                inserted(fewer, entryIndex(slot), single.content[0], single.content[1]));
    }

    private PersistentMap<K, V> replaced(int index, Object with) {
        Object[] copy = content.clone();
        copy[index] = with;
        return new PersistentMap<>(entrySlots, mapSlots, copy);
    }

    private static Object[] inserted(Object[] content, int index, Object... added) {
        Object[] copy = Arrays.copyOf(content, content.length + added.length);
        System.arraycopy(added, 0, copy, index, added.length);
        System.arraycopy(content, index, copy, index + added.length, content.length - index);
        return copy;
    }

    private static Object[] removed(Object[] content, int index, int count) {
        Object[] copy = Arrays.copyOf(content, content.length - count);
        System.arraycopy(content, index + count, copy, index, copy.length - index);
        return copy;
    }

    private boolean isSingleEntry() {
        return mapSlots == 0 && content.length == 2;
    }

    private int entriesEnd() {
        return content.length - Integer.bitCount(mapSlots);
    }

    private int entryIndex(int slot) {
        return 2 * Integer.bitCount(entrySlots & (slot - 1));
    }

    private int mapIndex(int slot) {
        return entriesEnd() + Integer.bitCount(mapSlots & (slot - 1));
    }

    @SuppressWarnings("unchecked") // content below entriesEnd() is keys and values in turn
    private K key(int index) {
        return (K) content[index];
    }

    @SuppressWarnings("unchecked") // as for key
    private V value(int index) {
        return (V) content[index];
    }

    @SuppressWarnings("unchecked") // content from entriesEnd() on is maps
    private PersistentMap<K, V> child(int index) {
        return (PersistentMap<K, V>) content[index];
    }

    private static int slot(int hash, int shift) {
        return 1 << (hash >>> shift);
    }

    /** The upper bits matter as much as the lower: strings that differ in their last characters alone stay apart. */
    private static int spread(Object key) {
        int hash = SeededHash.of(key) * 0x9E3779B9;
        return hash ^ hash >>> 16;
    }
}
