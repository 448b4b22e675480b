package io.leveret.broker.delay;

import java.util.Arrays;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Waiting messages, the one that is due first at the top; each can be taken out wherever it is. Guarded by the {@link Delays}. */
final class DueHeap {

    private static final int LEAST = 16;

    private WaitingMessage[] heap = new WaitingMessage[LEAST];
    private int size;

    int size() {
        return size;
    }

    /** The one that is due first; null if there is none. */
    @Nullable
    WaitingMessage first() {
        return size == 0 ? null : heap[0];
    }

    /** One of them by its place, which means nothing but that those at the end are seldom due soon. */
    WaitingMessage get(int index) {
        return heap[index];
    }

    void add(WaitingMessage added) {
        if (size == heap.length) {
            heap = Arrays.copyOf(heap, 2 * size);
        }
        size++;
        up(size - 1, added);
    }

    /** Whether it holds a message; one is in one heap at most. */
    boolean contains(WaitingMessage message) {
        return message.index >= 0 && message.index < size && heap[message.index] == message;
    }

    /** Takes out a message that is here. */
    void remove(WaitingMessage removed) {
        int at = removed.index;
        removed.index = WaitingMessage.NOWHERE;
        size--;
        WaitingMessage last = heap[size];
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

    /** Visits all, in no order; the visitor changes nothing here. */
    void forEach(Consumer<WaitingMessage> visitor) {
        for (int i = 0; i < size; i++) {
            visitor.accept(heap[i]);
        }
    }

    private void up(int from, WaitingMessage moved) {
        int at = from;
        while (at > 0 && moved.isBefore(heap[parent(at)])) {
            put(at, heap[parent(at)]);
            at = parent(at);
        }
        put(at, moved);
    }

    private void down(int from, WaitingMessage moved) {
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

    private void put(int at, WaitingMessage message) {
        heap[at] = message;
        message.index = at;
    }

    private static int parent(int at) {
        return (at - 1) / 2;
    }
}
