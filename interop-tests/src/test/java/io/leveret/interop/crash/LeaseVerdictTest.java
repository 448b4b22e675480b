package io.leveret.interop.crash;

import static io.leveret.interop.crash.CircuitRecord.CLOCKS_DIFFER_MS;
import static io.leveret.interop.crash.CircuitRecord.PATIENCE_MS;
import static org.assertj.core.api.Assertions.assertThat;

import io.leveret.interop.crash.Event.LeaseSeen;
import io.leveret.interop.crash.Event.Leased;
import io.leveret.interop.crash.Event.Looking;
import io.leveret.interop.crash.Event.Lost;
import io.leveret.interop.crash.Problem.Kind;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What the judge says of queues that nobody uses. */
class LeaseVerdictTest {

    private static final long ASKED_MS = 10_000;
    private static final long ANSWERED_MS = 10_010;
    private static final long LEASE_MS = 1_000;

    private final List<Event> history = new ArrayList<>(List.of(new Leased("q", LEASE_MS, ASKED_MS, ANSWERED_MS)));

    @Test
    void aQueueMayBeThereBeforeItsTimeAndGoneAfterIt() {
        seen(true, ASKED_MS + 500);
        seen(false, ASKED_MS + LEASE_MS);
        assertThat(Verdict.on(history).problems()).isEmpty();
    }

    @Test
    void aQueueThatGoesBeforeItsTimeIsReported() {
        seen(false, ASKED_MS + LEASE_MS - CLOCKS_DIFFER_MS - 1);
        assertProblem(Kind.EARLY, "q (21 ms)");
    }

    @Test
    void aQueueThatStaysIsReported() {
        seen(true, ANSWERED_MS + LEASE_MS + PATIENCE_MS + 1);
        assertProblem(Kind.LATE, "q (5001 ms)");
    }

    @Test
    void aRestartGivesItItsTimeAnew() {
        history.add(new Lost(true, ANSWERED_MS));
        history.add(new Looking(20_000));
        seen(true, 20_000 + LEASE_MS + PATIENCE_MS);
        assertThat(Verdict.on(history).problems()).isEmpty();

        seen(true, 20_000 + LEASE_MS + PATIENCE_MS + 1);
        assertProblem(Kind.LATE, "q (5001 ms)");
    }

    @Test
    void anExpiredQueueMayNotComeBack() {
        seen(false, ASKED_MS + LEASE_MS);
        seen(true, ASKED_MS + LEASE_MS + 1);
        assertProblem(Kind.RESURRECTED, "q (it had expired)");
    }

    private void seen(boolean there, long atMs) {
        history.add(new LeaseSeen("q", there, atMs, atMs));
    }

    private void assertProblem(Kind kind, String what) {
        assertThat(Verdict.on(history).problems()).containsExactly(new Problem(kind, what));
    }
}
