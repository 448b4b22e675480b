package io.leveret.bench.load;

import java.util.OptionalInt;

/** The counts at one moment of a run; a report is the difference of two. */
record Snapshot(long nanos, long sent, long delivered, long confirmed, ProcessUsage generator, ProcessUsage broker) {

    private static final ProcessUsage UNKNOWN = new ProcessUsage(0, 0);

    static Snapshot of(Tally tally, OptionalInt brokerPid) {
        return new Snapshot(
                System.nanoTime(),
                tally.sent(),
                tally.delivered(),
                tally.confirmed(),
                ProcessUsage.of(ProcessHandle.current().pid()),
                brokerPid.isPresent() ? ProcessUsage.of(brokerPid.getAsInt()) : UNKNOWN);
    }
}
