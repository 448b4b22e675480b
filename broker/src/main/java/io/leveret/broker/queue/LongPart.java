package io.leveret.broker.queue;

/** A part of a {@link LongTable}, or a small one as a whole: keys and values in two arrays, each key near the place that its hash says. */
final class LongPart {

    private static final int LEAST = 16;

    /** The key of a free place. */
    private static final long FREE = 0;

    private final SecretHash hash;
    private long[] keys = new long[LEAST];
    private long[] values = new long[LEAST];
    private int size;

    LongPart(SecretHash hash) {
        this.hash = hash;
    }

    /** How many places there are, free ones among them. */
    int places() {
        return keys.length;
    }

    /** {@link LongTable#NONE} if the key is not here. */
    long get(long key) {
        int place = placeOf(key);
        return keys[place] == FREE ? LongTable.NONE : values[place];
    }

    boolean contains(long key) {
        return keys[placeOf(key)] != FREE;
    }

    /** False if the key was here before. */
    boolean put(long key, long value) {
        int place = placeOf(key);
        boolean isNew = keys[place] == FREE;
        if (isNew) {
            if ((size + 1) * 3L > keys.length * 2L) {
                resize(keys.length * 2);
                place = placeOf(key);
            }
            keys[place] = key;
            size++;
        }
        values[place] = value;
        return isNew;
    }

    /** Takes a key out, and tells what it had: {@link LongTable#NONE} if it was not here. */
    long remove(long key) {
        int place = placeOf(key);
        if (keys[place] == FREE) {
            return LongTable.NONE;
        }
        long value = values[place];
        size--;
        keys[place] = FREE;
        closeGap(place);
        // A table that was large once is not for ever.
        if (keys.length > LEAST && size * 8L < keys.length) {
            shrink();
        }
        return value;
    }

    private void shrink() {
        try {
            resize(keys.length / 2);
        } catch (OutOfMemoryError e) {
            // It is good as it is, and the key is out: the next one that goes tries again.
        }
    }

    /** Shows everything. The sink does not change it. */
    void forEach(LongTable.Sink sink) {
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
        return (int) (hash.of(key) >>> 32) & (keys.length - 1);
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

    /** Changes nothing before both arrays are there: memory may run out. */
    private void resize(int places) {
        long[] newKeys = new long[places];
        long[] newValues = new long[places];
        long[] oldKeys = keys;
        long[] oldValues = values;
        keys = newKeys;
        values = newValues;
        for (int i = 0; i < oldKeys.length; i++) {
            if (oldKeys[i] != FREE) {
                int place = placeOf(oldKeys[i]);
                keys[place] = oldKeys[i];
                values[place] = oldValues[i];
            }
        }
    }
}
