package io.leveret.interop.crash;

import static io.leveret.interop.crash.QueueRecord.MARK_DELAY_MS;
import static org.assertj.core.api.Assertions.assertThat;

import io.leveret.interop.crash.Event.AckForced;
import io.leveret.interop.crash.Event.AckSent;
import io.leveret.interop.crash.Event.Confirmed;
import io.leveret.interop.crash.Event.Consuming;
import io.leveret.interop.crash.Event.Copy;
import io.leveret.interop.crash.Event.Delivered;
import io.leveret.interop.crash.Event.Found;
import io.leveret.interop.crash.Event.Garbled;
import io.leveret.interop.crash.Event.Leaving;
import io.leveret.interop.crash.Event.Left;
import io.leveret.interop.crash.Event.Lost;
import io.leveret.interop.crash.Event.Published;
import io.leveret.interop.crash.Event.Requeued;
import io.leveret.interop.crash.Problem.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** A judge that finds nothing wrong proves nothing: each broken promise must be reported, and only a broken one. */
class VerdictTest {

    private static final long LOST_MS = 100_000;
    private static final long JUST_BEFORE_MS = LOST_MS - MARK_DELAY_MS + 1;
    private static final long LONG_BEFORE_MS = LOST_MS - MARK_DELAY_MS - 1;
    private static final MessageKey M1 = new MessageKey(7, 1);
    private static final MessageKey M2 = new MessageKey(7, 2);
    private static final Entry Q_M1 = new Entry("q", M1);
    private static final Entry Q_M2 = new Entry("q", M2);

    private final List<Event> history = new ArrayList<>();

    @Test
    void aConfirmedMessageThatIsThereIsFine() {
        confirmed(M1);
        found(M1);
        assertGood();
    }

    @Test
    void aConfirmedMessageThatIsMissingIsLost() {
        confirmed(M1);
        found();
        assertProblem(Kind.LOST, "q: 7#1 (never delivered)");
    }

    @Test
    void aMessageMissingFromOneOfItsQueuesIsLost() {
        history.add(new Published(Message.persistent(M1, "a", "b")));
        history.add(new Confirmed(M1));
        restart(Map.of("a", copies(M1), "b", copies()));
        assertProblem(Kind.LOST, "b: 7#1 (never delivered)");
    }

    @Test
    void aDeliveredMessageWithoutAckIsLostWhenMissing() {
        confirmed(M1);
        delivered(Q_M1, false, LONG_BEFORE_MS);
        found();
        assertProblem(Kind.LOST, "q: 7#1 (delivered, not acked)");
    }

    @Test
    void aRequeuedMessageIsLostWhenMissing() {
        confirmed(M1);
        delivered(Q_M1, false, LONG_BEFORE_MS);
        history.add(new Requeued(Q_M1));
        found();
        assertProblem(Kind.LOST, "q: 7#1 (delivered, not acked)");
    }

    @Test
    void anUnconfirmedMessageMayBeThereOrNot() {
        published(M1);
        published(M2);
        found(M2);
        assertGood();
    }

    @Test
    void aTransientMessageMayBeGone() {
        history.add(new Published(new Message(M1, false, List.of("q"), Message.NO_TX)));
        history.add(new Confirmed(M1));
        found();
        assertGood();
    }

    @Test
    void aTransientMessageMayNotOutliveARestart() {
        history.add(new Published(new Message(M1, false, List.of("q"), Message.NO_TX)));
        found(M1);
        assertProblem(Kind.NOT_DURABLE, "q: 7#1");
    }

    @Test
    void aTransientMessageMustBeThereIfTheBrokerWentOn() {
        history.add(new Published(new Message(M1, false, List.of("q"), Message.NO_TX)));
        history.add(new Confirmed(M1));
        history.add(new Lost(false, LOST_MS));
        history.add(new Found(Map.of("q", copies()), LOST_MS + 1));
        assertProblem(Kind.LOST, "q: 7#1 (never delivered)");
    }

    @Test
    void aTransientMessageInAQuorumQueueMustBeThere() {
        String quorum = Layout.QUORUM.get(0);
        history.add(new Published(new Message(M1, false, List.of(quorum), Message.NO_TX)));
        history.add(new Confirmed(M1));
        restart(Map.of(quorum, copies()));
        assertProblem(Kind.LOST, quorum + ": 7#1 (never delivered)");
    }

    @Test
    void aTransientMessageMayNotBeThereTwice() {
        history.add(new Published(new Message(M1, false, List.of("q"), Message.NO_TX)));
        history.add(new Lost(false, LOST_MS));
        history.add(new Found(Map.of("q", copies(M1, M1)), LOST_MS + 1));
        assertProblem(Kind.TWICE, "q: 7#1");
    }

