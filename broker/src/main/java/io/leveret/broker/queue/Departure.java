package io.leveret.broker.queue;

import io.leveret.broker.message.Message;
import io.leveret.broker.queue.Backlog.LoadedEntry;
import io.leveret.broker.queue.Spill.Slot;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An entry that has left its queue, though nobody took it for good: its queue counts it no more, and the store still has it,
 * until it is dead-lettered or settled. Immutable.
 *
 * @param level which the entry had in the queue
 * @param position in the store; 0 if the store has it not
 * @param message null if it is not in memory
 * @param slot where the message is if it was spilled; to be released
 * @param delivered whether a client may have seen it
 * @param share what it counts for in a queue that keeps its dead letters; null in others
 */
public record Departure(
        Queue queue,
        int level,
        long position,
        @Nullable Message message,
        @Nullable Slot slot,
        boolean delivered,
        Reason reason,
        long timeMs,
        Kept.@Nullable Share share) {

    /** Why, with the word for it in {@code x-death}. */
    public enum Reason {
        REJECTED("rejected", 1),
        EXPIRED("expired", 2),
        MAXLEN("maxlen", 3),
        DELIVERY_LIMIT("delivery_limit", 4);

        private static final List<Reason> VALUES = List.of(values());

        private final String wireName;
        private final long mark;

        Reason(String wireName, long mark) {
            this.wireName = wireName;
            this.mark = mark;
        }

        public String wireName() {
            return wireName;
        }

        /** What stands in the store, where an entry has the time of its retry: no such time is as small. */
        public long mark() {
            return mark;
        }

        /** The reason why an entry had left its queue before the last start; null if it had not. */
        static @Nullable Reason ofMark(long retryAtMs) {
            for (Reason reason : VALUES) {
                if (reason.mark == retryAtMs) {
                    return reason;
                }
            }
            return null;
        }
    }

    static Departure of(QueueEntry entry, Reason reason, long timeMs) {
        return new Departure(
                entry.queue(),
                entry.level(),
                entry.stored() ? entry.position() : 0,
                entry.hasMessage() ? entry.message() : null,
                entry.slot(),
                entry.redelivered(),
                reason,
                timeMs,
                null);
    }

    /** An entry that has expired and that only the store has. */
    static Departure ofUnread(Queue queue, StoredDeadline expired, long timeMs) {
        return new Departure(
                queue, expired.level(), expired.position(), null, null, false, Reason.EXPIRED, timeMs, null);
    }

    /** An entry that is too much and that only the store has. */
    static Departure ofUnread(Queue queue, int level, long position, long timeMs) {
        return new Departure(queue, level, position, null, null, false, Reason.MAXLEN, timeMs, null);
    }

    static Departure ofRefused(Queue queue, Message message, long timeMs) {
        return new Departure(queue, 0, 0, message, null, false, Reason.MAXLEN, timeMs, null);
    }

    /** The same with what was read; null if there is no trace of it. */
    Departure with(@Nullable Message read) {
        return new Departure(queue, level, position, read, slot, delivered, reason, timeMs, share);
    }

    /** The same with what was read. What had left before the last start did so for another reason than that it has expired by now. */
    Departure with(LoadedEntry read) {
        Reason first = Reason.ofMark(read.retryAtMs());
        return new Departure(
                queue,
                level,
                position,
                read.message(),
                slot,
                delivered || read.redelivered(),
                first == null ? reason : first,
                timeMs,
                share);
    }

    /** The same with nothing in memory; only if it is {@link #stored}. */
    public Departure inStore() {
        return new Departure(queue, level, position, null, null, delivered, reason, timeMs, share);
    }

    Departure with(Kept.Share counted) {
        return new Departure(queue, level, position, message, slot, delivered, reason, timeMs, counted);
    }

    /** What it takes of the heap. */
    public long memoryBytes() {
        return (long) QueueEntry.BARE_BYTES + (message == null ? 0 : message.heapBytes());
    }

    /** Whether the store must learn of it. */
    public boolean stored() {
        return position != 0;
    }
}
