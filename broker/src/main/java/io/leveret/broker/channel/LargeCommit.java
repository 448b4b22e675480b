package io.leveret.broker.channel;

import io.leveret.broker.channel.Transaction.Settled;
import io.leveret.broker.queue.QueueEntry;
import io.leveret.broker.vhost.Bursts;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/**
 * What a transaction settles that has acknowledged so much that others would wait while it is committed: it is gathered in pieces, written
 * down in the one batch of the commit, and then leaves its queues in pieces. What was rejected or returns, and what a queue has to tell
 * duplicates from, is done at once with the batch. Owned by the channel's event loop.
 */
final class LargeCommit {

    private final Iterator<Settled> ahead;
    private final ArrayDeque<Settled> rest = new ArrayDeque<>();
    private final ArrayDeque<QueueEntry> acknowledged = new ArrayDeque<>();

    /** Of those that are stored, by the ids of their queues. */
    private final Map<Long, LongStream.Builder> positions = new HashMap<>();

    /** @param settled which nobody changes before all is gathered */
    LargeCommit(Collection<Settled> settled) {
        this.ahead = settled.iterator();
    }

    /** Gathers a piece; false if nothing is left. */
    boolean gather() {
        for (int left = GivingBack.PIECE; left > 0 && ahead.hasNext(); left--) {
            Settled next = ahead.next();
            QueueEntry entry = next.entry();
            if (next.settlement() != Settlement.ACK || entry.queue().uniqueness() != null) {
                rest.add(next);
                continue;
            }
            acknowledged.add(entry);
            if (entry.stored()) {
                positions
                        .computeIfAbsent(entry.queue().id(entry.level()), any -> LongStream.builder())
                        .add(entry.position());
            }
        }
        return ahead.hasNext();
    }

    /** What is done at once, in order. */
    ArrayDeque<Settled> rest() {
        return rest;
    }

    /** Adds what was acknowledged to the batch. */
    void record(Bursts bursts) {
        positions.forEach(
                (id, settled) -> bursts.settleAhead(id, settled.build().toArray()));
        positions.clear();
    }

    boolean isEmpty() {
        return acknowledged.isEmpty();
    }

    /** It could not be written down, and so is in its queues still: it returns there in pieces. What can't be gathered holds up no other. */
    GivingBack.Work givingBack(Consumer<QueueEntry> release) {
        Returns back = new Returns();
        FirstFailure failures = new FirstFailure();
        return () -> {
            if (!acknowledged.isEmpty()) {
                failures.attempt(() -> giveBackPiece(back, release));
                return true;
            }
            if (back.requeue(GivingBack.PIECE)) {
                return true;
            }
            failures.throwIfAny();
            return false;
        };
    }

    private void giveBackPiece(Returns back, Consumer<QueueEntry> release) {
        for (int left = GivingBack.PIECE; left > 0 && !acknowledged.isEmpty(); left--) {
            QueueEntry entry = acknowledged.remove();
            release.accept(entry);
            back.add(entry);
        }
    }

    /** What was acknowledged, one after the other; null if nothing is left. */
    @Nullable
    QueueEntry poll() {
        return acknowledged.poll();
    }
}
