package io.leveret.broker.queue;

import io.leveret.broker.queue.Departure.Reason;

/** Has entries leave a queue by themselves: those that expire, and those that are too many. Guarded by the queue's lock. */
final class Departures {

    private final Queue queue;
    private final Stock stock;
    private final QueueContext context;

    /** For when the timer is set; the largest number if it is not. */
    private long timerMs = Long.MAX_VALUE;

    Departures(Queue queue, Stock stock, QueueContext context) {
        this.queue = queue;
        this.stock = stock;
        this.context = context;
    }

    /** Whether there are too many. */
    boolean hasExcess() {
        QueueSettings settings = queue.settings();
        return settings.isLimited() && stock.exceeds(settings, 0, 0);
    }

    /** An entry that was given out is not wanted: it leaves. */
    void reject(QueueEntry entry, Wakes wakes) {
        depart(Departure.of(entry, Reason.REJECTED, context.clock().millis()), wakes);
    }

    /**
     * Has those leave that have expired, wherever they stand. To be called before anything is given out.
     *
     * @param max how many at most
     * @return whether there may be more
     */
    boolean expire(int max, Wakes wakes) {
        if (stock.firstDeadlineMs() == Long.MAX_VALUE) {
            return false;
        }
        long now = context.clock().millis();
        int left = max;
        while (stock.firstDeadlineMs() <= now) {
            if (left-- == 0) {
                return true;
            }
            expireOne(now, wakes);
        }
        return false;
    }

    private void expireOne(long now, Wakes wakes) {
        QueueEntry entry = stock.pollExpired(now);
        if (entry != null) {
            depart(Departure.of(entry, Reason.EXPIRED, now), wakes);
            return;
        }
        StoredDeadline onDisk = stock.pollExpiredOnDisk(now);
        if (onDisk != null) {
            depart(new Departure(queue, onDisk.position(), null, null, false, Reason.EXPIRED, now), wakes);
        }
    }

    /**
     * Has the first ones leave while there are too many, as far as they are in memory.
     *
     * @param max how many at most
     */
    void dropExcess(int max, Wakes wakes) {
        QueueSettings settings = queue.settings();
        if (!settings.isLimited()) {
            return;
        }
        for (int i = 0; i < max && stock.exceeds(settings, 0, 0) && stock.hasNext(); i++) {
            QueueEntry entry = stock.takeToDrop();
            depart(Departure.of(entry, Reason.MAXLEN, context.clock().millis()), wakes);
        }
    }

    private void depart(Departure departure, Wakes wakes) {
        boolean forNobody = !departure.stored()
                && departure.slot() == null
                && queue.settings().deadLetterExchange() == null;
        if (!forNobody) {
            context.deadLetters().offer(departure);
            wakes.departed(context.deadLetters());
        }
    }

    /** Sets the timer for what expires next, if it is not set for then or earlier. */
    void setTimer(Wakes wakes) {
        long first = stock.firstDeadlineMs();
        if (first < timerMs) {
            timerMs = first;
            long delay = Math.max(1, first - context.clock().millis());
            wakes.afterwards(() -> context.timer().after(delay, queue::expireDue));
        }
    }

    /** The timer has come. */
    void timerCame() {
        timerMs = Long.MAX_VALUE;
    }
}
