package io.leveret.broker.vhost;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.leveret.broker.message.Message;
import io.leveret.broker.queue.Deduplication;
import io.leveret.broker.queue.KeyWindow;
import io.leveret.broker.queue.MemoryBudget;
import io.leveret.broker.queue.MemoryShare;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The keys of an exchange that routes no message twice. A key is reserved while its message is routed, and remembered once a queue has it. Guarded
 * by the lock of the virtual host's keys, but for what is final.
 */
final class ExchangeKeys {

    /** The owner of keys that are not written down. */
    static final long NOBODY = 0;

    private final Deduplication how;
    private final long owner;
    private final KeyWindow window;
    private final Set<Long> reserved = new HashSet<>();
    private long duplicates;

    /** A lock of its own, after all others: who deletes the exchange has the topology's, and may not take that of the keys. */
    private final MemoryShare share;

    @GuardedBy("share")
    private boolean over;

    /**
     * @param owner as which the store knows it; {@link #NOBODY} if nothing is written down
     * @param budget in which what it remembers counts
     */
    ExchangeKeys(Deduplication how, long owner, MemoryBudget budget) {
        this.how = how;
        this.owner = owner;
        this.window = new KeyWindow(how.rememberedMax(), owner != NOBODY);
        this.share = new MemoryShare(budget);
        report();
    }

    private void report() {
        long bytes = window.memoryBytes();
        synchronized (share) {
            share.tell(over ? 0 : bytes);
        }
    }

    /** The exchange is gone: nobody has to reckon with these any more. From any thread. */
    void end() {
        synchronized (share) {
            over = true;
            share.tell(0);
        }
    }

    Deduplication how() {
        return how;
    }

    long owner() {
        return owner;
    }

    /** @throws io.leveret.amqp.AmqpException precondition failed, if a header of the message is not what it has to be */
    void check(Message message) {
        how.check(message);
    }

    /** Reserves a key; false if its message is a duplicate. */
    boolean reserve(long key, long nowMs) {
        if (window.contains(key, nowMs, reserved.size()) || !reserved.add(key)) {
            duplicates++;
            return false;
        }
        return true;
    }

    /** A message that a key was reserved for goes nowhere. */
    void forget(long key) {
        reserved.remove(key);
    }

    /** A message that a key was reserved for is in its queues. */
    KeyWindow.Written remember(long key, long untilMs) {
        reserved.remove(key);
        KeyWindow.Written written = window.add(key, untilMs);
        report();
        return written;
    }

    /** A message whose key is remembered does not come to its queues. */
    void giveUp(long key) {
        window.forget(key);
        report();
    }

    void recovered(List<byte[]> written, long nowMs) {
        window.recovered(written, nowMs);
        report();
    }

    /** What it looks like inside. */
    DeduplicationState state(String exchange) {
        long ttlMs = DeduplicationState.ttlMs(how);
        return new DeduplicationState(
                false, exchange, how.header(), 0, window.size(), how.rememberedMax(), ttlMs, duplicates);
    }
}
