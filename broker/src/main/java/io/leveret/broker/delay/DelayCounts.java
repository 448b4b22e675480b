package io.leveret.broker.delay;

/**
 * What delayed exchanges hold and have done since they were opened, each a number of messages.
 *
 * @param waiting that are not due yet, or could not leave yet
 * @param delivered that fell due and went to queues, be it by an alternate exchange
 * @param deadLettered that fell due, were unroutable, and went to queues by the exchange's dead-letter exchange
 * @param dropped that fell due and went nowhere, or waited when their exchange was deleted
 * @param cancelled that were taken back by their publisher
 */
public record DelayCounts(long waiting, long delivered, long deadLettered, long dropped, long cancelled) {

    static final DelayCounts NONE = new DelayCounts(0, 0, 0, 0, 0);

    DelayCounts plus(DelayCounts other) {
        return new DelayCounts(
                waiting + other.waiting,
                delivered + other.delivered,
                deadLettered + other.deadLettered,
                dropped + other.dropped,
                cancelled + other.cancelled);
    }

    DelayCounts allDropped() {
        return new DelayCounts(0, delivered, deadLettered, dropped + waiting, cancelled);
    }

    DelayCounts fewer(long left) {
        return new DelayCounts(waiting - left, delivered, deadLettered, dropped, cancelled);
    }
}
