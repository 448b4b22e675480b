package io.leveret.interop.crash;

import static io.leveret.interop.crash.CircuitRecord.PATIENCE_MS;
import static io.leveret.interop.crash.CircuitStory.CONFIRMED_MS;
import static io.leveret.interop.crash.CircuitStory.LOOKING_MS;
import static io.leveret.interop.crash.CircuitStory.LOST_MS;
import static io.leveret.interop.crash.CircuitStory.SEEN_MS;
import static io.leveret.interop.crash.CircuitStory.SENT_MS;
import static org.assertj.core.api.Assertions.assertThat;

import io.leveret.interop.crash.Death.Reason;
import io.leveret.interop.crash.Deaths.Mark;
import io.leveret.interop.crash.Event.Lost;
import io.leveret.interop.crash.Event.Published;
import io.leveret.interop.crash.Event.Refused;
import io.leveret.interop.crash.Event.Rejected;
import io.leveret.interop.crash.Event.RejectedInTx;
import io.leveret.interop.crash.Problem.Kind;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What the judge says of why and when the broker moved a message. */
class DeathVerdictTest {

    private static final MessageKey M1 = CircuitStory.M1;
    private static final MessageKey M2 = CircuitStory.M2;

    private final CircuitStory story = new CircuitStory();

    @Test
    void aRejectThatWasNotCommittedMayNotMoveIt() {
        story.confirmed(M1, Circuit.REJECTED);
        story.delivered("unwanted", M1, Deaths.NONE, LOST_MS);
        story.add(new RejectedInTx(new Entry("unwanted", M1), 0, 1, LOST_MS));
        story.there("unwanted.dead", M1, CircuitStory.deaths(Circuit.REJECTED, Reason.REJECTED));
        story.assertProblem(Kind.NO_CAUSE, "unwanted.dead: 7#1 (nobody rejected it)");
    }

    @Test
    void whatNobodyRejectedMayNotBeDeadLetteredAsRejected() {
        story.confirmed(M1, Circuit.REJECTED);
        story.there("unwanted.dead", M1, CircuitStory.deaths(Circuit.REJECTED, Reason.REJECTED));
        story.assertProblem(Kind.NO_CAUSE, "unwanted.dead: 7#1 (nobody rejected it)");
    }

    @Test
    void whatIsNotDueMayNotLeave() {
        Message message = CircuitStory.message(M1, Circuit.EXPIRATION).livingFor(SEEN_MS - SENT_MS + 100);
        story.add(new Published(message, SENT_MS));
        story.there("expiration.dead", M1, Circuit.EXPIRATION.deaths(message, List.of(Reason.EXPIRED)));
        story.assertProblem(Kind.EARLY, "expiration.dead: 7#1 (100 ms)");
    }

    @Test
    void whatIsDueMustLeave() {
        story.confirmed(M1, Circuit.TTL);
        long dueMs = CONFIRMED_MS + 1_500;
        story.there("expiring", M1, Deaths.NONE, LOOKING_MS + PATIENCE_MS + 1);
        story.assertProblem(Kind.LATE, "expiring: 7#1 (" + (LOOKING_MS + PATIENCE_MS + 1 - dueMs) + " ms)");
    }

    @Test
    void whatWasDueMustComeSoonAfterTheStart() {
        story.confirmed(M1, Circuit.TTL);
        long dueMs = CONFIRMED_MS + 1_500;
        Deaths expired = CircuitStory.deaths(Circuit.TTL, Reason.EXPIRED);
        story.there("expiring.dead", M1, expired, LOOKING_MS + PATIENCE_MS + 1);
        story.assertProblem(Kind.LATE, "expiring.dead: 7#1 (" + (LOOKING_MS + PATIENCE_MS + 1 - dueMs) + " ms)");
    }

    @Test
    void whatWasDueMayComeSoonAfterTheStart() {
        story.confirmed(M1, Circuit.TTL);
        story.there("expiring.dead", M1, CircuitStory.deaths(Circuit.TTL, Reason.EXPIRED), LOOKING_MS + PATIENCE_MS);
        story.assertGood();
    }

    @Test
    void whatMustComeIsWhatIsSureAndDue() {
        story.confirmed(M1, Circuit.TTL);
        story.published(M2, Circuit.TTL);
        story.add(new Lost(true, LOST_MS));
        assertThat(story.judge().dueUntil(CONFIRMED_MS + 1_499)).isEmpty();
        assertThat(story.judge().dueUntil(CONFIRMED_MS + 1_500)).containsExactly(M1);
    }

    @Test
    void whatWasRefusedMayNotBeThere() {
        story.published(M1, Circuit.REJECT_PUBLISH);
        story.add(new Refused(M1));
        story.there("refusing", M1, Deaths.NONE);
        story.assertProblem(Kind.REFUSED, "refusing: 7#1");
    }

