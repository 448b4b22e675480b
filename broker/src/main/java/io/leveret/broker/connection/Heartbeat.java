package io.leveret.broker.connection;

/**
 * Heartbeats of one connection, on a clock that is passed in: one is due after half an interval without anything written,
 * and the peer is dead after two whole intervals, one after the other, without anything read. Owned by the connection's loop.
 */
final class Heartbeat {

    private static final int SILENT_CHECKS = 2;

    private final long intervalNanos;
    private long lastWrite;
    private long lastCheck;
    private boolean readSinceCheck;
    private int silentChecks;

    /** @param intervalSeconds as negotiated; 0 turns both directions off */
    Heartbeat(int intervalSeconds, long nowNanos) {
        this.intervalNanos = intervalSeconds * 1_000_000_000L;
        this.lastWrite = nowNanos;
        this.lastCheck = nowNanos;
    }

    void read() {
        readSinceCheck = true;
    }

    void written(long nowNanos) {
        lastWrite = nowNanos;
    }

    boolean isSendDue(long nowNanos) {
        return intervalNanos > 0 && nowNanos - lastWrite >= intervalNanos / 2;
    }

    /** To be asked often; the peer is looked at once an interval. */
    boolean isPeerDead(long nowNanos) {
        if (intervalNanos == 0 || nowNanos - lastCheck < intervalNanos) {
            return false;
        }
        lastCheck = nowNanos;
        silentChecks = readSinceCheck ? 0 : silentChecks + 1;
        readSinceCheck = false;
        return silentChecks >= SILENT_CHECKS;
    }
}
