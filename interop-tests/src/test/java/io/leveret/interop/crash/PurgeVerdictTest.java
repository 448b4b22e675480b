package io.leveret.interop.crash;

import static org.assertj.core.api.Assertions.assertThat;

import io.leveret.interop.crash.Event.Confirmed;
import io.leveret.interop.crash.Event.Copy;
import io.leveret.interop.crash.Event.Found;
import io.leveret.interop.crash.Event.Lost;
import io.leveret.interop.crash.Event.Published;
import io.leveret.interop.crash.Event.Purged;
import io.leveret.interop.crash.Event.Purging;
import io.leveret.interop.crash.Problem.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What the judge says of purges. */
class PurgeVerdictTest {

    private static final long LOST_MS = 100_000;
    private static final MessageKey M1 = new MessageKey(7, 1);
    private static final MessageKey M2 = new MessageKey(7, 2);
    private static final MessageKey M3 = new MessageKey(7, 3);

    private final List<Event> history = new ArrayList<>();

    @Test
    void whatWasPurgedMayNotComeBack() {
        confirmed(M1);
        history.add(new Purging("q"));
        history.add(new Purged("q"));
        found(M1);
        assertProblem(Kind.RESURRECTED, "q: 7#1 (it was gone for good)");
    }

    @Test
    void aPurgeWithoutAnswerTakesAllOrNothing() {
        purgedWithoutAnswer();
        found();
        assertGood();

        history.clear();
        purgedWithoutAnswer();
        found(M1, M2);
        assertGood();

        history.clear();
        purgedWithoutAnswer();
        found(M2);
        assertProblem(Kind.TORN_PURGE, "q: 1 of 2 are left");
    }

    @Test
    void whatAPurgeRacedWithMayBeThereOrNot() {
        published(M1);
        history.add(new Purging("q"));
        published(M2);
        history.add(new Confirmed(M1));
        history.add(new Confirmed(M2));
        history.add(new Purged("q"));
        found(M2);
        assertGood();
    }

    @Test
    void whatIsPublishedAfterAPurgeMustBeThere() {
        history.add(new Purging("q"));
        history.add(new Purged("q"));
        confirmed(M1);
        found();
        assertProblem(Kind.LOST, "q: 7#1 (never delivered)");
    }

    private void purgedWithoutAnswer() {
        confirmed(M1);
        confirmed(M2);
        published(M3);
        history.add(new Purging("q"));
    }

    private void published(MessageKey key) {
        history.add(new Published(Message.persistent(key, "q")));
    }

    private void confirmed(MessageKey key) {
        published(key);
        history.add(new Confirmed(key));
    }

    private void found(MessageKey... keys) {
        restart(Map.of("q", copies(keys)));
    }

    private void assertGood() {
        assertThat(Verdict.on(history).problems()).isEmpty();
    }

    private void assertProblem(Kind kind, String what) {
        assertThat(Verdict.on(history).problems()).containsExactly(new Problem(kind, what));
    }

    private void restart(Map<String, List<Copy>> contents) {
        history.add(new Lost(true, LOST_MS));
        history.add(new Found(contents, LOST_MS + 1));
    }

    private static List<Copy> copies(MessageKey... keys) {
        return Stream.of(keys).map(key -> new Copy(key, false)).toList();
    }
}
