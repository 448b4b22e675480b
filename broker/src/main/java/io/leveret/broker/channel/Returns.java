package io.leveret.broker.channel;

import io.leveret.broker.queue.Queue;
import io.leveret.broker.queue.QueueEntry;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;

/**
 * Deliveries on their way back to their queues, gathered over everything that returns together (a channel, a whole
 * connection), so that each queue gets its own in order. Owned by the connection's event loop.
 */
public final class Returns {

    /** How many go back under one hold of a queue's lock. */
    private static final int SLICE = 1000;

    /** How many of a queue are brought into order at once: a channel may have a million, in any order. */
    private static final int PART = GivingBack.PIECE;

    /** Each channel has a few of these, nearly always empty: so they begin small. */
    private final IdentityHashMap<Queue, List<QueueEntry>> byQueue = new IdentityHashMap<>(1);

    /** What goes back, queue after queue, once everything is gathered. */
    private final ArrayDeque<ReturnsOfQueue> leaving = new ArrayDeque<>(1);

    private final IdentityHashMap<Queue, ReturnsOfQueue> gathered = new IdentityHashMap<>(1);

    private int size;

    void add(QueueEntry entry) {
        Queue queue = entry.queue();
        List<QueueEntry> part = byQueue.computeIfAbsent(queue, any -> new ArrayList<>());
        part.add(entry);
        if (part.size() == PART) {
            byQueue.remove(queue);
            endPart(queue, part);
        }
    }

    void moveTo(Returns other) {
        endOfChannel();
        other.endOfChannel();
        leaving.forEach(each -> other.gathered(each.queue()).addAll(each));
        other.size += size;
        leaving.clear();
        gathered.clear();
        size = 0;
    }

    /** What was added last came from one channel, and so nearly in order: what comes from others is merged with it. */
    void endOfChannel() {
        byQueue.forEach(this::endPart);
        byQueue.clear();
    }

    private void endPart(Queue queue, List<QueueEntry> entries) {
        if (!queue.priorities().returnedFirst()) {
            entries.sort(QueueEntry::compare);
        }
        size += entries.size();
        gathered(queue).add(entries);
    }

    private ReturnsOfQueue gathered(Queue queue) {
        return gathered.computeIfAbsent(queue, each -> {
            ReturnsOfQueue added = new ReturnsOfQueue(each);
            leaving.add(added);
            return added;
        });
    }

    /** How many were added, apart from the last ones of a channel that has not come to its end. */
    public int size() {
        return size;
    }

    /** Gives so many back, in slices; false if nothing is left. */
    public boolean requeue(int max) {
        endOfChannel();
        for (int left = max; left > 0 && !leaving.isEmpty(); ) {
            ReturnsOfQueue first = leaving.getFirst();
            List<QueueEntry> slice = first.take(Math.min(left, SLICE));
            first.queue().requeue(slice);
            left -= slice.size();
            if (first.isEmpty()) {
                leaving.removeFirst();
            }
        }
        if (leaving.isEmpty()) {
            gathered.clear();
        }
        return !leaving.isEmpty();
    }

    /** Gives all of them back at once. */
    void requeue() {
        requeue(Integer.MAX_VALUE);
    }
}
