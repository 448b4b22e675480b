package io.leveret.persistence.state;

import java.util.Arrays;
import java.util.Collections;
import java.util.Iterator;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Opaque values by opaque keys, sorted by the keys' bytes; owned by its state. */
final class ByteMap {

    private final TreeMap<byte[], byte[]> entries = new TreeMap<>(Arrays::compareUnsigned);

    /** Sets a value, or removes it if it is null. */
    void set(byte[] key, byte @Nullable [] value) {
        if (value == null) {
            entries.remove(key);
        } else {
            entries.put(key, value);
        }
    }

    /** Removes every value whose key begins so. */
    void removeRange(byte[] keyPrefix) {
        Iterator<byte[]> keys = entries.tailMap(keyPrefix, true).keySet().iterator();
        while (keys.hasNext() && startsWith(keys.next(), keyPrefix)) {
            keys.remove();
        }
    }

    private static boolean startsWith(byte[] key, byte[] prefix) {
        return key.length >= prefix.length && Arrays.equals(key, 0, prefix.length, prefix, 0, prefix.length);
    }

    boolean isEmpty() {
        return entries.isEmpty();
    }

    SortedMap<byte[], byte[]> view() {
        return Collections.unmodifiableSortedMap(entries);
    }
}
