package io.leveret.broker.queue;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.leveret.amqp.AmqpException;
import io.leveret.broker.message.Destination;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A queue: entries in order, and the consumers that take them. It is a monitor: every public method takes the queue's own
 * lock, works in memory, and never does I/O or calls another queue, exchange or connection while it holds it. Offering a
 * delivery to an outbox is the one exception, and never waits. What must happen elsewhere is run after the lock.
 */
public final class Queue implements Destination {

    /** How many entries one hold of the lock requeues, so that a mass requeue stalls nobody. */
    private static final int SLICE = 1000;

    private final QueueDeclaration declaration;
    private final Runnable onUnused;
    private final Effects effects = new Effects(this);

    @GuardedBy("this")
    private final ReadyEntries ready = new ReadyEntries();

    @GuardedBy("this")
    private final ConsumerRing consumers = new ConsumerRing();

    @GuardedBy("this")
    private long lastPosition;

    @GuardedBy("this")
    private int unacked;

    private volatile boolean deleted;

    /**
     * @param onUnused called, after the lock, when the last consumer of an auto-delete queue has gone
     */
    public Queue(QueueDeclaration declaration, Runnable onUnused) {
        this.declaration = declaration;
        this.onUnused = onUnused;
    }

    /** Counts as of one moment. */
    public record QueueCounts(int ready, int unacked, int consumers) {}

    @Override
    public String name() {
        return declaration.name();
    }

    @Override
    public String kind() {
        return "queue";
    }

    public QueueDeclaration declaration() {
        return declaration;
    }

    public boolean isDeleted() {
        return deleted;
    }

    public synchronized QueueCounts counts() {
        return new QueueCounts(ready.size(), unacked, consumers.size());
    }

    /** Takes a burst: what is settled leaves, what is published goes to a consumer or to the tail. Nothing if deleted. */
    void accept(QueueBurst burst) {
        Wakes wakes = new Wakes();
        synchronized (this) {
            if (deleted) {
                return;
            }
            for (int i = 0; i < burst.settledCount(); i++) {
                release(burst.settled(i));
            }
            for (int i = 0; i < burst.messageCount(); i++) {
                ready.add(new QueueEntry(this, burst.message(i), ++lastPosition));
            }
            deliverReady(wakes);
        }
        wakes.run();
    }

    /** Takes back entries that were delivered and not settled, each to its old place. */
    public void requeue(List<QueueEntry> entries) {
        List<QueueEntry> inOrder = new ArrayList<>(entries);
        inOrder.sort(Comparator.comparingLong(QueueEntry::position));
        for (int from = 0; from < inOrder.size(); from += SLICE) {
            requeueSlice(inOrder.subList(from, Math.min(from + SLICE, inOrder.size())));
        }
    }

    private void requeueSlice(List<QueueEntry> entries) {
        Wakes wakes = new Wakes();
        synchronized (this) {
            if (deleted) {
                return;
            }
            for (QueueEntry entry : entries) {
                release(entry);
                entry.deliveredTo(null);
                ready.putBack(entry);
            }
            deliverReady(wakes);
        }
        wakes.run();
    }

    /** {@code basic.get}: takes the first ready entry; null if there is none. Without acknowledgement it is settled. */
    public synchronized @Nullable QueueEntry get(boolean noAck) {
        QueueEntry entry = ready.poll();
        if (entry != null && !noAck) {
            unacked++;
        }
        return entry;
    }

    /** Removes all ready entries and returns how many they were. */
    public synchronized int purge() {
        int count = ready.size();
        ready.clear();
        return count;
    }

    /**
     * Adds a consumer and delivers to it what is ready.
     *
     * @throws AmqpException access refused, if this consumer or the one that is there wants the queue for itself; not
     *     found, if the queue was deleted meanwhile
     */
    public void addConsumer(Consumer consumer) {
        Wakes wakes = new Wakes();
        synchronized (this) {
            if (deleted) {
                throw AmqpException.notFound("no " + describe());
            }
            if (consumers.hasExclusive() || (consumer.options().exclusive() && !consumers.isEmpty())) {
                throw AmqpException.accessRefused(describe() + " in exclusive use");
            }
            consumers.add(consumer);
            deliverReady(wakes);
        }
        wakes.run();
    }

    /**
     * Takes a consumer off: nothing is offered to it any more once this returns, and an auto-delete queue that it was the last
     * one of is gone. Its unsettled deliveries stay with it.
     */
    public void removeConsumer(Consumer consumer) {
        boolean unused;
        synchronized (this) {
            if (consumer.cancelled() || deleted) {
                return;
            }
            consumer.cancel();
            consumers.remove(consumer);
            unused = declaration.autoDelete() && consumers.isEmpty();
        }
        if (unused) {
            // Not an effect: another thread may be at those, and cancel-ok must not overtake the delete.
            onUnused.run();
        }
    }

    /** Tells that a consumer which had no credit may have some again. */
    public void activate(Consumer consumer) {
        Wakes wakes = new Wakes();
        synchronized (this) {
            if (consumer.parked() && !consumer.cancelled() && !deleted) {
                consumers.activate(consumer);
                deliverReady(wakes);
            }
        }
        wakes.run();
    }

    /**
     * Deletes the queue with all that is in it and tells its consumers. The caller has taken it out of the virtual host.
     *
     * @return how many entries were ready
     * @throws AmqpException precondition failed, if a condition does not hold; the queue stays
     */
    public int delete(boolean ifUnused, boolean ifEmpty) {
        int count;
        synchronized (this) {
            if (ifEmpty && !ready.isEmpty()) {
                throw AmqpException.preconditionFailed(describe() + " not empty");
            }
            if (ifUnused && !consumers.isEmpty()) {
                throw AmqpException.preconditionFailed(describe() + " in use");
            }
            deleted = true;
            count = ready.size();
            for (Consumer consumer : consumers.removeAll()) {
                consumer.cancel();
                effects.add(() -> consumer.target().queueDeleted(consumer));
            }
            ready.clear();
        }
        return count;
    }

    /** Runs what {@link #delete} left to do; apart from it because the caller of that holds the topology's lock. */
    public void afterDelete() {
        effects.run();
    }

    /** {@code queue 'Q' in vhost 'V'}, as error texts name it. */
    public String describe() {
        return "queue '" + name() + "' in vhost '" + declaration.vhost() + "'";
    }

    @GuardedBy("this")
    private void deliverReady(Wakes wakes) {
        while (!ready.isEmpty()) {
            Consumer consumer = consumers.next();
            if (consumer == null) {
                return;
            }
            QueueEntry entry = ready.poll();
            if (entry == null) {
                throw new AssertionError("no entry in a queue that is not empty");
            }
            entry.deliveredTo(consumer);
            if (!consumer.noAck()) {
                unacked++;
            }
            consumer.target().offer(entry);
            wakes.add(consumer.target());
        }
    }

    /** Gives the credit back that a delivered entry took. */
    @GuardedBy("this")
    private void release(QueueEntry entry) {
        Consumer consumer = entry.consumer();
        if (consumer == null) {
            unacked--;
            return;
        }
        if (consumer.noAck()) {
            return;
        }
        unacked--;
        consumer.settled();
        if (consumer.parked() && !consumer.cancelled()) {
            consumers.activate(consumer);
        }
    }
}
