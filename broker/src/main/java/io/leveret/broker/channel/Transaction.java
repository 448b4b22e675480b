package io.leveret.broker.channel;

import io.leveret.amqp.AmqpException;
import io.leveret.broker.alarm.HeapUse;
import io.leveret.broker.queue.Departure;
import io.leveret.broker.queue.QueueEntry;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** What a channel in tx mode did since the last commit or rollback. Owned by the channel's event loop. */
final class Transaction {

    /** What a publish takes besides its bytes, and what its route takes for each queue: estimates, so that both are bounded. */
    private static final int PUBLISH_BYTES = 200;

    private static final int QUEUE_BYTES = 16;

    private final long maxBytes;
    private final HeapUse.Part heap;
    private List<RoutedMessage> publishes = new ArrayList<>();
    private ArrayDeque<Settled> settlements = new ArrayDeque<>();
    private long publishedBytes;
    /** Whether any of them may be rejected. */
    private boolean anyDiscarded;
    /** Between the request to commit and its end. */
    private final Map<QueueEntry, Departure> held = new IdentityHashMap<>();

    /** A delivery that was settled under its tag, and how. */
    record Settled(long tag, QueueEntry entry, Settlement settlement) {}

    /**
     * @param maxBytes how much may be published before a commit
     * @param heap is told what the publishes take
     */
    Transaction(long maxBytes, HeapUse.Part heap) {
        this.maxBytes = maxBytes;
        this.heap = heap;
    }

    /** @throws AmqpException precondition failed, if the transaction becomes too large */
    void publish(RoutedMessage message) {
        long bytes = publishedBytes + bytesOf(message);
        if (bytes > maxBytes) {
            throw AmqpException.preconditionFailed(
                    "transaction size " + bytes + " is larger than configured max size " + maxBytes);
        }
        heap.transaction(bytes - publishedBytes);
        publishedBytes = bytes;
        publishes.add(message);
    }

    private static long bytesOf(RoutedMessage routed) {
        return PUBLISH_BYTES
                + routed.message().heapBytes()
                + (long) QUEUE_BYTES * routed.route().queues().size();
    }

    /** Needs no bound of its own: there are never more than deliveries were outstanding. */
    void settle(long tag, QueueEntry entry, Settlement settlement) {
        anyDiscarded |= settlement == Settlement.DISCARD;
        settlements.add(new Settled(tag, entry, settlement));
    }

    /** Everything published, in order; the transaction forgets it. */
    List<RoutedMessage> takePublishes() {
        List<RoutedMessage> taken = publishes;
        publishes = new ArrayList<>();
        heap.transaction(-publishedBytes);
        publishedBytes = 0;
        return taken;
    }

    /**
     * Holds the messages that were rejected and have somewhere to go, so that the queues can't drop them from memory any more.
     *
     * @return those that have been dropped already, and have to be read before all of it can be one batch
     */
    Map<QueueEntry, Departure> holdRejected() {
        if (!anyDiscarded) {
            return Map.of();
        }
        Map<QueueEntry, Departure> dropped = new IdentityHashMap<>();
        for (Settled each : settlements) {
            QueueEntry entry = each.entry();
            if (each.settlement() == Settlement.DISCARD && entry.queue().deadLetters() && !held.containsKey(entry)) {
                Departure departure = entry.queue().rejected(entry);
                held.put(entry, departure);
                if (departure.message() == null) {
                    dropped.put(entry, departure);
                }
            }
        }
        return dropped;
    }

    /** What was read. */
    void hold(Map<QueueEntry, Departure> read) {
        held.putAll(read);
    }

    /** What was rejected, and has somewhere to go; without its message if that could not be read. Null for all else. */
    @Nullable
    Departure takeHeld(QueueEntry entry) {
        return held.remove(entry);
    }

    /** What was settled, in order: nothing else is settled before all of it was looked at. */
    Collection<Settled> settlements() {
        return settlements;
    }

    /** What of some settlements leaves its queue with the commit. */
    static List<QueueEntry> leaving(Collection<Settled> settled) {
        return settled.stream()
                .filter(each -> each.settlement() == Settlement.ACK || each.settlement() == Settlement.DISCARD)
                .map(Settled::entry)
                .toList();
    }

    /** The rest of what was settled, in order, is somebody else's. */
    void leaveOnly(ArrayDeque<Settled> left) {
        settlements = left;
    }

    /**
     * Does what was settled, in order, each of which is forgotten when it is done. If one fails, it is kept, with those behind it.
     *
     * @param isDone asked of an entry that failed, which is forgotten all the same if so
     */
    void settleEach(Consumer<Settled> step, Predicate<QueueEntry> isDone) {
        for (Settled next = settlements.peek(); next != null; next = settlements.peek()) {
            try {
                step.accept(next);
            } catch (RuntimeException | Error e) {
                if (isDone.test(next.entry())) {
                    settlements.remove();
                }
                throw e;
            }
            settlements.remove();
        }
        anyDiscarded = false;
    }

    /** The first that was settled, which the transaction forgets; null if nothing is left. */
    @Nullable
    Settled pollSettlement() {
        Settled first = settlements.poll();
        anyDiscarded &= first != null;
        return first;
    }
}
