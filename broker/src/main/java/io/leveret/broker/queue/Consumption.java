package io.leveret.broker.queue;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.leveret.amqp.AmqpException;

/** Who takes what is in a queue: its consumers come and go, and {@code basic.get}. For threads that hold no queue's lock. */
final class Consumption {

    private final Queue queue;
    private final Lease lease;
    private final Runnable onUnused;
    private final boolean singleActive;

    @GuardedBy("queue")
    private final ConsumerRing consumers;

    @GuardedBy("queue")
    private final Dispatch dispatch;

    @GuardedBy("queue")
    private final Departures departures;

    /** @param onUnused called, after the lock, when the last consumer of an auto-delete queue has gone */
    Consumption(
            Queue queue,
            ConsumerRing consumers,
            Dispatch dispatch,
            Departures departures,
            Lease lease,
            Runnable onUnused) {
        this.queue = queue;
        this.singleActive = consumers.isSingleActive();
        this.consumers = consumers;
        this.dispatch = dispatch;
        this.departures = departures;
        this.lease = lease;
        this.onUnused = onUnused;
    }

    Got get(boolean noAck, Runnable whenRead) {
        if (singleActive && queue.declaration().type() == QueueType.QUORUM) {
            throw AmqpException.resourceLocked("cannot obtain access to locked " + queue.describe()
                    + ". basic.get operations are not supported by <<\"quorum\">> queues with single active consumer");
        }
        lease.used();
        Wakes wakes = new Wakes();
        Got got;
        synchronized (queue) {
            boolean late = departures.expire(wakes);
            got = dispatch.get(noAck, late, whenRead, wakes);
        }
        wakes.run();
        return got;
    }

    void add(Consumer consumer) {
        Wakes wakes = new Wakes();
        synchronized (queue) {
            if (queue.isDeleted()) {
                throw AmqpException.notFound("no " + queue.describe());
            }
            if (consumer.options().exclusive() && GroupBy.of(queue.declaration().arguments()) != null) {
                throw AmqpException.preconditionFailed(
                        queue.describe() + " with 'x-group-by' does not support exclusive consumers");
            }
            boolean refused = consumer.options().exclusive() && (singleActive || !consumers.isEmpty());
            if (refused || consumers.hasExclusive()) {
                throw AmqpException.accessRefused(queue.describe() + " in exclusive use");
            }
            dispatch.requireReadable();
            consumers.add(consumer);
            dispatch.deliver(wakes);
        }
        wakes.run();
    }

    void remove(Consumer consumer) {
        remove(consumer, false);
    }

    /** Removes one whose unsettled deliveries all return soon. */
    void lose(Consumer consumer) {
        remove(consumer, true);
    }

    private void remove(Consumer consumer, boolean lost) {
        boolean unused;
        Wakes wakes = new Wakes();
        synchronized (queue) {
            if (consumer.cancelled() || queue.isDeleted()) {
                return;
            }
            lease.used();
            consumer.cancel();
            if (lost) {
                consumers.lose(consumer);
            } else {
                consumers.remove(consumer);
            }
            if (singleActive) {
                // Another one is active now.
                dispatch.deliver(wakes);
            }
            unused = queue.declaration().autoDelete() && consumers.isEmpty();
        }
        wakes.run();
        if (unused) {
            // Not an effect: another thread may be at those, and cancel-ok must not overtake the delete.
            onUnused.run();
        }
    }

    void activate(Consumer consumer) {
        Wakes wakes = new Wakes();
        synchronized (queue) {
            if (consumer.parked() && !consumer.cancelled() && !queue.isDeleted()) {
                consumers.activate(consumer);
                dispatch.deliver(wakes);
            }
        }
        wakes.run();
    }
}
