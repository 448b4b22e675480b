package io.leveret.persistence.state;

import java.util.Arrays;
import java.util.function.LongPredicate;
import org.jspecify.annotations.Nullable;

/**
 * What changed of a queue's entries: a hash table in arrays, since a lost connection may return a million entries at once. Owned by
 * its queue.
 */
final class Updates {

    private static final long FREE = 0;

    private static final int LEAST = 16;

    private long[] positions = new long[LEAST];
    private int[] deliveryCounts = new int[LEAST];

    /** Null while no entry waits for a time. */
    private long @Nullable [] notBefore;

    private int size;

    void put(long position, int deliveryCount, long notBeforeMs) {
        int slot = slotOf(position);
        if (positions[slot] == FREE) {
            if ((size + 1) * 3L > positions.length * 2L) {
                rehash(positions.length * 2, any -> true);
                slot = slotOf(position);
            }
            positions[slot] = position;
            size++;
        }
        deliveryCounts[slot] = deliveryCount;
        if (notBeforeMs != 0 && notBefore == null) {
            notBefore = new long[positions.length];
        }
        if (notBefore != null) {
            notBefore[slot] = notBeforeMs;
        }
    }

    /** What it takes of the heap. */
    long bytes() {
        return positions.length * (long) (Long.BYTES + Integer.BYTES + (notBefore == null ? 0 : Long.BYTES));
    }

    /** 0 if nothing changed of the entry; so for {@link #notBeforeMs}. */
    int deliveryCount(long position) {
        int slot = slotOf(position);
        return positions[slot] == FREE ? 0 : deliveryCounts[slot];
    }

    long notBeforeMs(long position) {
        int slot = slotOf(position);
        return positions[slot] == FREE || notBefore == null ? 0 : notBefore[slot];
    }

    void remove(long position) {
        int slot = slotOf(position);
        if (positions[slot] == FREE) {
            return;
        }
        size--;
        positions[slot] = FREE;
        closeGap(slot);
        shrink();
    }

    void keepOnly(LongPredicate wanted) {
        rehash(positions.length, wanted);
        shrink();
    }

    /** A million that returned and are gone leave nothing behind. */
    private void shrink() {
        while (positions.length > LEAST && size * 8L < positions.length) {
            rehash(positions.length / 2, any -> true);
        }
    }

    /** By position. */
    void forEach(QueueState.UpdateVisitor visitor) {
        long[] sorted = Arrays.stream(positions)
                .filter(position -> position != FREE)
                .sorted()
                .toArray();
        for (long position : sorted) {
            int slot = slotOf(position);
            visitor.visit(position, deliveryCounts[slot], notBefore == null ? 0 : notBefore[slot]);
        }
    }

    /** Where a position is, or where it would go. */
    private int slotOf(long position) {
        int slot = home(position);
        while (positions[slot] != FREE && positions[slot] != position) {
            slot = (slot + 1) & (positions.length - 1);
        }
        return slot;
    }

    private int home(long position) {
        long mixed = position * 0x9E37_79B9_7F4A_7C15L;
        return (int) (mixed >>> 32) & (positions.length - 1);
    }

    /** Moves back what a free slot would cut off from its home. */
    private void closeGap(int freed) {
        int mask = positions.length - 1;
        int gap = freed;
        for (int slot = (gap + 1) & mask; positions[slot] != FREE; slot = (slot + 1) & mask) {
            int distance = (slot - home(positions[slot])) & mask;
            if (distance >= ((slot - gap) & mask)) {
                positions[gap] = positions[slot];
                deliveryCounts[gap] = deliveryCounts[slot];
                if (notBefore != null) {
                    notBefore[gap] = notBefore[slot];
                }
                positions[slot] = FREE;
                gap = slot;
            }
        }
    }

    private void rehash(int capacity, LongPredicate wanted) {
        long[] oldPositions = positions;
        int[] oldCounts = deliveryCounts;
        long[] oldNotBefore = notBefore;
        positions = new long[capacity];
        deliveryCounts = new int[capacity];
        notBefore = oldNotBefore == null ? null : new long[capacity];
        size = 0;
        for (int i = 0; i < oldPositions.length; i++) {
            if (oldPositions[i] != FREE && wanted.test(oldPositions[i])) {
                put(oldPositions[i], oldCounts[i], oldNotBefore == null ? 0 : oldNotBefore[i]);
            }
        }
    }
}
