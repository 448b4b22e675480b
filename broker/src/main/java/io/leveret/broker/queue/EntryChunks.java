package io.leveret.broker.queue;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Entries in the order of their positions: a linked list of chunks, so that growth copies nothing and a backlog that is gone
 * leaves nothing behind. An entry that leaves from between others leaves its place behind for a while, which nobody sees: the
 * first and the last place always have an entry. Guarded by the queue's lock.
 */
final class EntryChunks {

    private static final int CHUNK = 64;

    /** With so many empty places, and more of them than others, the chunks are made anew. */
    private static final int MANY_GONE = 1024;

    private static final class Chunk {
        final QueueEntry[] entries = new QueueEntry[CHUNK];
        int head;
        int tail;

        @Nullable
        Chunk next;

        @Nullable
        Chunk previous;
    }

    private @Nullable Chunk first;
    private @Nullable Chunk last;
    private int size;
    private long bytes;
    private long bodyBytes;

    /** How many places are empty. */
    private int gone;

    int size() {
        return size;
    }

    boolean isEmpty() {
        return size == 0;
    }

    /** What the messages take. */
    long bytes() {
        return bytes;
    }

    /** What the messages' bodies take. */
    long bodyBytes() {
        return bodyBytes;
    }

    /** What the entries take of the heap. */
    long memoryBytes() {
        return bytes + (long) size * QueueEntry.OVERHEAD_BYTES;
    }

    /** Adds an entry that no other one here stands behind. */
    void add(QueueEntry entry) {
        Chunk chunk = last;
        if (chunk == null || chunk.tail == CHUNK) {
            chunk = append(new Chunk());
        }
        chunk.entries[chunk.tail++] = entry;
        size++;
        bytes += entry.bytes();
        bodyBytes += entry.bodyBytes();
    }

    /** Takes out an entry that is here, wherever it stands. */
    void remove(QueueEntry entry) {
        entry.gone();
        gone++;
        forget(entry);
        trimFirst();
        trimLast();
        if (gone > MANY_GONE && gone > size) {
            closeUp();
        }
    }

    private void forget(QueueEntry entry) {
        size--;
        bytes -= entry.bytes();
        bodyBytes -= entry.bodyBytes();
    }

    private void trimFirst() {
        while (gone > 0 && first != null && first.head < first.tail && first.entries[first.head].isGone()) {
            gone--;
            dropHead(first);
        }
    }

    private void trimLast() {
        while (gone > 0 && last != null && last.head < last.tail && last.entries[last.tail - 1].isGone()) {
            gone--;
            dropTail(last);
        }
    }

    /** Moves the entries together. */
    private void closeUp() {
        List<QueueEntry> left = peek(size);
        forget();
        left.forEach(this::add);
    }

    /** Adds entries in order, each at its place, which is near the end. */
    void insert(List<QueueEntry> entries) {
        ArrayDeque<QueueEntry> aside = new ArrayDeque<>();
        while (size > 0 && entries.get(0).isBefore(last())) {
            aside.addFirst(pollLast());
        }
        for (QueueEntry entry : entries) {
            while (!aside.isEmpty() && aside.getFirst().isBefore(entry)) {
                add(aside.removeFirst());
            }
            add(entry);
        }
        aside.forEach(this::add);
    }

    /** Takes over all entries of {@code other}, which stand behind these. */
    void append(EntryChunks other) {
        Chunk chunk = other.first;
        if (other.size == 0 || chunk == null) {
            return;
        }
        Chunk end = last;
        if (size == 0 || end == null) {
            first = chunk;
        } else {
            end.next = chunk;
            chunk.previous = end;
        }
        last = other.last;
        size += other.size;
        bytes += other.bytes;
        bodyBytes += other.bodyBytes;
        gone += other.gone;
        other.forget();
    }

    /** Shows the first entries, in order. */
    List<QueueEntry> peek(int max) {
        List<QueueEntry> found = new ArrayList<>(Math.min(max, size));
        for (Chunk chunk = first; chunk != null && found.size() < max; chunk = chunk.next) {
            for (int i = chunk.head; i < chunk.tail && found.size() < max; i++) {
                if (!chunk.entries[i].isGone()) {
                    found.add(chunk.entries[i]);
                }
            }
        }
        return found;
    }

    /** Takes the first entries out, at least one if there is any, until either bound is reached. */
    EntryChunks takeFirst(int maxEntries, long maxBytes) {
        EntryChunks taken = new EntryChunks();
        while (size > 0 && taken.size < maxEntries && taken.bytes < maxBytes) {
            taken.add(poll());
        }
        return taken;
    }

    @SuppressWarnings("NullAway") // size > 0 means that there is a first chunk with an entry in it
    QueueEntry first() {
        return first.entries[first.head];
    }

    @SuppressWarnings("NullAway") // as above
    QueueEntry last() {
        return last.entries[last.tail - 1];
    }

    @SuppressWarnings("NullAway") // as above
    QueueEntry poll() {
        QueueEntry entry = first();
        removeFirst();
        return entry;
    }

    @SuppressWarnings("NullAway") // as above
    void removeFirst() {
        Chunk chunk = first;
        forget(chunk.entries[chunk.head]);
        dropHead(chunk);
        trimFirst();
    }

    @SuppressWarnings("NullAway") // as above
    QueueEntry pollLast() {
        Chunk chunk = last;
        QueueEntry entry = chunk.entries[chunk.tail - 1];
        dropTail(chunk);
        forget(entry);
        trimLast();
        return entry;
    }

    /** Takes out all from {@code bound} on, and shows the positions of those that the store has. */
    void takeStoredFrom(long bound, LongConsumer found) {
        while (size > 0 && last().position() >= bound) {
            QueueEntry entry = pollLast();
            if (entry.stored()) {
                found.accept(entry.position());
            }
        }
    }

    private void dropHead(Chunk chunk) {
        chunk.entries[chunk.head++] = null;
        if (chunk.head == chunk.tail) {
            dropFirst(chunk);
        }
    }

    private void dropTail(Chunk chunk) {
        chunk.entries[--chunk.tail] = null;
        if (chunk.head == chunk.tail) {
            dropLast(chunk);
        }
    }

    private void forget() {
        first = null;
        last = null;
        size = 0;
        bytes = 0;
        bodyBytes = 0;
        gone = 0;
    }

    private Chunk append(Chunk chunk) {
        if (last == null) {
            first = chunk;
        } else {
            last.next = chunk;
            chunk.previous = last;
        }
        last = chunk;
        return chunk;
    }

    private void dropFirst(Chunk chunk) {
        if (chunk.next == null) {
            emptied(chunk);
        } else {
            first = chunk.next;
            chunk.next.previous = null;
        }
    }

    private void dropLast(Chunk chunk) {
        if (chunk.previous == null) {
            emptied(chunk);
        } else {
            last = chunk.previous;
            chunk.previous.next = null;
        }
    }

    /**
     * The only chunk is empty, and is filled to its end: a queue whose messages pass through allocates few. Not again and again, or it would
     * be an old object soon, and G1 has a memory barrier after each entry that is written into one.
     */
    private void emptied(Chunk chunk) {
        if (chunk.tail == CHUNK) {
            first = null;
            last = null;
        }
    }
}
