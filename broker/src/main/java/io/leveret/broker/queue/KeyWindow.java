package io.leveret.broker.queue;

import java.nio.ByteBuffer;
import java.util.Comparator;
import java.util.List;

/**
 * The keys that came last, each for a time, whatever became of their messages: as many as there are places, and a new one takes the
 * place of the oldest. It can be written down place by place. Not safe for threads: who owns it has a lock.
 */
public final class KeyWindow {

    private static final int RECORD_BYTES = 3 * Long.BYTES;

    /** What the store keeps in memory of a key that it has, for its next checkpoint: an estimate. */
    private static final int WRITTEN_BYTES = 104;

    private final long size;
    private final boolean written;

    /** By key: its number in the order in which they came. Those whose time is over may be among them until somebody asks. */
    private final LongTable numbers = new LongTable();

    /** Of a key the place is its number modulo the size. */
    private final KeyPlaces places = new KeyPlaces();

    private long next;

    /**
     * @param size how many keys there may be, from 1 to {@link Deduplication#LARGEST_SIZE}
     * @param written whether they are written down, which takes memory, too
     */
    public KeyWindow(long size, boolean written) {
        this.size = size;
        this.written = written;
    }

    /** One key as it is written down; the place is what it is known by there. */
    public record Written(byte[] place, byte[] value) {}

    /** How many keys there are at most: some may be over. */
    public int size() {
        return numbers.size();
    }

    /** What it takes, in octets. */
    public long memoryBytes() {
        long ofStore = written ? (long) WRITTEN_BYTES * numbers.size() : 0;
        return numbers.memoryBytes() + places.memoryBytes() + ofStore;
    }

    /**
     * Whether a key came before, its time is not over, and it is not driven out.
     *
     * @param coming how many keys are about to be added before
     */
    public boolean contains(long key, long nowMs, int coming) {
        long number = numbers.get(key);
        if (number == LongTable.NONE) {
            return false;
        }
        if (places.untilMs(place(number)) <= nowMs) {
            numbers.remove(key);
            return false;
        }
        return number >= next + coming - size;
    }

    /**
     * Takes a key in, in the place of the oldest if there are too many.
     *
     * @param until in milliseconds since 1970; {@link QueueSettings#NONE} for ever
     */
    public Written add(long key, long until) {
        long number = next++;
        put(number, key, until);
        byte[] value = ByteBuffer.allocate(RECORD_BYTES)
                .putLong(number)
                .putLong(key)
                .putLong(until)
                .array();
        return new Written(
                ByteBuffer.allocate(Integer.BYTES).putInt(place(number)).array(), value);
    }

    /** A key that was taken in does not count. */
    public void forget(long key) {
        numbers.remove(key);
    }

    private int place(long number) {
        return (int) (number % size);
    }

    private void put(long number, long key, long until) {
        int place = place(number);
        long old = places.key(place);
        if (old != 0) {
            long ofOld = numbers.get(old);
            // It may have come again since, and have another place.
            if (ofOld != LongTable.NONE && place(ofOld) == place) {
                numbers.remove(old);
            }
        }
        places.put(place, key, until);
        numbers.put(key, number);
    }

    /**
     * Begins with what was written down.
     *
     * @param values in any order
     * @throws IllegalArgumentException if one is none that this wrote
     */
    public void recovered(List<byte[]> values, long nowMs) {
        List<long[]> found = values.stream()
                .map(KeyWindow::read)
                .sorted(Comparator.comparingLong(each -> each[0]))
                .toList();
        if (found.isEmpty()) {
            return;
        }
        next = found.get(found.size() - 1)[0] + 1;
        for (long[] each : found) {
            // What drove an older one out may have been remembered in memory only.
            if (each[0] >= next - size && each[2] > nowMs) {
                put(each[0], each[1], each[2]);
            }
        }
    }

    private static long[] read(byte[] value) {
        if (value.length != RECORD_BYTES) {
            throw new IllegalArgumentException(
                    "a remembered key of " + value.length + " octets (expected: " + RECORD_BYTES + ")");
        }
        ByteBuffer in = ByteBuffer.wrap(value);
        return new long[] {in.getLong(), in.getLong(), in.getLong()};
    }
}
