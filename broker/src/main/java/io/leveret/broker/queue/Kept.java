package io.leveret.broker.queue;

import java.util.List;

/**
 * How many dead letters a queue keeps until all their targets have them: they are not ready, and count for its length limits.
 * Guarded by the queue's lock.
 */
final class Kept {

    private long entries;
    private long bodyBytes;
    private int purges;

    /**
     * What one of them counts for.
     *
     * @param purges before it
     */
    record Share(int purges, long bodyBytes) {}

    Share add(long bytes) {
        entries++;
        bodyBytes += bytes;
        return new Share(purges, bytes);
    }

    /** Those of them that are kept are where they belong. */
    void left(List<Departure> departures) {
        for (Departure each : departures) {
            if (each.share() != null && !wasPurged(each.share())) {
                entries--;
                bodyBytes -= each.share().bodyBytes();
            }
        }
    }

    boolean wasPurged(Share share) {
        return share.purges() != purges;
    }

    /** A purge removes these too, since RabbitMQ 4.3. */
    void purge() {
        entries = 0;
        bodyBytes = 0;
        purges++;
    }

    long entries() {
        return entries;
    }

    long bodyBytes() {
        return bodyBytes;
    }
}
