package io.leveret.broker.queue;

import java.security.SecureRandom;

/**
 * Numbers by numbers, in two arrays: about 36 octets an entry on the average. Where an entry stands is a secret of this process, so that who chooses
 * the keys can't heap them up in one place. Not safe for threads: who owns it has a lock.
 */
final class LongTable {

    /** What {@link #get} tells of a key that is not here; nobody puts it. */
    static final long NONE = Long.MIN_VALUE;

    private static final int LEAST = 16;

    /** The key of a free place. */
    private static final long FREE = 0;

    private static final SecureRandom SECRETS = new SecureRandom();

    private final long secret = SECRETS.nextLong();
    private final long odd = SECRETS.nextLong() | 1;
    private long[] keys = new long[LEAST];
    private long[] values = new long[LEAST];
    private int size;

    int size() {
        return size;
    }

    /** What the arrays take, in octets. */
    long memoryBytes() {
        return 2L * Long.BYTES * keys.length;
    }

    /** {@link #NONE} if the key is not here. */
    long get(long key) {
        int place = placeOf(key);
        return keys[place] == FREE ? NONE : values[place];
    }

    boolean contains(long key) {
        return keys[placeOf(key)] != FREE;
    }

    /** @param key any but 0 */
    void put(long key, long value) {
        int place = placeOf(key);
        if (keys[place] == FREE) {
            if ((size + 1) * 3L > keys.length * 2L) {
                resize(keys.length * 2);
                place = placeOf(key);
            }
            keys[place] = key;
            size++;
        }
        values[place] = value;
    }

    /** Takes a key out, and tells what it had: {@link #NONE} if it was not here. */
    long remove(long key) {
        int place = placeOf(key);
        if (keys[place] == FREE) {
            return NONE;
        }
        long value = values[place];
        size--;
        keys[place] = FREE;
        closeGap(place);
        // A table that was large once is not for ever.
        if (keys.length > LEAST && size * 8L < keys.length) {
            resize(keys.length / 2);
        }
        return value;
    }

    /** Takes keys with their values, in no order. */
    interface Sink {

        void entry(long key, long value);
    }

    /** Shows everything. The sink does not change the table. */
    void forEach(Sink sink) {
        for (int i = 0; i < keys.length; i++) {
            if (keys[i] != FREE) {
                sink.entry(keys[i], values[i]);
            }
        }
    }

    /** Where a key is, or where it would go. */
    private int placeOf(long key) {
        int mask = keys.length - 1;
        int place = home(key);
        while (keys[place] != FREE && keys[place] != key) {
            place = (place + 1) & mask;
        }
        return place;
    }

    private int home(long key) {
        long mixed = (key ^ secret) * odd;
        // The high bits depend on all of the key's; folded once more, since the multiplication carries upwards only.
        mixed ^= mixed >>> 32;
        return (int) ((mixed * odd) >>> 32) & (keys.length - 1);
    }

    /** Moves back what a free place would cut off from its home. */
    private void closeGap(int freed) {
        int mask = keys.length - 1;
        int gap = freed;
        for (int place = (gap + 1) & mask; keys[place] != FREE; place = (place + 1) & mask) {
            int distance = (place - home(keys[place])) & mask;
            if (distance >= ((place - gap) & mask)) {
                keys[gap] = keys[place];
                values[gap] = values[place];
                keys[place] = FREE;
                gap = place;
            }
        }
    }

    private void resize(int capacity) {
        long[] oldKeys = keys;
        long[] oldValues = values;
        keys = new long[capacity];
        values = new long[capacity];
        for (int i = 0; i < oldKeys.length; i++) {
            if (oldKeys[i] != FREE) {
                int place = placeOf(oldKeys[i]);
                keys[place] = oldKeys[i];
                values[place] = oldValues[i];
            }
        }
    }
}
