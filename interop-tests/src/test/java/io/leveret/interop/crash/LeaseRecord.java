package io.leveret.interop.crash;

import static java.lang.Math.max;

import io.leveret.interop.crash.Problem.Kind;
import java.util.List;

/** What clients know of a queue that nobody uses and that expires therefore. Belongs to the judge. */
final class LeaseRecord {

    private final String queue;
    private final long earliestEndMs;
    private final long leaseMs;
    private long latestEndMs;
    private boolean gone;

    LeaseRecord(String queue, long leaseMs, long askedMs, long answeredMs) {
        this.queue = queue;
        this.leaseMs = leaseMs;
        this.earliestEndMs = askedMs + leaseMs;
        this.latestEndMs = answeredMs + leaseMs;
    }

    /** A broker that starts gives every queue its time anew. */
    void startedUntil(long atMs) {
        latestEndMs = max(latestEndMs, atMs + leaseMs);
    }

    void seen(boolean there, long askedMs, long answeredMs, List<Problem> problems) {
        if (there && gone) {
            problems.add(new Problem(Kind.RESURRECTED, queue + " (it had expired)"));
        } else if (there && askedMs > latestEndMs + CircuitRecord.PATIENCE_MS) {
            problems.add(new Problem(Kind.LATE, queue + " (" + (askedMs - latestEndMs) + " ms)"));
        } else if (!there && answeredMs + CircuitRecord.CLOCKS_DIFFER_MS < earliestEndMs) {
            problems.add(new Problem(Kind.EARLY, queue + " (" + (earliestEndMs - answeredMs) + " ms)"));
        }
        gone |= !there;
    }
}
