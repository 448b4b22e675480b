package io.leveret.interop.crash;

import static io.leveret.interop.crash.CircuitRecord.PATIENCE_MS;
import static org.assertj.core.api.Assertions.assertThat;

import io.leveret.interop.crash.Death.Reason;
import io.leveret.interop.crash.Deaths.Mark;
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
import io.leveret.interop.crash.Event.Refused;
import io.leveret.interop.crash.Event.Rejected;
import io.leveret.interop.crash.Event.RejectedInTx;
import io.leveret.interop.crash.Problem.Kind;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What the judge says of messages that the broker moves by itself. */
class CircuitVerdictTest {

    private static final long SENT_MS = 10_000;
    private static final long CONFIRMED_MS = SENT_MS + 10;
    private static final long LOST_MS = 11_000;
    private static final long LOOKING_MS = 13_000;
    private static final long SEEN_MS = LOOKING_MS + 100;
    private static final MessageKey M1 = new MessageKey(7, 1);
    private static final MessageKey M2 = new MessageKey(7, 2);

    private final List<Event> history = new ArrayList<>();
    private final Map<String, List<Copy>> contents = new LinkedHashMap<>();

    @Test
    void aMessageMayStandInEitherQueue() {
        confirmed(M1, Circuit.DROP_HEAD);
        confirmed(M2, Circuit.DROP_HEAD);
        there("head", M2, Deaths.NONE);
        there("head.dead", M1, deaths(Circuit.DROP_HEAD, Reason.MAXLEN));
        assertGood();
    }

    @Test
    void aMessageInBothQueuesIsReported() {
        confirmed(M1, Circuit.DROP_HEAD);
        there("head", M1, Deaths.NONE);
        there("head.dead", M1, deaths(Circuit.DROP_HEAD, Reason.MAXLEN));
        assertProblem(Kind.TWICE, "head.dead: 7#1 (and in head)");
    }

    @Test
    void aMessageTwiceInTheSecondQueueIsReported() {
        confirmed(M1, Circuit.DROP_HEAD);
        there("head.dead", M1, deaths(Circuit.DROP_HEAD, Reason.MAXLEN));
        there("head.dead", M1, deaths(Circuit.DROP_HEAD, Reason.MAXLEN));
        assertProblem(Kind.TWICE, "head.dead: 7#1");
    }

    @Test
    void aMessageInNoneOfTheQueuesIsLost() {
        confirmed(M1, Circuit.DROP_HEAD);
        assertProblem(Kind.LOST, "head: 7#1 (in none of [head, head.dead])");
    }

    @Test
    void aRejectedMessageInNoneOfTheQueuesIsLost() {
        confirmed(M1, Circuit.REJECTED);
        rejected(M1);
        assertProblem(Kind.LOST, "unwanted: 7#1 (in none of [unwanted, unwanted.dead])");
    }

    @Test
    void aMessageThatWasNotConfirmedMayBeAnywhereOrNowhere() {
        published(M1, Circuit.DROP_HEAD);
        published(M2, Circuit.DROP_HEAD);
        there("head.dead", M2, deaths(Circuit.DROP_HEAD, Reason.MAXLEN));
        assertGood();
    }

    @Test
    void aMessageOfAnotherCircuitIsReported() {
        confirmed(M1, Circuit.DROP_HEAD);
        there("head", M1, Deaths.NONE);
        there("refusing", M1, Deaths.NONE);
        assertProblem(Kind.NEVER_PUBLISHED, "refusing: 7#1");
    }

    @Test
    void aTransientMessageMayNotOutliveARestartWhereverItIs() {
        Message message = new Message(M1, false, List.of("head"), Message.NO_TX);
        history.add(new Published(message, SENT_MS));
        there("head.dead", M1, deaths(Circuit.DROP_HEAD, Reason.MAXLEN));
        assertProblem(Kind.NOT_DURABLE, "head.dead: 7#1");
    }

    @Test
    void aTransientMessageStaysIfTheBrokerWentOn() {
        Message message = new Message(M1, false, List.of("head"), Message.NO_TX);
        history.add(new Published(message, SENT_MS));
        history.add(new Confirmed(M1, CONFIRMED_MS));
        look(false);
        assertOnly(Kind.LOST, "head: 7#1 (in none of [head, head.dead])");
    }

    @Test
    void anAckThatWasForcedHoldsInAllQueues() {
        confirmed(M1, Circuit.REJECTED);
        delivered("unwanted", M1, Deaths.NONE, LOST_MS);
        history.add(new AckSent(new Entry("unwanted", M1)));
        history.add(new AckForced(new Entry("unwanted", M1)));
        history.add(new Rejected(new Entry("unwanted", M1), 0, LOST_MS));
        there("unwanted.dead", M1, deaths(Circuit.REJECTED, Reason.REJECTED));
        assertProblem(Kind.RESURRECTED, "unwanted.dead: 7#1 (it was gone for good)");
    }

