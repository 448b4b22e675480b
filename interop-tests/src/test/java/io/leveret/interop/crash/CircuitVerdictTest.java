package io.leveret.interop.crash;

import static io.leveret.interop.crash.CircuitStory.CONFIRMED_MS;
import static io.leveret.interop.crash.CircuitStory.LOOKING_MS;
import static io.leveret.interop.crash.CircuitStory.LOST_MS;
import static io.leveret.interop.crash.CircuitStory.SEEN_MS;
import static io.leveret.interop.crash.CircuitStory.SENT_MS;
import static org.assertj.core.api.Assertions.assertThat;

import io.leveret.interop.crash.Death.Reason;
import io.leveret.interop.crash.Event.AckForced;
import io.leveret.interop.crash.Event.AckSent;
import io.leveret.interop.crash.Event.Committed;
import io.leveret.interop.crash.Event.Committing;
import io.leveret.interop.crash.Event.Confirmed;
import io.leveret.interop.crash.Event.Copy;
import io.leveret.interop.crash.Event.Delivered;
import io.leveret.interop.crash.Event.Found;
import io.leveret.interop.crash.Event.Looking;
import io.leveret.interop.crash.Event.Lost;
import io.leveret.interop.crash.Event.Published;
import io.leveret.interop.crash.Event.Rejected;
import io.leveret.interop.crash.Event.RejectedInTx;
import io.leveret.interop.crash.Problem.Kind;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What the judge says of where messages stand that the broker moves by itself. */
class CircuitVerdictTest {

    private static final MessageKey M1 = CircuitStory.M1;
    private static final MessageKey M2 = CircuitStory.M2;

    private final CircuitStory story = new CircuitStory();

    @Test
    void aMessageMayStandInEitherQueue() {
        story.confirmed(M1, Circuit.DROP_HEAD);
        story.confirmed(M2, Circuit.DROP_HEAD);
        story.there("head", M2, Deaths.NONE);
        story.there("head.dead", M1, CircuitStory.deaths(Circuit.DROP_HEAD, Reason.MAXLEN));
        story.assertGood();
    }

    @Test
    void aMessageInBothQueuesIsReported() {
        story.confirmed(M1, Circuit.DROP_HEAD);
        story.there("head", M1, Deaths.NONE);
        story.there("head.dead", M1, CircuitStory.deaths(Circuit.DROP_HEAD, Reason.MAXLEN));
        story.assertProblem(Kind.TWICE, "head.dead: 7#1 (and in head)");
    }

    @Test
    void aMessageTwiceInTheSecondQueueIsReported() {
        story.confirmed(M1, Circuit.DROP_HEAD);
        story.there("head.dead", M1, CircuitStory.deaths(Circuit.DROP_HEAD, Reason.MAXLEN));
        story.there("head.dead", M1, CircuitStory.deaths(Circuit.DROP_HEAD, Reason.MAXLEN));
        story.assertProblem(Kind.TWICE, "head.dead: 7#1");
    }

    @Test
    void aMessageInNoneOfTheQueuesIsLost() {
        story.confirmed(M1, Circuit.DROP_HEAD);
        story.assertProblem(Kind.LOST, "head: 7#1 (in none of [head, head.dead])");
    }

    @Test
    void aRejectedMessageInNoneOfTheQueuesIsLost() {
        story.confirmed(M1, Circuit.REJECTED);
        story.rejected(M1);
        story.assertProblem(Kind.LOST, "unwanted: 7#1 (in none of [unwanted, unwanted.dead])");
    }

    @Test
    void aMessageThatWasNotConfirmedMayBeAnywhereOrNowhere() {
        story.published(M1, Circuit.DROP_HEAD);
        story.published(M2, Circuit.DROP_HEAD);
        story.there("head.dead", M2, CircuitStory.deaths(Circuit.DROP_HEAD, Reason.MAXLEN));
        story.assertGood();
    }

    @Test
    void aMessageOfAnotherCircuitIsReported() {
        story.confirmed(M1, Circuit.DROP_HEAD);
        story.there("head", M1, Deaths.NONE);
        story.there("refusing", M1, Deaths.NONE);
        story.assertProblem(Kind.NEVER_PUBLISHED, "refusing: 7#1");
    }

    @Test
    void aTransientMessageMayNotOutliveARestartWhereverItIs() {
        Message message = new Message(M1, false, List.of("head"), Message.NO_TX);
        story.add(new Published(message, SENT_MS));
        story.there("head.dead", M1, CircuitStory.deaths(Circuit.DROP_HEAD, Reason.MAXLEN));
        story.assertProblem(Kind.NOT_DURABLE, "head.dead: 7#1");
    }

    @Test
    void aTransientMessageStaysIfTheBrokerWentOn() {
        Message message = new Message(M1, false, List.of("head"), Message.NO_TX);
        story.add(new Published(message, SENT_MS));
        story.add(new Confirmed(M1, CONFIRMED_MS));
        story.look(false);
        story.assertOnly(Kind.LOST, "head: 7#1 (in none of [head, head.dead])");
    }

    @Test
    void anAckThatWasForcedHoldsInAllQueues() {
        story.confirmed(M1, Circuit.REJECTED);
        story.delivered("unwanted", M1, Deaths.NONE, LOST_MS);
        story.add(new AckSent(new Entry("unwanted", M1)));
        story.add(new AckForced(new Entry("unwanted", M1)));
        story.add(new Rejected(new Entry("unwanted", M1), 0, LOST_MS));
        story.there("unwanted.dead", M1, CircuitStory.deaths(Circuit.REJECTED, Reason.REJECTED));
        story.assertProblem(Kind.RESURRECTED, "unwanted.dead: 7#1 (it was gone for good)");
    }

