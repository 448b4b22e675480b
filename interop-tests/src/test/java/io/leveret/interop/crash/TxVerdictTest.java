package io.leveret.interop.crash;

import static org.assertj.core.api.Assertions.assertThat;

import io.leveret.interop.crash.Event.AckedInTx;
import io.leveret.interop.crash.Event.Committed;
import io.leveret.interop.crash.Event.Committing;
import io.leveret.interop.crash.Event.Confirmed;
import io.leveret.interop.crash.Event.Copy;
import io.leveret.interop.crash.Event.Delivered;
import io.leveret.interop.crash.Event.Found;
import io.leveret.interop.crash.Event.Lost;
import io.leveret.interop.crash.Event.Published;
import io.leveret.interop.crash.Problem.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What the judge says of transactions, and of messages that they move from one queue to another. */
class TxVerdictTest {

    private static final long NOW_MS = 100_000;
    private static final MessageKey M1 = new MessageKey(7, 1);
    private static final MessageKey M2 = new MessageKey(7, 2);

    private final List<Event> history = new ArrayList<>();

    @Test
    void aCommittedTransactionMustBeThere() {
        transaction();
        history.add(new Committing(1));
        history.add(new Committed(1));
        restart(Map.of("a", copies(M1), "b", copies()));
        assertProblem(Kind.LOST, "b: 7#2 (never delivered)");
    }

    @Test
    void aTransactionWithoutAnswerMayBeThereOrNot() {
        transaction();
        history.add(new Committing(1));
        restart(Map.of("a", copies(M1), "b", copies(M2)));
        assertGood();

        history.clear();
        transaction();
        history.add(new Committing(1));
        restart(Map.of("a", copies(), "b", copies()));
        assertGood();
    }

    @Test
    void halfATransactionIsReported() {
        transaction();
        history.add(new Committing(1));
        restart(Map.of("a", copies(M1), "b", copies()));
        assertProblem(Kind.TORN_TX, "tx 1: 1 of 2 parts are done: a: 7#1 is there, b: 7#2 is not there");
    }

    @Test
    void aTransactionThatWasNotCommittedMayNotBeThere() {
        transaction();
        restart(Map.of("a", copies(M1), "b", copies(M2)));
        assertProblem(Kind.UNCOMMITTED, "tx 1: 2 of 2 entries are there, such as a: 7#1");
    }

    @Test
    void whatIsPublishedByATransactionMayNotBeDeliveredBeforeItsCommit() {
        transaction();
        delivered(new Entry("a", M1), false);
        assertProblem(Kind.UNCOMMITTED, "a: 7#1 (delivered)");
    }

    @Test
    void aMovedMessageMayBeInEitherQueueWhileTheCommitHasNoAnswer() {
        move(M1, M2);
        history.add(new Committing(2));
        restart(Map.of("a", copies(M1, M2), "b", copies()));
        assertGood();

        history.clear();
        move(M1, M2);
        history.add(new Committing(2));
        restart(Map.of("a", copies(), "b", copies(M1, M2)));
        assertGood();
    }

    @Test
    void aMovedMessageMayNotBeInBothQueues() {
        move(M1);
        history.add(new Committing(2));
        restart(Map.of("a", copies(M1), "b", copies(M1)));
        assertProblem(Kind.TORN_TX, "tx 2: 1 of 2 parts are done: b: 7#1 is there, a: 7#1 is not acked");
    }

    @Test
    void aMovedMessageMayNotBeInNeitherQueue() {
        move(M1);
        history.add(new Committing(2));
        restart(Map.of("a", copies(), "b", copies()));
        assertProblem(Kind.TORN_TX, "tx 2: 1 of 2 parts are done: a: 7#1 is acked, b: 7#1 is not there");
    }

    @Test
    void allMovesOfATransactionAreDoneOrNone() {
        move(M1, M2);
        history.add(new Committing(2));
        restart(Map.of("a", copies(M2), "b", copies(M1)));
        assertProblem(Kind.TORN_TX, "tx 2: 2 of 4 parts are done: b: 7#1 is there, b: 7#2 is not there");
    }

    @Test
    void aMoveThatIsCommittedIsDone() {
        move(M1);
        history.add(new Committing(2));
        history.add(new Committed(2));
        restart(Map.of("a", copies(), "b", copies(M1)));
        assertGood();
    }