    @Test
    void whatWasInTheSecondQueueAfterARestartMayNotBeInTheFirstAfterTheNext() {
        confirmed(M1, Circuit.DROP_HEAD);
        there("head.dead", M1, deaths(Circuit.DROP_HEAD, Reason.MAXLEN));
        look(true);
        contents.clear();
        there("head", M1, Deaths.NONE);
        assertProblem(Kind.RESURRECTED, "head: 7#1 (it had gone on from there)");
    }

    @Test
    void whatWasSeenInTheSecondQueueBeforeAKillMayBeInTheFirstAfterIt() {
        confirmed(M1, Circuit.REJECTED);
        rejected(M1);
        delivered("unwanted.dead", M1, deaths(Circuit.REJECTED, Reason.REJECTED), LOST_MS);
        there("unwanted", M1, Deaths.NONE);
        assertGood();
    }

    @Test
    void whatWasRejectedMayNotComeAgainInTheSameRun() {
        confirmed(M1, Circuit.REJECTED);
        rejected(M1);
        history.add(new Delivered(new Entry("unwanted", M1), "c", true, Deaths.NONE, LOST_MS));
        assertOnly(Kind.RESURRECTED, "unwanted: 7#1 (it had gone on from there)");
    }

    @Test
    void aRejectMayBeLostWithTheBroker() {
        confirmed(M1, Circuit.REJECTED);
        history.add(new Lost(true, LOST_MS));
        rejected(M1);
        history.add(new Looking(LOOKING_MS));
        history.add(new Found(Map.of("unwanted", List.of(new Copy(M1, true, Deaths.NONE, SEEN_MS))), SEEN_MS));
        assertThat(Verdict.on(history).problems()).isEmpty();
    }

    @Test
    void whatIsDeliveredTwiceAtATimeIsReported() {
        confirmed(M1, Circuit.REJECTED);
        delivered("unwanted", M1, Deaths.NONE, LOST_MS);
        history.add(new Delivered(new Entry("unwanted", M1), "d", true, Deaths.NONE, LOST_MS));
        assertOnly(Kind.TWICE, "unwanted: 7#1 (delivered while another delivery of it was not settled)");
    }

    @Test
    void aRejectInACommittedTransactionMustHaveMovedIt() {
        confirmed(M1, Circuit.REJECTED);
        delivered("unwanted", M1, Deaths.NONE, LOST_MS);
        history.add(new RejectedInTx(new Entry("unwanted", M1), 0, 1, LOST_MS));
        history.add(new Committing(1));
        history.add(new Committed(1, LOST_MS));
        there("unwanted", M1, Deaths.NONE);
        assertProblem(Kind.RESURRECTED, "unwanted: 7#1 (it had gone on from there)");
    }

    @Test
    void halfATransactionOfRejectsIsReported() {
        confirmed(M1, Circuit.REJECTED);
        confirmed(M2, Circuit.REJECTED);
        for (MessageKey key : List.of(M1, M2)) {
            delivered("unwanted", key, Deaths.NONE, LOST_MS);
            history.add(new RejectedInTx(new Entry("unwanted", key), 0, 1, LOST_MS));
        }
        history.add(new Committing(1));
        there("unwanted", M1, Deaths.NONE);
        there("unwanted.dead", M2, deaths(Circuit.REJECTED, Reason.REJECTED));
        assertProblem(
                Kind.TORN_TX,
                "tx 1: 1 of 2 parts are done: unwanted: 7#2 is dead-lettered, unwanted: 7#1 is not dead-lettered");
    }

    @Test
    void aRejectThatWasNotCommittedMayNotMoveIt() {
        confirmed(M1, Circuit.REJECTED);
        delivered("unwanted", M1, Deaths.NONE, LOST_MS);
        history.add(new RejectedInTx(new Entry("unwanted", M1), 0, 1, LOST_MS));
        there("unwanted.dead", M1, deaths(Circuit.REJECTED, Reason.REJECTED));
        assertProblem(Kind.NO_CAUSE, "unwanted.dead: 7#1 (nobody rejected it)");
    }

    @Test
    void whatNobodyRejectedMayNotBeDeadLetteredAsRejected() {
        confirmed(M1, Circuit.REJECTED);
        there("unwanted.dead", M1, deaths(Circuit.REJECTED, Reason.REJECTED));
        assertProblem(Kind.NO_CAUSE, "unwanted.dead: 7#1 (nobody rejected it)");
    }

