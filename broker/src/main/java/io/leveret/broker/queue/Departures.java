package io.leveret.broker.queue;

import io.leveret.broker.queue.Backlog.ListedEntry;
import io.leveret.broker.queue.Departure.Reason;
import io.leveret.broker.queue.QueueContext.Cancellable;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Has entries leave a queue by themselves: those that expire, and those that are too many. Guarded by the queue's lock. */
final class Departures {

    /** How many expire under one hold of the lock. */
    private static final int SLICE = 1000;

    private final Queue queue;
    private final Stock stock;
    private final QueueContext context;

    /** While more has left than was written down. */
    static final long PAUSE_MS = 100;

    /** The timer for what expires next; null if it is not set. */
    private @Nullable Alarm alarm;

    /** The timer for asking again whether the store may list more; null if it is not set. */
    private @Nullable Cancellable pause;

    /** A timer that is set. */
    private record Alarm(long timeMs, Cancellable timer) {}

    Departures(Queue queue, Stock stock, QueueContext context) {
        this.queue = queue;
        this.stock = stock;
        this.context = context;
    }

    /** Whether some have to leave because there are too many. */
    boolean hasExcess() {
        QueueSettings settings = queue.settings();
        return settings.dropsHead() && stock.exceeds(settings, 0, 0);
    }

    /** Whether some may have to leave because there are too many. */
    boolean mayDropExcess() {
        return queue.settings().dropsHead();
    }

    /** An entry that was given out is not wanted: it leaves. */
    void reject(QueueEntry entry, Wakes wakes) {
        depart(entry, Reason.REJECTED, context.clock().millis(), wakes);
    }

    /** An entry that returns has failed too often: then it leaves, and is true. */
    boolean leaveIfSpent(QueueEntry entry, Wakes wakes) {
        if (queue.settings().allows(entry.failures())) {
            return false;
        }
        depart(entry, Reason.DELIVERY_LIMIT, context.clock().millis(), wakes);
        return true;
    }

    /**
     * Has those leave that have expired, wherever they stand. To be called before anything is given out.
     *
     * @return whether there are more of them than go in one hold of the lock: they follow soon, and {@link #isExpired} tells of them
     */
    boolean expire(Wakes wakes) {
        if (stock.firstDeadlineMs() == Long.MAX_VALUE) {
            return false;
        }
        long now = context.clock().millis();
        for (int left = SLICE; stock.firstDeadlineMs() <= now; left--) {
            if (left == 0) {
                return true;
            }
            expireOne(now, wakes);
        }
        return false;
    }

    /** Whether something has expired and has not left. */
    boolean isSomethingDue(long nowMs) {
        return stock.firstDeadlineMs() <= nowMs;
    }

    boolean isExpired(QueueEntry entry) {
        Deadline deadline = entry.deadline();
        return deadline != null && deadline.timeMs <= context.clock().millis();
    }

    private void expireOne(long now, Wakes wakes) {
        QueueEntry dead = stock.pollDead();
        Reason why = dead == null ? null : Reason.ofMark(dead.retryAtMs());
        if (dead != null && why != null) {
            depart(dead, why, now, wakes);
            return;
        }
        if (stock.retryOne(now)) {
            return;
        }
        QueueEntry entry = stock.pollExpired(now);
        if (entry != null) {
            depart(entry, Reason.EXPIRED, now, wakes);
            return;
        }
        StoredDeadline onDisk = stock.pollExpiredOnDisk(now);
        if (onDisk != null) {
            stock.leftStore(onDisk.position());
            depart(Departure.ofUnread(queue, onDisk, now), 0, wakes);
        }
    }

    /**
     * Has the first ones leave while there are too many, as far as they are in memory.
     *
     * @param max how many at most in this hold of the lock; the others follow soon
     */
    void dropExcess(int max, Wakes wakes) {
        if (!hasExcess()) {
            return;
        }
        Unwanted unwanted = queue.deadLetters() ? null : stock.unwanted();
        int left = max;
        for (QueueEntry first = oldest(unwanted); first != null && hasExcess(); first = oldest(unwanted)) {
            if (left-- == 0) {
                goOnSoon(wakes);
                return;
            }
            if (unwanted == null) {
                stock.takeToDrop(first);
            } else {
                unwanted.take(first);
            }
            depart(first, Reason.MAXLEN, context.clock().millis(), wakes);
        }
    }

    private @Nullable QueueEntry oldest(@Nullable Unwanted unwanted) {
        return unwanted == null ? stock.oldest() : unwanted.oldest();
    }

    /** Whether some have to leave, and nobody wants their messages. */
    boolean hasUnwanted() {
        return hasExcess() && !queue.deadLetters();
    }

    /** Whether more leaves than can be written down: the store lists no more before it is asked again. */
    boolean isPaused() {
        return pause != null;
    }

    /** Sees whether more leaves than can be written down: then it is asked again {@link #PAUSE_MS} later, and this is true. */
    boolean pausesIfBehind() {
        if (!context.deadLetters().isBehind()) {
            return false;
        }
        if (pause == null) {
            pause = context.timer().after(PAUSE_MS, queue::expireDue);
        }
        return true;
    }

    /**
     * Has those leave that the store has listed, while there are too many: only their places need be known.
     *
     * @param listed in order
     */
    void dropUnread(Load.OfExcess load, List<ListedEntry> listed, Wakes wakes) {
        long nowMs = context.clock().millis();
        int level = load.owner().level();
        Unwanted unwanted = stock.unwanted();
        for (ListedEntry each : listed) {
            if (!hasExcess() || !unwanted.comesFirst(load, each)) {
                return;
            }
            if (unwanted.take(load, each)) {
                depart(Departure.ofUnread(queue, level, each.position(), nowMs), each.bodyBytes(), wakes);
            }
        }
    }

    /** There is more to do than goes in one hold of the lock. */
    void goOnSoon(Wakes wakes) {
        wakes.afterwards(() -> context.timer().after(0, queue::expireDue));
    }

    private void depart(QueueEntry entry, Reason reason, long nowMs, Wakes wakes) {
        stock.left(entry);
        depart(Departure.of(entry, reason, nowMs), entry.bodyBytes(), wakes);
    }

    private void depart(Departure departure, int bodyBytes, Wakes wakes) {
        QueueSettings settings = queue.settings();
        boolean forNobody = !departure.stored() && departure.slot() == null && settings.deadLetterExchange() == null;
        if (forNobody) {
            return;
        }
        Departure known = departure;
        if (departure.stored()) {
            stock.departed(departure.level()).add(departure.position());
            if (settings.keepsDeadLetters()) {
                known = departure.with(stock.kept().add(bodyBytes));
            }
        }
        context.deadLetters().offer(known);
        wakes.departed(context.deadLetters());
    }

    /** Sets the timer for what expires next, if it is not set for then or earlier. */
    void setTimer() {
        long first = stock.firstDeadlineMs();
        if (first == Long.MAX_VALUE || (alarm != null && alarm.timeMs() <= first)) {
            return;
        }
        if (alarm != null) {
            alarm.timer().cancel();
        }
        long delay = Math.max(1, first - context.clock().millis());
        alarm = new Alarm(first, context.timer().after(delay, queue::expireDue));
    }

    /** A timer has come, or none is needed any more. */
    void endTimer() {
        if (pause != null) {
            pause.cancel();
            pause = null;
        }
        if (alarm != null) {
            alarm.timer().cancel();
            alarm = null;
        }
    }
}