    @Test
    void aMessageMayNotBeThereTwice() {
        confirmed(M1);
        found(M1, M1);
        assertProblem(Kind.TWICE, "q: 7#1");
    }

    @Test
    void aMessageThatNobodyPublishedIsReported() {
        found(M1);
        assertProblem(Kind.NEVER_PUBLISHED, "q: 7#1");
    }

    @Test
    void aMessageInAQueueThatItWasNotRoutedToIsReported() {
        confirmed(M1);
        restart(Map.of("q", copies(M1), "other", copies(M1)));
        assertProblem(Kind.NEVER_PUBLISHED, "other: 7#1");
    }

    @Test
    void messagesOfAPublisherInAnotherOrderAreReported() {
        confirmed(M1);
        confirmed(M2);
        found(M2, M1);
        assertProblem(Kind.REORDERED, "q: 7#1 (in the queue after 7#2)");
    }

    @Test
    void messagesOfSeveralPublishersMayBeMixed() {
        MessageKey other = new MessageKey(8, 1);
        confirmed(M1);
        confirmed(M2);
        confirmed(other);
        found(M1, other, M2);
        assertGood();
    }

    @Test
    void aRequeuedMessageBehindItsSuccessorIsReported() {
        confirmed(M1);
        confirmed(M2);
        delivered(Q_M1, false, LONG_BEFORE_MS);
        history.add(new Requeued(Q_M1));
        restart(Map.of("q", List.of(new Copy(M2, false), new Copy(M1, true))));
        assertProblem(Kind.REORDERED, "q: 7#1 (in the queue after 7#2)");
    }

    @Test
    void aQuorumQueueHoldsWhatCameBackInTheOrderOfReturns() {
        foundInQuorumQueue(false, new Copy(M2, true), new Copy(M1, true));
        assertGood();
    }

    @Test
    void aQuorumQueueHoldsTheFirstOrderAfterARestart() {
        String quorum = foundInQuorumQueue(true, new Copy(M2, true), new Copy(M1, true));
        assertProblem(Kind.REORDERED, quorum + ": 7#1 (in the queue after 7#2)");
    }

    @Test
    void aQuorumQueueHoldsWhatNobodyGotInTheFirstOrder() {
        String quorum = foundInQuorumQueue(false, new Copy(M2, false), new Copy(M1, false));
        assertProblem(Kind.REORDERED, quorum + ": 7#1 (in the queue after 7#2)");
    }

    private String foundInQuorumQueue(boolean restarted, Copy... copies) {
        String quorum = Layout.QUORUM.get(0);
        for (MessageKey key : List.of(M1, M2)) {
            history.add(new Published(Message.persistent(key, quorum)));
            history.add(new Confirmed(key));
        }
        history.add(new Consuming(quorum));
        history.add(new Lost(restarted, LOST_MS));
        history.add(new Found(Map.of(quorum, List.of(copies)), LOST_MS + 1));
        return quorum;
    }

    @Test
    void firstDeliveriesOutOfOrderAreReported() {
        confirmed(M1);
        confirmed(M2);
        delivered(Q_M2, false, JUST_BEFORE_MS);
        delivered(Q_M1, false, JUST_BEFORE_MS);
        assertProblem(Kind.REORDERED, "q: 7#1 (delivered to c after 7#2)");
    }

    @Test
    void whatWasOnItsWayToAConsumerThatLeftMayComeLate() {
        confirmed(M1);
        confirmed(M2);
        history.add(new Leaving("q"));
        delivered(Q_M2, false, JUST_BEFORE_MS);
        delivered(Q_M1, false, JUST_BEFORE_MS);
        history.add(new Left("q"));
        assertGood();
    }

    @Test
    void whatCameAfterAConsumerLeftComesInOrder() {
        history.add(new Leaving("q"));
        history.add(new Left("q"));
        firstDeliveriesOutOfOrderAreReported();
    }

    @Test
    void anAckThatWasNotForcedMayComeBackOrNot() {
        confirmed(M1);
        confirmed(M2);
        acked(Q_M1);
        acked(Q_M2);
        found(M1);
        assertGood();
    }

    @Test
    void anAckThatWasForcedMayNotComeBack() {
        confirmed(M1);
        acked(Q_M1);
        history.add(new AckForced(Q_M1));
        found(M1);
        assertProblem(Kind.RESURRECTED, "q: 7#1 (it was gone for good)");
    }

    @Test
    void aDeliveryAfterItsAckIsReported() {
        confirmed(M1);
        acked(Q_M1);
        delivered(Q_M1, true, JUST_BEFORE_MS);
        assertProblem(Kind.RESURRECTED, "q: 7#1 (delivered after its ack, without a restart in between)");
    }