    @Test
    void whatIsNotDueMayNotLeave() {
        Message message = message(M1, Circuit.EXPIRATION).livingFor(SEEN_MS - SENT_MS + 100);
        history.add(new Published(message, SENT_MS));
        there("expiration.dead", M1, Circuit.EXPIRATION.deaths(message, List.of(Reason.EXPIRED)));
        assertProblem(Kind.EARLY, "expiration.dead: 7#1 (100 ms)");
    }

    @Test
    void whatIsDueMustLeave() {
        confirmed(M1, Circuit.TTL);
        long dueMs = CONFIRMED_MS + 1_500;
        there("expiring", M1, Deaths.NONE, LOOKING_MS + PATIENCE_MS + 1);
        assertProblem(Kind.LATE, "expiring: 7#1 (" + (LOOKING_MS + PATIENCE_MS + 1 - dueMs) + " ms)");
    }

    @Test
    void whatWasDueMustComeSoonAfterTheStart() {
        confirmed(M1, Circuit.TTL);
        long dueMs = CONFIRMED_MS + 1_500;
        Deaths expired = deaths(Circuit.TTL, Reason.EXPIRED);
        there("expiring.dead", M1, expired, LOOKING_MS + PATIENCE_MS + 1);
        assertProblem(Kind.LATE, "expiring.dead: 7#1 (" + (LOOKING_MS + PATIENCE_MS + 1 - dueMs) + " ms)");
    }

    @Test
    void whatWasDueMayComeSoonAfterTheStart() {
        confirmed(M1, Circuit.TTL);
        there("expiring.dead", M1, deaths(Circuit.TTL, Reason.EXPIRED), LOOKING_MS + PATIENCE_MS);
        assertGood();
    }

    @Test
    void whatMustComeIsWhatIsSureAndDue() {
        confirmed(M1, Circuit.TTL);
        published(M2, Circuit.TTL);
        history.add(new Lost(true, LOST_MS));
        assertThat(Judge.of(history).dueUntil(CONFIRMED_MS + 1_499)).isEmpty();
        assertThat(Judge.of(history).dueUntil(CONFIRMED_MS + 1_500)).containsExactly(M1);
    }

    @Test
    void whatWasRefusedMayNotBeThere() {
        published(M1, Circuit.REJECT_PUBLISH);
        history.add(new Refused(M1));
        there("refusing", M1, Deaths.NONE);
        assertProblem(Kind.REFUSED, "refusing: 7#1");
    }

    @Test
    void whatWasRefusedMayBeInTheDeadLetterQueue() {
        published(M1, Circuit.REJECT_PUBLISH_DLX);
        history.add(new Refused(M1));
        there("passing.dead", M1, deaths(Circuit.REJECT_PUBLISH_DLX, Reason.MAXLEN));
        assertGood();
    }

    @Test
    void whatWasRefusedMustBeInTheDeadLetterQueueIfTheBrokerWentOn() {
        published(M1, Circuit.REJECT_PUBLISH_DLX);
        history.add(new Refused(M1));
        look(false);
        assertOnly(Kind.LOST, "passing: 7#1 (in none of [passing, passing.dead])");
    }

    @Test
    void whatWasConfirmedMayNotBeRefused() {
        confirmed(M1, Circuit.REJECT_PUBLISH_DLX);
        there("passing.dead", M1, deaths(Circuit.REJECT_PUBLISH_DLX, Reason.MAXLEN));
        assertProblem(Kind.NO_CAUSE, "passing.dead: 7#1 (it was confirmed, and so had room)");
    }

    @Test
    void whatLeavesInAnotherOrderIsReported() {
        confirmed(M1, Circuit.TTL);
        confirmed(M2, Circuit.TTL);
        there("expiring.dead", M2, deaths(Circuit.TTL, Reason.EXPIRED));
        there("expiring.dead", M1, deaths(Circuit.TTL, Reason.EXPIRED));
        assertProblem(Kind.REORDERED, "expiring.dead: 7#1 (after 7#2)");
    }

    @Test
    void whatWasHeldByWhoLookedMayLeaveLater() {
        confirmed(M1, Circuit.DROP_HEAD);
        confirmed(M2, Circuit.DROP_HEAD);
        there("head", M1, Deaths.NONE);
        there("head.dead", M2, deaths(Circuit.DROP_HEAD, Reason.MAXLEN));
        look(true);
        contents.clear();
        there("head.dead", M2, deaths(Circuit.DROP_HEAD, Reason.MAXLEN));
        there("head.dead", M1, deaths(Circuit.DROP_HEAD, Reason.MAXLEN));
        look(true);
        assertGood();
    }