    @Test
    void aMoveThatIsCommittedMayNotBeUndone() {
        move(M1);
        history.add(new Committing(2));
        history.add(new Committed(2));
        restart(Map.of("a", copies(M1), "b", copies()));
        assertThat(Verdict.on(history).problems())
                .containsExactlyInAnyOrder(
                        new Problem(Kind.RESURRECTED, "a: 7#1 (it was gone for good)"),
                        new Problem(Kind.LOST, "b: 7#1 (never delivered)"));
    }

    @Test
    void aMoveWithoutACommitMayNotBeDone() {
        move(M1);
        restart(Map.of("a", copies(), "b", copies(M1)));
        assertThat(Verdict.on(history).problems())
                .containsExactlyInAnyOrder(
                        new Problem(Kind.UNCOMMITTED, "tx 2: 1 of 1 entries are there, such as b: 7#1"),
                        new Problem(Kind.LOST, "a: 7#1 (delivered, not acked)"));
    }

    @Test
    void aMoveMayBeTriedAgainByAnotherTransaction() {
        move(M1);
        moveBy(3, "a", "b", M1);
        history.add(new Committing(3));
        history.add(new Committed(3));
        restart(Map.of("a", copies(), "b", copies(M1)));
        assertGood();

        history.clear();
        move(M1);
        moveBy(3, "a", "b", M1);
        restart(Map.of("a", copies(M1), "b", copies(M1)));
        assertProblem(Kind.UNCOMMITTED, "tx 3: 1 of 1 entries are there, such as b: 7#1");
    }

    @Test
    void aMoveMayBeTriedAgainAfterARestartThatLostIt() {
        move(M1);
        history.add(new Committing(2));
        restart(Map.of("a", copies(M1), "b", copies()));
        moveBy(3, "a", "b", M1);
        history.add(new Committing(3));
        history.add(new Committed(3));
        restart(Map.of("a", copies(), "b", copies(M1)));
        assertGood();
    }

    @Test
    void whatMovesOnShowsNothingOfTheTransactionBefore() {
        move(M1);
        history.add(new Committing(2));
        moveBy(3, "b", "c", M1);
        history.add(new Committing(3));
        restart(Map.of("a", copies(), "b", copies(), "c", copies(M1)));
        assertGood();
    }

    @Test
    void whatIsAckedInATransactionMayNotComeBackWithoutARestart() {
        move(M1);
        history.add(new Committing(2));
        delivered(new Entry("a", M1), true);
        assertProblem(Kind.RESURRECTED, "a: 7#1 (delivered after its ack, without a restart in between)");
    }

    @Test
    void movedMessagesStandInTheOrderOfTheirMoves() {
        move(M2, M1);
        history.add(new Committing(2));
        restart(Map.of("a", copies(), "b", copies(M2, M1)));
        assertGood();

        history.clear();
        move(M2, M1);
        history.add(new Committing(2));
        restart(Map.of("a", copies(), "b", copies(M1, M2)));
        assertProblem(Kind.REORDERED, "b: 7#2 (as 102#0, in the queue after 102#1)");
    }

    private void transaction() {
        history.add(new Published(new Message(M1, true, List.of("a"), 1)));
        history.add(new Published(new Message(M2, true, List.of("b"), 1)));
    }

    /** From a to b, by transaction 2, which is not committed yet. */
    private void move(MessageKey... keys) {
        for (MessageKey key : keys) {
            history.add(new Published(Message.persistent(key, "a")));
            history.add(new Confirmed(key));
            delivered(new Entry("a", key), false);
        }
        moveBy(2, "a", "b", keys);
    }

    private void moveBy(int tx, String from, String to, MessageKey... keys) {
        for (int i = 0; i < keys.length; i++) {
            MessageKey sentAs = new MessageKey(100 + tx, i);
            history.add(new Published(Message.moved(keys[i], true, to, tx, sentAs)));
            history.add(new AckedInTx(new Entry(from, keys[i]), tx));
        }
    }

    private void delivered(Entry entry, boolean redelivered) {
        history.add(new Delivered(entry, "consumer of " + entry.key(), redelivered, NOW_MS));
    }

    private void restart(Map<String, List<Copy>> contents) {
        history.add(new Lost(true, NOW_MS));
        history.add(new Found(contents, NOW_MS + 1));
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