    @Test
    void whatARestartLostMayNotComeBackWithTheNext() {
        published(M1);
        found();
        found(M1);
        assertProblem(Kind.RESURRECTED, "q: 7#1 (it was gone for good)");
    }

    @Test
    void whatARestartFoundMustBeThereAfterTheNext() {
        published(M1);
        found(M1);
        found();
        assertProblem(Kind.LOST, "q: 7#1 (delivered, not acked)");
    }

    @Test
    void anAckAfterARestartCountsAgain() {
        confirmed(M1);
        acked(Q_M1);
        found(M1);
        history.add(new AckSent(Q_M1));
        history.add(new AckForced(Q_M1));
        found();
        assertGood();
    }

    @Test
    void aDeliveryLongBeforeTheKillMustBeMarked() {
        confirmed(M1);
        delivered(Q_M1, false, LONG_BEFORE_MS);
        found(M1);
        assertProblem(Kind.NOT_MARKED, "q: 7#1 (delivered more than 1500 ms before the kill)");
    }

    @Test
    void aDeliveryJustBeforeTheKillMayBeUnmarked() {
        confirmed(M1);
        delivered(Q_M1, false, JUST_BEFORE_MS);
        found(M1);
        assertGood();
    }

    @Test
    void aSecondDeliveryMustBeMarked() {
        confirmed(M1);
        delivered(Q_M1, false, JUST_BEFORE_MS);
        history.add(new Requeued(Q_M1));
        history.add(new Delivered(Q_M1, "another", false, JUST_BEFORE_MS));
        assertProblem(Kind.NOT_MARKED, "q: 7#1 (delivered again)");
    }

    @Test
    void aMarkOnWhatNobodyConsumedIsReported() {
        confirmed(M1);
        restart(Map.of("q", List.of(new Copy(M1, true))));
        assertProblem(Kind.WRONGLY_MARKED, "q: 7#1");
    }

    @Test
    void aMarkOnWhatMayHaveBeenOnItsWayIsFine() {
        confirmed(M1);
        history.add(new Consuming("q"));
        restart(Map.of("q", List.of(new Copy(M1, true))));
        assertGood();
    }

    @Test
    void aMessageDeliveredToTwoConsumersAtOnceIsReported() {
        confirmed(M1);
        delivered(Q_M1, false, JUST_BEFORE_MS);
        history.add(new Delivered(Q_M1, "another", true, JUST_BEFORE_MS));
        assertProblem(Kind.TWICE, "q: 7#1 (delivered while another delivery of it was not settled)");
    }

    @Test
    void whatOneLostConnectionHeldMayReachAnother() {
        confirmed(M1);
        delivered(Q_M1, false, JUST_BEFORE_MS);
        history.add(new Lost(true, LOST_MS));
        history.add(new Delivered(Q_M1, "another", true, LOST_MS));
        assertGood();
    }

    @Test
    void aGarbledMessageIsReported() {
        history.add(new Garbled("q", "a body of 3 bytes"));
        assertProblem(Kind.GARBLED, "q: a body of 3 bytes");
    }

    @Test
    void theTextGroupsProblemsByKindAndShowsTheFirst() {
        for (int number = 1; number <= 12; number++) {
            confirmed(new MessageKey(7, number));
        }
        found(M2, M1);
        assertThat(Verdict.on(history).text())
                .startsWith("lost: 10\n    q: 7#3 (never delivered)\n")
                .endsWith("out of order: 1\n    q: 7#1 (in the queue after 7#2)");
    }

    private void published(MessageKey key) {
        history.add(new Published(Message.persistent(key, "q")));
    }

    private void confirmed(MessageKey key) {
        published(key);
        history.add(new Confirmed(key));
    }

    private void delivered(Entry entry, boolean redelivered, long atMs) {
        history.add(new Delivered(entry, "c", redelivered, atMs));
    }

    private void acked(Entry entry) {
        delivered(entry, false, JUST_BEFORE_MS);
        history.add(new AckSent(entry));
    }

    private void found(MessageKey... keys) {
        restart(Map.of("q", copies(keys)));
    }

    private void restart(Map<String, List<Copy>> contents) {
        history.add(new Lost(true, LOST_MS));
        history.add(new Found(contents, LOST_MS + 1));
    }

    private static List<Copy> copies(MessageKey... keys) {
        return Stream.of(keys).map(key -> new Copy(key, false)).toList();
    }

    private void assertGood() {
        assertThat(Verdict.on(history).problems()).isEmpty();
    }

    private void assertProblem(Kind kind, String what) {
        assertThat(Verdict.on(history).problems()).containsExactly(new Problem(kind, what));
    }
}
