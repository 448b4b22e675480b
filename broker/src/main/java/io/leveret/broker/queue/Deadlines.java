package io.leveret.broker.queue;

import java.util.Arrays;

/**
 * When the entries expire that wait in memory, the earliest first: a binary heap from which each can be taken out wherever it
 * is. Those that come in the order of their deadlines cost nothing but their place. Guarded by the queue's lock.
 */
final class Deadlines {

    private static final int LEAST = 16;

    private Deadline[] heap = new Deadline[LEAST];
    private int size;

    int size() {
        return size;
    }

    /** The earliest, in milliseconds since 1970; the largest number if there is none. */
    long firstMs() {
        return size == 0 ? Long.MAX_VALUE : heap[0].timeMs;
    }

    /** Of the entry that expires first; only if there is one. */
    Deadline first() {
        return heap[0];
    }

    void add(Deadline deadline) {
        if (size == heap.length) {
            heap = Arrays.copyOf(heap, 2 * size);
        }
        size++;
        up(size - 1, deadline);
    }

    /** Takes a deadline out, if it is here. */
    void remove(Deadline deadline) {
        int at = deadline.index;
        if (at == Deadline.NOWHERE) {
            return;
        }
        deadline.index = Deadline.NOWHERE;
        size--;
        Deadline last = heap[size];
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

    private void up(int from, Deadline moved) {
        int at = from;
        while (at > 0 && moved.isBefore(heap[parent(at)])) {
            put(at, heap[parent(at)]);
            at = parent(at);
        }
        put(at, moved);
    }

    private void down(int from, Deadline moved) {
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

    private void put(int at, Deadline deadline) {
        heap[at] = deadline;
        deadline.index = at;
    }

    private static int parent(int at) {
        return (at - 1) / 2;
    }
}
