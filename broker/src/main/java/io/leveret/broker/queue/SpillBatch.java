package io.leveret.broker.queue;

import io.leveret.broker.message.Message;
import io.leveret.broker.queue.Spill.Slot;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Entries of one queue whose messages are spilled together: chosen under the queue's lock, written without it, and looked for
 * under the lock again. Belongs to one thread at a time.
 */
final class SpillBatch {

    private static final int MAX_ENTRIES = 1000;
    private static final long MAX_BYTES = 4 * 1024 * 1024;

    /** Whose entries they are; those of a queue that was purged meanwhile are no longer looked for. */
    private final ReadyEntries owner;

    private final List<QueueEntry> entries = new ArrayList<>();
    private final List<Message> messages = new ArrayList<>();
    private @Nullable Slot[] slots = new Slot[0];
    private long bytes;
    private int next;

    SpillBatch(ReadyEntries owner) {
        this.owner = owner;
    }

    ReadyEntries owner() {
        return owner;
    }

    boolean isEmpty() {
        return entries.isEmpty();
    }

    boolean isFull() {
        return entries.size() >= MAX_ENTRIES || bytes >= MAX_BYTES;
    }

    void add(QueueEntry entry) {
        entries.add(entry);
        messages.add(entry.message());
        bytes += entry.bytes();
    }

    /** False if they could not be written. */
    boolean write(Spill spill) {
        List<Slot> written = spill.write(messages);
        if (written == null) {
            return false;
        }
        slots = written.toArray(new Slot[0]);
        return true;
    }

    /** Takes the slot of an entry that does not stand before any asked for so far; null if it has none. */
    @Nullable
    Slot take(QueueEntry entry) {
        while (next < slots.length && entries.get(next).isBefore(entry)) {
            next++;
        }
        if (next == slots.length || entries.get(next) != entry) {
            return null;
        }
        Slot slot = slots[next];
        slots[next++] = null;
        return slot;
    }

    /** Shows what nobody took. */
    void forEachLeft(BiConsumer<QueueEntry, Slot> sink) {
        for (int i = 0; i < slots.length; i++) {
            Slot slot = slots[i];
            if (slot != null) {
                sink.accept(entries.get(i), slot);
            }
        }
    }
}
