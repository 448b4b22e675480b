package io.leveret.broker.queue;

import java.util.Arrays;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A binary heap whose members know their places, so that each can be taken out wherever it is. Those that come in their order, as times
 * mostly do, stand in a {@link MemberLine} beside it, where neither coming nor going costs a search. Guarded by a lock of its owner's.
 */
public final class IndexedHeap<T extends IndexedHeap.Member<T>> {

    /** The place of a member that is in no heap. */
    public static final int NOWHERE = -1;

    private static final int LEAST = 16;

    private T[] heap = newHeap();
    private int size;
    private final MemberLine<T> line = new MemberLine<>();

    /** What can stand in one heap at a time. */
    public interface Member<T> {

        /** Its place, {@link #NOWHERE} at first; negative in the line. */
        int index();

        /** Called by the heap alone. */
        void index(int at);

        boolean isBefore(T other);
    }

    @SuppressWarnings("unchecked") // nothing but members is ever put into it
    private T[] newHeap() {
        return (T[]) new Member<?>[LEAST];
    }

    public int size() {
        return size + line.size();
    }

    /** The one before all others; null if there is none. */
    public @Nullable T first() {
        T inOrder = line.first();
        T other = size == 0 ? null : heap[0];
        return inOrder == null || (other != null && other.isBefore(inOrder)) ? other : inOrder;
    }

    public void add(T added) {
        if (line.takes(added)) {
            line.add(added);
            return;
        }
        if (size == heap.length) {
            heap = Arrays.copyOf(heap, 2 * size);
        }
        size++;
        up(size - 1, added);
    }

    /** Whether it holds a member. */
    public boolean contains(T member) {
        int at = member.index();
        return at >= 0 ? at < size && heap[at] == member : line.contains(member);
    }

    /** Takes out a member that is in no other heap. */
    public void remove(T removed) {
        int at = removed.index();
        if (at >= 0) {
            removeAt(at, removed);
        } else if (at != NOWHERE) {
            line.remove(removed);
        }
    }

    private void removeAt(int at, T removed) {
        removed.index(NOWHERE);
        size--;
        T last = heap[size];
        heap[size] = null;
        if (at < size) {
            if (at > 0 && last.isBefore(heap[parent(at)])) {
                up(at, last);
            } else {
                down(at, last);
            }
        }
        if (heap.length > LEAST && size < heap.length / 4) {
            heap = Arrays.copyOf(heap, heap.length / 2);
        }
    }

    public void clear() {
        heap = newHeap();
        size = 0;
        line.clear();
    }

    /** Visits all, in no order; the visitor changes nothing here. */
    public void forEach(Consumer<T> visitor) {
        visitFromTheEnd(member -> {
            visitor.accept(member);
            return true;
        });
    }

    /**
     * Visits them until the visitor wants no more, in no order but that those come late that are among the first; the visitor changes
     * nothing here.
     */
    public void visitFromTheEnd(Predicate<T> visitor) {
        boolean more = line.visitBackwards(visitor);
        for (int i = size - 1; i >= 0 && more; i--) {
            more = visitor.test(heap[i]);
        }
    }

    private void up(int from, T moved) {
        int at = from;
        while (at > 0 && moved.isBefore(heap[parent(at)])) {
            put(at, heap[parent(at)]);
            at = parent(at);
        }
        put(at, moved);
    }

    private void down(int from, T moved) {
        int at = from;
        for (int child = 2 * at + 1; child < size; child = 2 * at + 1) {
            if (child + 1 < size && heap[child + 1].isBefore(heap[child])) {
                child++;
            }
            if (moved.isBefore(heap[child])) {
                break;
            }
            put(at, heap[child]);
            at = child;
        }
        put(at, moved);
    }

    private void put(int at, T member) {
        heap[at] = member;
        member.index(at);
    }

    private static int parent(int at) {
        return (at - 1) / 2;
    }
}
