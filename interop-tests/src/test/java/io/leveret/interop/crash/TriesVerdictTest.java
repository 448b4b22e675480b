package io.leveret.interop.crash;

import static io.leveret.interop.crash.CircuitStory.LOST_MS;
import static io.leveret.interop.crash.CircuitStory.M1;
import static io.leveret.interop.crash.CircuitStory.SEEN_MS;
import static org.assertj.core.api.Assertions.assertThat;

import io.leveret.interop.crash.Death.Reason;
import io.leveret.interop.crash.Event.Copy;
import io.leveret.interop.crash.Event.Delivered;
import io.leveret.interop.crash.Event.Failed;
import io.leveret.interop.crash.Event.FailureForced;
import io.leveret.interop.crash.Event.Lost;
import io.leveret.interop.crash.Event.Requeued;
import io.leveret.interop.crash.Problem.Kind;
import org.junit.jupiter.api.Test;

/** What the judge says of queues that count failed deliveries. */
class TriesVerdictTest {

    private static final Entry TRIED_M1 = new Entry("tried", M1);

    private final CircuitStory story = new CircuitStory();

    @Test
    void aFailureMayBeForgottenByACrash() {
        story.confirmed(M1, Circuit.LIMITED_QUORUM);
        failed(0);
        thereAfter(0);
        story.assertGood();
    }

    @Test
    void aFailureThatWasForcedMayNotBeForgotten() {
        story.confirmed(M1, Circuit.LIMITED_QUORUM);
        failed(0);
        story.add(new FailureForced(TRIED_M1, 0, 1));
        thereAfter(0);
        story.assertProblem(Kind.MISCOUNTED, "tried: 7#1 (failed 0 times, not 1)");
    }

    @Test
    void aFailureMayNotBeForgottenByABrokerThatGoesOn() {
        story.confirmed(M1, Circuit.LIMITED_QUORUM);
        failed(0);
        thereAfter(0);
        story.look(false);
        story.assertOnly(Kind.MISCOUNTED, "tried: 7#1 (failed 0 times, not 1)");
    }

    @Test
    void theNextDeliveryTellsOfTheFailure() {
        story.confirmed(M1, Circuit.LIMITED_QUORUM);
        failed(0);
        delivered(0);
        story.assertOnly(Kind.MISCOUNTED, "tried: 7#1 (failed 0 times, not 1)");
    }

    @Test
    void aNackIsNoFailure() {
        story.confirmed(M1, Circuit.LIMITED_QUORUM);
        delivered(0);
        story.add(new Requeued(TRIED_M1));
        delivered(1);
        story.assertOnly(Kind.MISCOUNTED, "tried: 7#1 (failed 1 times, not 0)");
    }

    @Test
    void aKillMakesNoFailure() {
        story.confirmed(M1, Circuit.LIMITED_QUORUM);
        delivered(0);
        thereAfter(1);
        story.assertProblem(Kind.MISCOUNTED, "tried: 7#1 (failed 1 times, not 0)");
    }

    @Test
    void aLostConnectionMayMakeFailures() {
        story.confirmed(M1, Circuit.LIMITED_QUORUM);
        thereAfter(2);
        story.look(false);
        assertThat(story.problems()).isEmpty();
    }

    @Test
    void whatIsPublishedWhileTheBrokerStopsMayFailWithItsConnections() {
        story.add(new Lost(Loss.STOP, LOST_MS));
        story.confirmed(M1, Circuit.LIMITED_QUORUM);
        story.thereAndLookedAt("tried", new Copy(M1, true, Deaths.NONE, 1, SEEN_MS));
        assertThat(story.problems()).isEmpty();
    }

    @Test
    void aRejectOfWhatIsPublishedWhileTheBrokerStopsMayNotArrive() {
        story.add(new Lost(Loss.STOP, LOST_MS));
        story.confirmed(M1, Circuit.REJECTED);
        story.rejected(M1);
        story.thereAndLookedAt("unwanted", new Copy(M1, true, Deaths.NONE, 0, SEEN_MS));
        assertThat(story.problems()).isEmpty();
    }

    @Test
    void whoLookedHasGivenItBack() {
        story.confirmed(M1, Circuit.LIMITED_QUORUM);
        thereAfter(0);
        story.look(true);
        delivered(0);
        story.assertOnly(Kind.MISCOUNTED, "tried: 7#1 (failed 0 times, not 1)");
    }