    @Test
    void whatWasRefusedMayBeInTheDeadLetterQueue() {
        story.published(M1, Circuit.REJECT_PUBLISH_DLX);
        story.add(new Refused(M1));
        story.there("passing.dead", M1, CircuitStory.deaths(Circuit.REJECT_PUBLISH_DLX, Reason.MAXLEN));
        story.assertGood();
    }

    @Test
    void whatWasRefusedMustBeInTheDeadLetterQueueIfTheBrokerWentOn() {
        story.published(M1, Circuit.REJECT_PUBLISH_DLX);
        story.add(new Refused(M1));
        story.look(false);
        story.assertOnly(Kind.LOST, "passing: 7#1 (in none of [passing, passing.dead])");
    }

    @Test
    void whatWasConfirmedMayNotBeRefused() {
        story.confirmed(M1, Circuit.REJECT_PUBLISH_DLX);
        story.there("passing.dead", M1, CircuitStory.deaths(Circuit.REJECT_PUBLISH_DLX, Reason.MAXLEN));
        story.assertProblem(Kind.NO_CAUSE, "passing.dead: 7#1 (it was confirmed, and so had room)");
    }

    @Test
    void everyDetailOfADeathIsCompared() {
        Message message = CircuitStory.message(M1, Circuit.EXPIRATION).livingFor(50);
        Death right = new Death("expiration", Reason.EXPIRED, 1, "", List.of("expiration"), "50");
        Mark mark = new Mark("expiration", Reason.EXPIRED, "");
        assertThat(Circuit.EXPIRATION.deaths(message, List.of(Reason.EXPIRED)))
                .isEqualTo(new Deaths(List.of(right), mark, mark));
        Death wrongKey = new Death("expiration", Reason.EXPIRED, 1, "", List.of("other"), "50");
        Death wrongExchange = new Death("expiration", Reason.EXPIRED, 1, "dead", List.of("expiration"), "50");
        Death noExpiration = new Death("expiration", Reason.EXPIRED, 1, "", List.of("expiration"), null);
        Death wrongReason = new Death("expiration", Reason.MAXLEN, 1, "", List.of("expiration"), "50");
        Mark wrongMark = new Mark("expiration", Reason.EXPIRED, "dead");
        for (Deaths wrong : List.of(
                new Deaths(List.of(wrongKey), mark, mark),
                new Deaths(List.of(wrongExchange), mark, mark),
                new Deaths(List.of(noExpiration), mark, mark),
                new Deaths(List.of(wrongReason), mark, mark),
                new Deaths(List.of(right.again()), mark, mark),
                new Deaths(List.of(right), wrongMark, mark),
                new Deaths(List.of(right), mark, wrongMark),
                Deaths.NONE)) {
            story.forgotten();
            story.add(new Published(message, SENT_MS));
            story.there("expiration.dead", M1, wrong);
            story.look(true);
            assertThat(story.problems())
                    .as("%s", wrong)
                    .extracting(Problem::kind)
                    .containsExactly(Kind.WRONG_DEATHS);
        }
    }

    @Test
    void aRetryCountsBothDeaths() {
        Deaths twice = CircuitStory.deaths(Circuit.RETRY, Reason.REJECTED, Reason.EXPIRED, Reason.REJECTED);
        assertThat(twice.stage()).isEqualTo(3);
        assertThat(twice.list())
                .containsExactly(
                        new Death("retry.work", Reason.REJECTED, 2, "", List.of("retry.work"), null),
                        new Death("retry.wait", Reason.EXPIRED, 1, "", List.of("retry.wait"), null));
    }

    @Test
    void aRetryMayNotComeBackBeforeItsTime() {
        story.confirmed(M1, Circuit.RETRY);
        story.delivered("retry.work", M1, Deaths.NONE, SEEN_MS - 150);
        story.add(new Rejected(new Entry("retry.work", M1), 0, SEEN_MS - 150));
        story.there("retry.work", M1, CircuitStory.deaths(Circuit.RETRY, Reason.REJECTED, Reason.EXPIRED));
        story.assertProblem(Kind.EARLY, "retry.work: 7#1 (50 ms)");
    }

    @Test
    void aRetryThatWasOnlyWaitingMayStandThere() {
        story.confirmed(M1, Circuit.RETRY);
        story.delivered("retry.work", M1, Deaths.NONE, LOST_MS);
        story.add(new Rejected(new Entry("retry.work", M1), 0, LOST_MS));
        story.there("retry.wait", M1, CircuitStory.deaths(Circuit.RETRY, Reason.REJECTED));
        story.assertGood();
    }
}
