package io.leveret.broker.queue;

import io.leveret.broker.queue.IndexedHeap.Member;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Members of an {@link IndexedHeap} that came in their order: each can be added at the end, and taken out wherever it is, in a time
 * that does not depend on how many there are. What is taken out of the middle leaves a gap, and those are closed when there is no room.
 */
final class MemberLine<T extends Member<T>> {

    private static final int LEAST = 16;

    /** A member's index is this less its slot, so that those of the heap are greater. */
    private static final int FIRST_INDEX = IndexedHeap.NOWHERE - 1;

    /** A ring, as long as a power of two. */
    private @Nullable T[] ring;

    /** Both count on for ever, and the slots by them; neither end is a gap. */
    private int head;

    private int tail;
    private int size;

    MemberLine() {
        ring = newRing(LEAST);
    }

    @SuppressWarnings("unchecked") // nothing but members is ever put into it
    private static <T extends Member<T>> @Nullable T[] newRing(int length) {
        return (T[]) new Member<?>[length];
    }

    int size() {
        return size;
    }

    @Nullable
    T first() {
        return size == 0 ? null : ring[slot(head)];
    }

    /** Whether a member may stand at the end. */
    boolean takes(T added) {
        T last = size == 0 ? null : ring[slot(tail - 1)];
        return last == null || !added.isBefore(last);
    }

    /** Adds one that it {@link #takes}. */
    void add(T added) {
        if (tail - head == ring.length) {
            lay(size > ring.length / 2 ? 2 * ring.length : ring.length);
        }
        put(added);
        size++;
    }

    private void put(T member) {
        int slot = slot(tail++);
        ring[slot] = member;
        member.index(FIRST_INDEX - slot);
    }

    boolean contains(T member) {
        int slot = FIRST_INDEX - member.index();
        return slot >= 0 && slot < ring.length && ring[slot] == member;
    }

    /** Takes out one that it {@link #contains}. */
    void remove(T member) {
        ring[FIRST_INDEX - member.index()] = null;
        member.index(IndexedHeap.NOWHERE);
        size--;
        while (head != tail && ring[slot(head)] == null) {
            head++;
        }
        while (head != tail && ring[slot(tail - 1)] == null) {
            tail--;
        }
        if (ring.length > LEAST && size < ring.length / 4) {
            lay(ring.length / 2);
        }
    }

    /** Closes the gaps. */
    private void lay(int length) {
        @Nullable T[] before = ring;
        int from = head;
        int to = tail;
        ring = newRing(length);
        head = 0;
        tail = 0;
        for (int i = from; i != to; i++) {
            T member = before[i & (before.length - 1)];
            if (member != null) {
                put(member);
            }
        }
    }

    void clear() {
        ring = newRing(LEAST);
        head = 0;
        tail = 0;
        size = 0;
    }

    /** Visits them from the last one on until the visitor wants no more, which is returned. */
    boolean visitBackwards(Predicate<T> visitor) {
        for (int i = tail; i != head; i--) {
            T member = ring[slot(i - 1)];
            if (member != null && !visitor.test(member)) {
                return false;
            }
        }
        return true;
    }

    private int slot(int count) {
        return count & (ring.length - 1);
    }
}
