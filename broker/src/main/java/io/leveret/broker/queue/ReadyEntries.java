package io.leveret.broker.queue;

import java.util.Comparator;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/**
 * The entries of a queue that wait for a consumer, in the order of their positions. New ones come at the tail; those which
 * return stand apart in a heap, so that each finds its old place whatever the length. Guarded by the queue's lock.
 */
final class ReadyEntries {

    private static final int CHUNK = 64;

    /** A linked list of chunks: growth copies nothing, and a backlog that is gone leaves nothing behind. */
    private static final class Chunk {
        final QueueEntry[] entries = new QueueEntry[CHUNK];
        int head;
        int tail;

        @Nullable
        Chunk next;
    }

    private @Nullable Chunk first;
    private @Nullable Chunk last;
    private int inChunks;
    private @Nullable PriorityQueue<QueueEntry> returned;

    int size() {
        return inChunks + (returned == null ? 0 : returned.size());
    }

    boolean isEmpty() {
        return inChunks == 0 && returned == null;
    }

    void add(QueueEntry entry) {
        Chunk chunk = last;
        if (chunk == null || chunk.tail == CHUNK) {
            chunk = append(new Chunk());
        }
        chunk.entries[chunk.tail++] = entry;
        inChunks++;
    }

    private Chunk append(Chunk chunk) {
        if (last == null) {
            first = chunk;
        } else {
            last.next = chunk;
        }
        last = chunk;
        return chunk;
    }

    void putBack(QueueEntry entry) {
        if (returned == null) {
            returned = new PriorityQueue<>(Comparator.comparingLong(QueueEntry::position));
        }
        returned.add(entry);
    }

    /** Takes the entry with the lowest position; null if there is none. */
    @Nullable
    QueueEntry poll() {
        PriorityQueue<QueueEntry> back = returned;
        if (back == null) {
            return inChunks == 0 ? null : pollChunks();
        }
        QueueEntry oldest = back.element();
        if (inChunks > 0 && firstInChunks().position() < oldest.position()) {
            return pollChunks();
        }
        back.remove();
        if (back.isEmpty()) {
            returned = null;
        }
        return oldest;
    }

    void clear() {
        first = null;
        last = null;
        inChunks = 0;
        returned = null;
    }

    @SuppressWarnings("NullAway") // inChunks > 0 means that there is a first chunk with an entry in it
    private QueueEntry firstInChunks() {
        return first.entries[first.head];
    }

    @SuppressWarnings("NullAway") // as above
    private QueueEntry pollChunks() {
        Chunk chunk = first;
        QueueEntry entry = chunk.entries[chunk.head];
        chunk.entries[chunk.head++] = null;
        inChunks--;
        if (chunk.head == chunk.tail) {
            dropFirst(chunk);
        }
        return entry;
    }

    /** The last chunk is kept for reuse: a queue whose messages pass through at once allocates none. */
    private void dropFirst(Chunk chunk) {
        if (chunk.next == null) {
            chunk.head = 0;
            chunk.tail = 0;
        } else {
            first = chunk.next;
        }
    }
}