    @Test
    void whatIsRejectedMayComeInAnyOrder() {
        confirmed(M1, Circuit.REJECTED);
        confirmed(M2, Circuit.REJECTED);
        rejected(M2);
        rejected(M1);
        there("unwanted.dead", M2, deaths(Circuit.REJECTED, Reason.REJECTED));
        there("unwanted.dead", M1, deaths(Circuit.REJECTED, Reason.REJECTED));
        assertGood();
    }

    @Test
    void whatHasNotMovedKeepsItsOrder() {
        confirmed(M1, Circuit.REJECTED);
        confirmed(M2, Circuit.REJECTED);
        there("unwanted", M2, Deaths.NONE);
        there("unwanted", M1, Deaths.NONE);
        assertProblem(Kind.REORDERED, "unwanted: 7#1 (after 7#2)");
    }

    @Test
    void everyDetailOfADeathIsCompared() {
        Message message = message(M1, Circuit.EXPIRATION).livingFor(50);
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
            history.clear();
            contents.clear();
            history.add(new Published(message, SENT_MS));
            there("expiration.dead", M1, wrong);
            look(true);
            assertThat(Verdict.on(history).problems())
                    .as("%s", wrong)
                    .extracting(Problem::kind)
                    .containsExactly(Kind.WRONG_DEATHS);
        }
    }

    @Test
    void aRetryCountsBothDeaths() {
        Deaths twice = deaths(Circuit.RETRY, Reason.REJECTED, Reason.EXPIRED, Reason.REJECTED);
        assertThat(twice.stage()).isEqualTo(3);
        assertThat(twice.list())
                .containsExactly(
                        new Death("retry.work", Reason.REJECTED, 2, "", List.of("retry.work"), null),
                        new Death("retry.wait", Reason.EXPIRED, 1, "", List.of("retry.wait"), null));
    }

    @Test
    void aRetryMayNotComeBackBeforeItsTime() {
        confirmed(M1, Circuit.RETRY);
        delivered("retry.work", M1, Deaths.NONE, SEEN_MS - 150);
        history.add(new Rejected(new Entry("retry.work", M1), 0, SEEN_MS - 150));
        there("retry.work", M1, deaths(Circuit.RETRY, Reason.REJECTED, Reason.EXPIRED));
        assertProblem(Kind.EARLY, "retry.work: 7#1 (50 ms)");
    }

    @Test
    void aRetryThatWasOnlyWaitingMayStandThere() {
        confirmed(M1, Circuit.RETRY);
        delivered("retry.work", M1, Deaths.NONE, LOST_MS);
        history.add(new Rejected(new Entry("retry.work", M1), 0, LOST_MS));
        there("retry.wait", M1, deaths(Circuit.RETRY, Reason.REJECTED));
        assertGood();
    }

    private static Message message(MessageKey key, Circuit circuit) {
        return Message.persistent(key, circuit.entry().queue());
    }

    private static Deaths deaths(Circuit circuit, Reason... reasons) {
        return circuit.deaths(message(M1, circuit), List.of(reasons));
    }

    private void published(MessageKey key, Circuit circuit) {
        history.add(new Published(message(key, circuit), SENT_MS));
    }

    private void confirmed(MessageKey key, Circuit circuit) {
        published(key, circuit);
        history.add(new Confirmed(key, CONFIRMED_MS));
    }

    private void delivered(String queue, MessageKey key, Deaths deaths, long atMs) {
        history.add(new Delivered(new Entry(queue, key), "c", false, deaths, atMs));
    }

    private void rejected(MessageKey key) {
        delivered("unwanted", key, Deaths.NONE, LOST_MS);
        history.add(new Rejected(new Entry("unwanted", key), 0, LOST_MS));
    }

    private void there(String queue, MessageKey key, Deaths deaths) {
        there(queue, key, deaths, SEEN_MS);
    }

    private void there(String queue, MessageKey key, Deaths deaths, long atMs) {
        contents.computeIfAbsent(queue, any -> new ArrayList<>()).add(new Copy(key, false, deaths, atMs));
    }

    private void look(boolean restarted) {
        history.add(new Lost(restarted, LOST_MS));
        history.add(new Looking(LOOKING_MS));
        Map<String, List<Copy>> seen = new LinkedHashMap<>();
        contents.forEach((queue, copies) -> seen.put(queue, List.copyOf(copies)));
        history.add(new Found(seen, SEEN_MS));
    }

    private void assertGood() {
        look(true);
        assertThat(Verdict.on(history).problems()).isEmpty();
    }

    private void assertProblem(Kind kind, String what) {
        look(true);
        assertOnly(kind, what);
    }

    private void assertOnly(Kind kind, String what) {
        assertThat(Verdict.on(history).problems()).containsExactly(new Problem(kind, what));
    }
}
