package io.leveret.broker.delay;

import io.leveret.broker.message.Message;
import io.leveret.broker.queue.IndexedHeap;
import io.leveret.broker.queue.Spill.Slot;
import org.jspecify.annotations.Nullable;

/** A message in memory, or at least its place, that waits until it is due. Guarded by the {@link Delays}. */
final class WaitingMessage implements IndexedHeap.Member<WaitingMessage> {

    /** What it takes of the heap without its message, with its place in tables: an estimate. */
    static final int BARE_BYTES = 160;

    /** Of those that the store has; the others stand before the one that it gets next. */
    private static final long STORED = 0;

    final DelayedMessages room;
    final long dueMs;

    /** The position in the store or, of what is in memory only, the one that the store gave out next. */
    final long position;

    private final long sequence;

    /** Null while only the store or the spill has it. */
    @Nullable
    Message message;

    /** Where it was spilled to; null if it was not. */
    @Nullable
    Slot slot;

    /** How much of the heap it takes when it is read back from there. */
    int slotBytes;

    private int index = IndexedHeap.NOWHERE;

    /** It counts for the bound of what the store has and is in memory because it is due soon. */
    boolean near;

    /** It was read ahead, and counts for the bound of that. */
    boolean loaded;

    /** Somebody brings it to its queues now. */
    boolean taken;

    /** It was taken back while somebody brought it to its queues: should it stay, it is not to leave. */
    boolean takenBack;

    /** It has left, and is only still named somewhere. */
    boolean gone;

    /** Beside it those of what is in memory only that have the same message id; {@link ByMessageId} alone changes them. */
    @Nullable
    WaitingMessage before;

    @Nullable
    WaitingMessage after;

    private WaitingMessage(DelayedMessages room, long dueMs, long position, long sequence, @Nullable Message message) {
        this.room = room;
        this.dueMs = dueMs;
        this.position = position;
        this.sequence = sequence;
        this.message = message;
    }

    /** @param message null if it is not in memory */
    static WaitingMessage stored(DelayedMessages room, long dueMs, long position, @Nullable Message message) {
        return new WaitingMessage(room, dueMs, position, STORED, message);
    }

    /** @param number grows from one to the next */
    static WaitingMessage inMemory(DelayedMessages room, long dueMs, long nextPosition, long number, Message message) {
        return new WaitingMessage(room, dueMs, nextPosition, Long.MIN_VALUE + number, message);
    }

    /** Stands for no message, but behind all that came before it and are in memory only. */
    static WaitingMessage mark(DelayedMessages room, long number) {
        return new WaitingMessage(room, 0, 0, Long.MIN_VALUE + number, null);
    }

    /** Whether this one, like the other in memory only, came before it. */
    boolean cameBefore(WaitingMessage other) {
        return sequence < other.sequence;
    }

    /** One that nobody changes. */
    WaitingMessage copy() {
        return new WaitingMessage(room, dueMs, position, sequence, message);
    }

    boolean isStored() {
        return sequence == STORED;
    }

    @Override
    public int index() {
        return index;
    }

    @Override
    public void index(int at) {
        index = at;
    }

    /** Those that are due at the same time leave in the order in which they came. */
    @Override
    public boolean isBefore(WaitingMessage other) {
        if (dueMs != other.dueMs) {
            return dueMs < other.dueMs;
        }
        return position != other.position ? position < other.position : sequence < other.sequence;
    }

    static int compare(WaitingMessage one, WaitingMessage other) {
        return one == other ? 0 : one.isBefore(other) ? -1 : 1;
    }

    long memoryBytes() {
        Message held = message;
        return held == null ? BARE_BYTES : BARE_BYTES + (long) held.heapBytes();
    }
}
