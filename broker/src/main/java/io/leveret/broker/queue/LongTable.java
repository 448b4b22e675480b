package io.leveret.broker.queue;

/**
 * Numbers by numbers: about 36 octets an entry on the average. Where an entry stands is a secret of this process, so that who chooses
 * the keys can't heap them up in one place. A large one is in parts, which grow each by itself: nobody waits until all of it is copied. Not
 * safe for threads: who owns it has a lock.
 */
final class LongTable {

    /** What {@link #get} tells of a key that is not here; nobody puts it. */
    static final long NONE = Long.MIN_VALUE;

    /** With more entries it is divided, and with an eighth of them it is whole again. */
    static final int WHOLE = 8_192;

    /** With ten million entries each part has some 40,000, and is copied in less than a millisecond. */
    private static final int PARTS = 256;

    /** Of a hash its highest octet says which part; the bits of the place in that are others. */
    private static final int PART_SHIFT = Long.SIZE - 8;

    private final SecretHash hash = SecretHash.random();
    private LongPart[] parts = {new LongPart(hash)};
    private int size;

    /** Of all parts. */
    private long places = parts[0].places();

    int size() {
        return size;
    }

    /** What the arrays take, in octets. */
    long memoryBytes() {
        return 2L * Long.BYTES * places;
    }

    /** {@link #NONE} if the key is not here. */
    long get(long key) {
        return partOf(key).get(key);
    }

    boolean contains(long key) {
        return partOf(key).contains(key);
    }

    /** @param key any but 0 */
    void put(long key, long value) {
        LongPart part = partOf(key);
        int before = part.places();
        if (part.put(key, value)) {
            size++;
            places += part.places() - before;
            if (size > WHOLE && parts.length == 1) {
                divideIfMemoryAllows(PARTS);
            }
        }
    }

    /** Takes a key out, and tells what it had: {@link #NONE} if it was not here. */
    long remove(long key) {
        LongPart part = partOf(key);
        int before = part.places();
        long value = part.remove(key);
        if (value != NONE) {
            size--;
            places += part.places() - before;
            if (size < WHOLE / 8 && parts.length > 1) {
                divideIfMemoryAllows(1);
            }
        }
        return value;
    }

    /** Takes keys with their values, in no order. */
    interface Sink {

        void entry(long key, long value);
    }

    /** Shows everything. The sink does not change the table. */
    void forEach(Sink sink) {
        for (LongPart part : parts) {
            part.forEach(sink);
        }
    }

    private LongPart partOf(long key) {
        return partOf(key, parts);
    }

    private LongPart partOf(long key, LongPart[] of) {
        return of.length == 1 ? of[0] : of[(int) (hash.of(key) >>> PART_SHIFT)];
    }

    private void divideIfMemoryAllows(int count) {
        try {
            divide(count);
        } catch (OutOfMemoryError e) {
            // It is good as it is, and what was asked for is done: the next change tries again.
        }
    }

    /** Changes nothing before all is there. */
    private void divide(int count) {
        LongPart[] after = new LongPart[count];
        for (int i = 0; i < count; i++) {
            after[i] = new LongPart(hash);
        }
        for (LongPart part : parts) {
            part.forEach((key, value) -> partOf(key, after).put(key, value));
        }
        long placesAfter = 0;
        for (LongPart part : after) {
            placesAfter += part.places();
        }
        parts = after;
        places = placesAfter;
    }
}
