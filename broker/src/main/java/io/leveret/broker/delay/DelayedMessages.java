package io.leveret.broker.delay;

import io.leveret.amqp.AmqpException;
import io.leveret.amqp.BasicProperties;
import io.leveret.broker.hold.Hold;
import io.leveret.broker.hold.MessageIds;
import io.leveret.broker.message.Message;
import io.leveret.broker.queue.Backlog;
import io.leveret.broker.queue.IndexedHeap;
import io.leveret.broker.queue.PositionSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What waits in one delayed exchange. What the store has of it are the entries of a queue that nobody sees; only those that are due
 * soon, or came just now, are in memory. Guarded by the {@link Delays}; what is public may be called from any thread.
 */
public final class DelayedMessages implements Hold {

    private final Delays all;
    private final long number;
    private final String exchange;
    private final @Nullable Backlog backlog;

    /** Those whose messages are in memory. */
    final IndexedHeap<WaitingMessage> read = new IndexedHeap<>();

    /** Those whose messages are to be read before they are due. */
    final IndexedHeap<WaitingMessage> unread = new IndexedHeap<>();

    /** Of what the store has that which is in memory. */
    final Map<Long, WaitingMessage> byPosition = new HashMap<>();

    /** What has left, and a search may still find. */
    final PositionSet departed = new PositionSet();

    final ByMessageId byMessageId = new ByMessageId();
    final PendingCancels cancels = new PendingCancels();

    /** What could not be read, and is tried again. */
    final Set<WaitingMessage> stuck = new HashSet<>();

    DelayCounts counts = DelayCounts.NONE;

    /** How many that no store has wait. */
    int unstored;

    /** How many that the store has are in heaps, or stuck. */
    int near;

    /** How many were read ahead. */
    int loaded;

    /** How much of the heap these take. */
    long loadedBytes;

    /** How many to read at once: fewer after a read that was cut off. */
    int loadMost;

    /** What counts for the memory of all. */
    long heldBytes;

    boolean deleted;

    /** By which it stands among the others; only changed while it stands nowhere. */
    long firstDueMs = Long.MAX_VALUE;

    /** @param number no other of the virtual host has it */
    DelayedMessages(Delays all, long number, String exchange, @Nullable Backlog backlog, int loadMost) {
        this.all = all;
        this.number = number;
        this.exchange = exchange;
        this.backlog = backlog;
        this.loadMost = loadMost;
    }

    @Override
    public String exchange() {
        return exchange;
    }

    @Override
    public void delete() {
        all.delete(this);
    }

    /** What it holds and has done. */
    public DelayCounts counts() {
        synchronized (all) {
            return counts;
        }
    }

    /** Of persistent messages. */
    @Override
    public boolean hasStore() {
        return backlog != null;
    }

    @Override
    public long queueId() {
        return backlog().queueId();
    }

    @Override
    public void check(BasicProperties properties, byte[] body) {
        DelayHeaders.check(properties, body, all.nowMs());
    }

    @Override
    public boolean holds(Message message) {
        return DelayHeaders.dueMs(message, all.nowMs()) != DelayHeaders.NOW;
    }

    /** It takes others back. */
    @Override
    public boolean commands(Message message) {
        return DelayHeaders.dueMs(message, all.nowMs()) == DelayHeaders.CANCELS;
    }

    @Override
    public long dueMs(Message message) {
        long nowMs = all.nowMs();
        long dueMs = DelayHeaders.dueMs(message, nowMs);
        // Its time came meanwhile, as it may before a transaction is committed.
        return dueMs == DelayHeaders.NOW ? Math.max(nowMs, DelayHeaders.CANCELS + 1) : dueMs;
    }

    /** To take others back always is, since these may. */
    @Override
    public boolean stores(Message message, long dueMs) {
        return backlog != null
                && (dueMs == DelayHeaders.CANCELS || message.properties().persistent());
    }

    @Override
    public @Nullable AmqpException reserve(Message message) {
        return takesPlace(message) ? all.places().take() : null;
    }

    @Override
    public void giveUp(Message message) {
        if (takesPlace(message)) {
            all.places().free(1);
        }
    }

    private boolean takesPlace(Message message) {
        return !commands(message) && !stores(message, DelayHeaders.NOW);
    }

    /** By which the store finds what has the same message id; 0 if a message has none, or takes others back. */
    @Override
    public long hash(Message message, long dueMs) {
        String id = dueMs == DelayHeaders.CANCELS ? null : message.properties().messageId();
        return id == null ? 0 : MessageIds.hash(id);
    }

    long number() {
        return number;
    }

    Delays all() {
        return all;
    }

    Backlog backlog() {
        if (backlog == null) {
            throw new AssertionError("exchange '" + exchange + "' has no store");
        }
        return backlog;
    }

    /** What is due first of what is in memory; null if nothing is. */
    @Nullable
    WaitingMessage first() {
        WaitingMessage one = read.first();
        WaitingMessage other = unread.first();
        return one == null || (other != null && other.isBefore(one)) ? other : one;
    }

    /** Puts a message where it belongs. */
    void put(WaitingMessage message) {
        (message.message == null ? unread : read).add(message);
    }

    /** Only if there is one whose message is in memory. */
    WaitingMessage takeFirstRead() {
        WaitingMessage first = read.first();
        if (first == null) {
            throw new AssertionError("nothing is read of exchange '" + exchange + "'");
        }
        read.remove(first);
        return first;
    }

    /** Lets go of all messages: it is deleted, and nobody else looks into it any more. */
    void clear() {
        read.clear();
        unread.clear();
        byPosition.clear();
        byMessageId.clear();
        stuck.clear();
    }

    /** Takes a message out of its heap; false if it was in none. */
    boolean takeOut(WaitingMessage message) {
        IndexedHeap<WaitingMessage> heap = read.contains(message) ? read : unread;
        if (!heap.contains(message)) {
            return false;
        }
        heap.remove(message);
        return true;
    }

    /** Whether something has to be found out before anything may leave. */
    boolean isBlocked() {
        return cancels.hasUnread();
    }

    /** Whether a message that is in memory is taken back. */
    boolean isCancelled(WaitingMessage waiting) {
        Message message = waiting.message;
        if (waiting.takenBack) {
            return true;
        }
        if (message == null || (waiting.isStored() ? cancels.isEmpty() : !byMessageId.hasTakenBack())) {
            return false;
        }
        String id = message.properties().messageId();
        return id != null
                && (waiting.isStored()
                        ? cancels.takesBack(id, waiting.position)
                        : byMessageId.isTakenBack(id, waiting));
    }
}
