package io.leveret.broker.vhost;

import io.leveret.broker.hold.Delivery.Outcome;
import io.leveret.broker.hold.Hold;
import io.leveret.broker.hold.Leaving;
import io.leveret.broker.message.Message;
import io.leveret.broker.queue.Queue;
import io.leveret.broker.queue.QueueBurst;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A message that was held back and is to leave, and where it goes: nothing is asked of the topology any more. Used by one thread. */
final class HeldWay implements Leaving {

    private final Bursts bursts;
    private final Message message;
    private final QueueBurst[] queues;
    private final List<Hold> holds;
    private final long ttlMs;
    private final Outcome outcome;
    private final boolean mayBeLost;

    private boolean isAdmitted;
    private QueueBurst[] takers;
    private List<Hold> places = List.of();
    private List<Queue> refusing = List.of();

    /** By queue, where its places began; empty if there are none. */
    private QueueBurst.@Nullable Place[] before = {};

    /**
     * @param bursts to which the queues belong
     * @param ttlMs as for {@link Bursts#publish}
     * @param outcome what becomes of it if anything takes it
     * @param mayBeLost whether it may end here if there is nothing for it
     */
    HeldWay(
            Bursts bursts,
            Message message,
            QueueBurst[] queues,
            List<Hold> holds,
            long ttlMs,
            Outcome outcome,
            boolean mayBeLost) {
        this.bursts = bursts;
        this.message = message;
        this.queues = queues;
        this.holds = holds;
        this.ttlMs = ttlMs;
        this.outcome = outcome;
        this.mayBeLost = mayBeLost;
        this.takers = queues;
    }

    /** Whether any queue is there for it, or exchange that holds it back. */
    boolean leadsSomewhere() {
        return queues.length > 0 || !holds.isEmpty();
    }

    @Override
    public boolean admit() {
        isAdmitted = true;
        if (!leadsSomewhere()) {
            return mayBeLost;
        }
        boolean isThere = askQueues();
        places = bursts.reserve(message, holds);
        return isThere || takers.length > 0 || !places.isEmpty();
    }

    /** Returns whether one of them has it already. */
    private boolean askQueues() {
        boolean isThere = false;
        for (int i = 0; i < queues.length; i++) {
            QueueBurst burst = queues[i];
            if (burst.queue().mayRefuse()) {
                keepPlace(i);
                switch (bursts.ask(burst, message)) {
                    case TAKEN -> {}
                    case DUPLICATE -> {
                        isThere = true;
                        takers = without(burst);
                    }
                    case REFUSED -> {
                        takers = without(burst);
                        refusing = with(burst.queue());
                    }
                }
            }
        }
        return isThere;
    }

    private void keepPlace(int queue) {
        if (before.length == 0) {
            before = new QueueBurst.@Nullable Place[queues.length];
        }
        before[queue] = queues[queue].place();
    }

    private QueueBurst[] without(QueueBurst burst) {
        List<QueueBurst> left = new ArrayList<>(List.of(takers));
        left.remove(burst);
        return left.toArray(QueueBurst[]::new);
    }

    private List<Queue> with(Queue queue) {
        List<Queue> all = new ArrayList<>(refusing);
        all.add(queue);
        return all;
    }

    @Override
    public void giveUp() {
        places.forEach(hold -> hold.giveUp(message));
        for (int i = before.length - 1; i >= 0; i--) {
            QueueBurst.Place place = before[i];
            if (place != null) {
                queues[i].giveUpSince(place);
            }
        }
    }

    @Override
    public Outcome gather() {
        if (!isAdmitted) {
            admit();
        }
        if (!leadsSomewhere()) {
            return Outcome.DROPPED;
        }
        refusing.forEach(queue -> queue.refused(message));
        bursts.publish(message, takers, ttlMs, places);
        return takers.length > 0 || !places.isEmpty() ? outcome : Outcome.DROPPED;
    }
}