    @Test
    void whatWasInTheSecondQueueAfterARestartMayNotBeInTheFirstAfterTheNext() {
        story.confirmed(M1, Circuit.DROP_HEAD);
        story.there("head.dead", M1, CircuitStory.deaths(Circuit.DROP_HEAD, Reason.MAXLEN));
        story.look(true);
        story.emptied();
        story.there("head", M1, Deaths.NONE);
        story.assertProblem(Kind.RESURRECTED, "head: 7#1 (it had gone on from there)");
    }

    @Test
    void whatWasSeenInTheSecondQueueBeforeAKillMayBeInTheFirstAfterIt() {
        story.confirmed(M1, Circuit.REJECTED);
        story.rejected(M1);
        story.delivered("unwanted.dead", M1, CircuitStory.deaths(Circuit.REJECTED, Reason.REJECTED), LOST_MS);
        story.there("unwanted", M1, Deaths.NONE);
        story.assertGood();
    }

    @Test
    void whatWasRejectedMayNotComeAgainInTheSameRun() {
        story.confirmed(M1, Circuit.REJECTED);
        story.rejected(M1);
        story.add(new Delivered(new Entry("unwanted", M1), "c", true, LOST_MS));
        story.assertOnly(Kind.RESURRECTED, "unwanted: 7#1 (it had gone on from there)");
    }

    @Test
    void aRejectMayBeLostWithTheBroker() {
        story.confirmed(M1, Circuit.REJECTED);
        story.add(new Lost(true, LOST_MS));
        story.rejected(M1);
        story.add(new Looking(LOOKING_MS));
        story.add(new Found(Map.of("unwanted", List.of(new Copy(M1, true, Deaths.NONE, 0, SEEN_MS))), SEEN_MS));
        assertThat(story.problems()).isEmpty();
    }

    @Test
    void whatIsDeliveredTwiceAtATimeIsReported() {
        story.confirmed(M1, Circuit.REJECTED);
        story.delivered("unwanted", M1, Deaths.NONE, LOST_MS);
        story.add(new Delivered(new Entry("unwanted", M1), "d", true, LOST_MS));
        story.assertOnly(Kind.TWICE, "unwanted: 7#1 (delivered while another delivery of it was not settled)");
    }

    @Test
    void aRejectInACommittedTransactionMustHaveMovedIt() {
        story.confirmed(M1, Circuit.REJECTED);
        story.delivered("unwanted", M1, Deaths.NONE, LOST_MS);
        story.add(new RejectedInTx(new Entry("unwanted", M1), 0, 1, LOST_MS));
        story.add(new Committing(1));
        story.add(new Committed(1, LOST_MS));
        story.there("unwanted", M1, Deaths.NONE);
        story.assertProblem(Kind.RESURRECTED, "unwanted: 7#1 (it had gone on from there)");
    }

    @Test
    void halfATransactionOfRejectsIsReported() {
        story.confirmed(M1, Circuit.REJECTED);
        story.confirmed(M2, Circuit.REJECTED);
        for (MessageKey key : List.of(M1, M2)) {
            story.delivered("unwanted", key, Deaths.NONE, LOST_MS);
            story.add(new RejectedInTx(new Entry("unwanted", key), 0, 1, LOST_MS));
        }
        story.add(new Committing(1));
        story.there("unwanted", M1, Deaths.NONE);
        story.there("unwanted.dead", M2, CircuitStory.deaths(Circuit.REJECTED, Reason.REJECTED));
        story.assertProblem(
                Kind.TORN_TX,
                "tx 1: 1 of 2 parts are done: unwanted: 7#2 is dead-lettered, unwanted: 7#1 is not dead-lettered");
    }

    @Test
    void whatLeavesInAnotherOrderIsReported() {
        story.confirmed(M1, Circuit.TTL);
        story.confirmed(M2, Circuit.TTL);
        story.there("expiring.dead", M2, CircuitStory.deaths(Circuit.TTL, Reason.EXPIRED));
        story.there("expiring.dead", M1, CircuitStory.deaths(Circuit.TTL, Reason.EXPIRED));
        story.assertProblem(Kind.REORDERED, "expiring.dead: 7#1 (after 7#2)");
    }

    @Test
    void whatWasHeldByWhoLookedMayLeaveLater() {
        story.confirmed(M1, Circuit.DROP_HEAD);
        story.confirmed(M2, Circuit.DROP_HEAD);
        story.there("head", M1, Deaths.NONE);
        story.there("head.dead", M2, CircuitStory.deaths(Circuit.DROP_HEAD, Reason.MAXLEN));
        story.look(true);
        story.emptied();
        story.there("head.dead", M2, CircuitStory.deaths(Circuit.DROP_HEAD, Reason.MAXLEN));
        story.there("head.dead", M1, CircuitStory.deaths(Circuit.DROP_HEAD, Reason.MAXLEN));
        story.look(true);
        story.assertGood();
    }

    @Test
    void whatIsRejectedMayComeInAnyOrder() {
        story.confirmed(M1, Circuit.REJECTED);
        story.confirmed(M2, Circuit.REJECTED);
        story.rejected(M2);
        story.rejected(M1);
        story.there("unwanted.dead", M2, CircuitStory.deaths(Circuit.REJECTED, Reason.REJECTED));
        story.there("unwanted.dead", M1, CircuitStory.deaths(Circuit.REJECTED, Reason.REJECTED));
        story.assertGood();
    }

    @Test
    void whatHasNotMovedKeepsItsOrder() {
        story.confirmed(M1, Circuit.REJECTED);
        story.confirmed(M2, Circuit.REJECTED);
        story.there("unwanted", M2, Deaths.NONE);
        story.there("unwanted", M1, Deaths.NONE);
        story.assertProblem(Kind.REORDERED, "unwanted: 7#1 (after 7#2)");
    }
}
