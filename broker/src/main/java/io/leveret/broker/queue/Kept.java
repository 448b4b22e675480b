package io.leveret.broker.queue;

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

    /** It is where it belongs. */
    void remove(Share share) {
        if (!wasPurged(share)) {
            entries--;
            bodyBytes -= share.bodyBytes();
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