    @Test
    void whatWasFoundMayNotBeForgotten() {
        story.confirmed(M1, Circuit.LIMITED_QUORUM);
        failed(0);
        thereAfter(1);
        story.look(true);
        story.emptied();
        thereAfter(0);
        story.assertProblem(Kind.MISCOUNTED, "tried: 7#1 (failed 0 times, not 1)");
    }

    @Test
    void whatFailedTooOftenMustLeave() {
        story.confirmed(M1, Circuit.LIMITED_QUORUM);
        failTooOften();
        thereAfter(4);
        story.assertProblem(Kind.SPENT, "tried: 7#1 (failed 4 times)");
    }

    @Test
    void aFailureTooManyMayBeForgottenThoughOthersAfterItAreForced() {
        story.confirmed(M1, Circuit.LIMITED_QUORUM);
        failTooOften();
        story.add(new FailureForced(TRIED_M1, 0, 3));
        story.add(new FailureForced(TRIED_M1, 0, 4));
        thereAfter(3);
        story.assertGood();
    }

    @Test
    void whatFailedTooOftenMayHaveLeft() {
        story.confirmed(M1, Circuit.LIMITED_QUORUM);
        failTooOften();
        story.there("tried.dead", M1, CircuitStory.deaths(Circuit.LIMITED_QUORUM, Reason.DELIVERY_LIMIT));
        story.assertGood();
    }

    @Test
    void whatDidNotFailTooOftenMayNotLeave() {
        story.confirmed(M1, Circuit.LIMITED_QUORUM);
        failed(0);
        failed(1);
        failed(2);
        story.there("tried.dead", M1, CircuitStory.deaths(Circuit.LIMITED_QUORUM, Reason.DELIVERY_LIMIT));
        story.assertProblem(Kind.NO_CAUSE, "tried.dead: 7#1 (it did not fail too often)");
    }

    @Test
    void aClassicQueueWithoutALimitCountsNothing() {
        story.confirmed(M1, Circuit.REJECTED);
        story.add(new Delivered(new Entry("unwanted", M1), "c", false, LOST_MS));
        story.add(new Failed(new Entry("unwanted", M1), 0, 1, LOST_MS));
        story.add(new Delivered(new Entry("unwanted", M1), "c", true, LOST_MS));
        assertThat(story.problems()).isEmpty();
    }

    @Test
    void whatWaitsToBeTriedAgainMayNotComeBeforeItsTime() {
        Entry entry = new Entry("delayed", M1);
        story.confirmed(M1, Circuit.DELAYED);
        story.add(new Failed(entry, 0, 2, SEEN_MS - 500));
        story.there("delayed", new Copy(M1, true, Deaths.NONE, 2, SEEN_MS));
        story.assertProblem(Kind.EARLY, "delayed: 7#1 (100 ms)");
    }

    @Test
    void aWaitThatACrashMadeForgottenIsNone() {
        Entry entry = new Entry("delayed", M1);
        story.confirmed(M1, Circuit.DELAYED);
        story.add(new Failed(entry, 0, 2, SEEN_MS - 500));
        story.there("delayed", new Copy(M1, true, Deaths.NONE, 1, SEEN_MS));
        story.assertGood();
    }

    @Test
    void aWaitGrowsToTheLongest() {
        Stop delayed = Circuit.DELAYED.entry();
        assertThat(delayed.delayMs(0)).isZero();
        assertThat(delayed.delayMs(1)).isEqualTo(300);
        assertThat(delayed.delayMs(2)).isEqualTo(600);
        assertThat(delayed.delayMs(3)).isEqualTo(800);
    }

    private void failTooOften() {
        for (int failures = 0; failures <= 3; failures++) {
            failed(failures);
        }
    }

    /** One delivery more fails. */
    private void failed(int failuresBefore) {
        delivered(failuresBefore);
        story.add(new Failed(TRIED_M1, 0, failuresBefore + 1, LOST_MS));
    }

    private void delivered(int failures) {
        story.add(new Delivered("tried", new Copy(M1, true, Deaths.NONE, failures, LOST_MS), "c"));
    }

    private void thereAfter(int failures) {
        story.there("tried", new Copy(M1, true, Deaths.NONE, failures, SEEN_MS));
    }
}
