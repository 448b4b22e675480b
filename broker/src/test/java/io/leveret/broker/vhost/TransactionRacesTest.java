package io.leveret.broker.vhost;

import static io.leveret.broker.vhost.TransactionalVhost.deadLettering;
import static io.leveret.broker.vhost.TransactionalVhost.decision;
import static io.leveret.broker.vhost.TransactionalVhost.half;
import static org.assertj.core.api.Assertions.assertThat;

import io.leveret.amqp.FieldTable;
import io.leveret.broker.transaction.Decision;
import io.leveret.broker.transaction.TransactionCounts;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The races of docs/transactions.md, one by one. */
class TransactionRacesTest {

    private final TransactionalVhost host = new TransactionalVhost();

    @AfterEach
    void close() {
        host.close();
    }

    private TransactionCounts counts() {
        return host.vhost.transactionCounts();
    }

    @Test
    void firstOfCommitAndRollbackInTheLogCounts() {
        host.prepare("a", "one");
        host.prepare("b", "two");

        host.decide("a", "commit");
        host.decide("a", "rollback");
        host.decide("b", "rollback");
        host.decide("b", "commit");
        host.work();

        assertThat(host.take("out")).containsExactly("one");
        assertThat(counts().ignored()).isEqualTo(2);
        assertThat(host.stored()).isZero();
    }

    /** Another event loop has written the rollback down before, and brings it after the commit. */
    @Test
    void orderInTheLogCountsAndNotThatOfArriving() {
        host.prepare("a", "one");

        host.append(decision("a", "rollback"), "");
        host.decide("a", "commit");
        host.work();
        assertThat(host.take("out")).isEmpty();
        assertThat(host.listed()).containsExactly("a OPEN 1 0");
        host.bring();
        host.pass(10);

        assertThat(host.take("out")).isEmpty();
        assertThat(counts().rolledBack()).isEqualTo(1);
        assertThat(counts().ignored()).isEqualTo(1);
    }

    /** Likewise a half message that stands before the commit in the log. */
    @Test
    void whatStandsBeforeTheCommitInTheLogIsCommitted() {
        host.append(half("a", null), "one");
        host.send("a", null, "two");
        host.decide("a", "commit");
        host.work();
        assertThat(host.take("out")).isEmpty();

        host.bring();
        host.pass(10);

        assertThat(host.take("out")).containsExactly("one", "two");
    }

    @Test
    void sameDecisionTwiceCountsOnce() {
        host.prepare("a", "one");
        host.commit("a");
        host.commit("a");

        assertThat(host.take("out")).containsExactly("one");
        assertThat(counts().ignored()).isEqualTo(1);
        assertThat(counts().committed()).isEqualTo(1);
    }

    @Test
    void decisionOfAnUnknownTransactionDecidesNothingThatComesLater() {
        host.commit("a");
        host.prepare("a", "one");

        assertThat(host.take("out")).isEmpty();
        assertThat(host.listed()).containsExactly("a OPEN 1 0");
        assertThat(counts().ignored()).isEqualTo(1);
    }

    @Test
    void answerToACheckThatComesSecondIsIgnored() {
        host.prepare("a", "one");
        host.pass(100);
        assertThat(host.take("checks")).containsExactly("one");

        host.rollBack("a");
        host.commit("a");

        assertThat(host.take("out")).isEmpty();
        assertThat(counts().ignored()).isEqualTo(1);
    }

    @Test
    void noCheckGoesOutWhileADecisionIsOnItsWay() {
        host.prepare("a", "one");
        host.store.hold();
        host.decide("a", "commit");
        host.pass(500);
        assertThat(host.take("checks")).isEmpty();
        assertThat(host.listed()).containsExactly("a DECIDING 1 0");

        host.store.release();
        host.pass(10);

        assertThat(host.take("out")).containsExactly("one");
        assertThat(host.take("checks")).isEmpty();
    }

    /** As after a start: more have come than one piece of work gives a meaning to. */
    @Test
    void noCheckGoesOutWhileMoreDecisionsHaveCome() {
        for (int i = 0; i < 1_100; i++) {
            host.gather("tx", half("t" + i, null), "m" + i);
        }
        host.flush();
        host.work();
        host.setClock(200);
        for (int i = 0; i < 1_100; i++) {
            host.gather("tx", decision("t" + i, "rollback"), "");
        }
        host.flush();
        host.pass(200);

        assertThat(host.take("checks")).isEmpty();
        assertThat(counts().rolledBack()).isEqualTo(1_100);
    }

    /** Another event loop has written something down before, which is not here. */
    @Test
    void noCheckGoesOutWhileTheDecisionWaitsForAnotherThread() {
        host.prepare("a", "one");
        host.prepare("b", "two");
        host.append(half("c", null), "three");
        host.decide("a", "commit");
        host.pass(500);
        assertThat(host.take("checks")).containsExactly("two");

        host.bring();
        host.pass(10);

        assertThat(host.take("out")).containsExactly("one");
    }

    @Test
    void decisionsDoNotWaitAsLongAsTheClockWasPutBack() {
        host.prepare("a", "one");
        List<Long> ofA = host.positions();
        host.prepare("b", "two");
        host.store.damage(ofA);
        host.commit("a");
        host.pass(10);
        host.store.hold();
        host.commit("b");
        host.setClock(-3_600_000);
        host.store.repair();
        host.store.release();
        host.pass(11_000);

        assertThat(host.take("out")).containsExactlyInAnyOrder("one", "two");
    }

    @Test
    void lateCommitOfWhatWasDeadLetteredIsIgnored() {
        host.declareAnew(deadLettering());
        host.prepare("a", "one");
        host.pass(5_000);
        assertThat(host.take("dead")).containsExactly("one");

        host.commit("a");

        assertThat(host.take("out")).isEmpty();
        assertThat(counts().unresolved()).isEqualTo(1);
        assertThat(counts().ignored()).isEqualTo(1);
    }

    /** The broker has written its verdict down, behind a commit that another event loop has not brought yet. */
    @Test
    void commitBeforeTheVerdictInTheLogWins() {
        host.declareAnew(deadLettering());
        host.prepare("a", "one");
        host.pass(2_000);
        host.append(decision("a", "commit"), "");
        host.pass(500);
        host.bring();
        host.pass(10);

        assertThat(host.take("out")).containsExactly("one");
        assertThat(host.take("dead")).isEmpty();
        assertThat(counts().ignored()).isZero();
        assertThat(host.stored()).isZero();
    }

    @Test
    void verdictBeforeTheCommitInTheLogWins() {
        host.declareAnew(deadLettering());
        host.prepare("a", "one");
        host.pass(2_000);
        host.store.hold();
        host.pass(150);
        assertThat(host.listed()).containsExactly("a DECIDING 1 2");
        host.decide("a", "commit");
        host.store.release();
        host.pass(10);

        assertThat(host.take("dead")).containsExactly("one");
        assertThat(host.take("out")).isEmpty();
        assertThat(counts().ignored()).isEqualTo(1);
    }

    /** The transaction that it meant was committed before it came, and another one began. */
    @Test
    void verdictMeansNoLaterTransactionOfTheSameId() {
        host.declareAnew(deadLettering());
        host.prepare("a", "one");
        host.pass(2_000);
        host.append(decision("a", "commit"), "");
        host.send("a", null, "two");
        host.pass(101);
        host.bring();
        host.pass(10);

        assertThat(host.take("out")).containsExactly("one");
        assertThat(host.take("dead")).isEmpty();
        assertThat(host.listed()).containsExactly("a OPEN 1 1");
    }

    /** Its publisher never heard a confirm: the first message was committed by a check's answer before the second one came. */
    @Test
    void repetitionOfADecidedOneIsDroppedAlsoWhileAnotherOfItsIdIsOpen() {
        host.send("a", "m1", "one");
        host.commit("a");
        host.send("a", "m1", "one");
        host.send("a", "m2", "two");
        host.send("a", "m1", "one");
        host.send("a", "m2", "two");
        host.commit("a");

        assertThat(host.take("out")).containsExactly("one", "two");
        assertThat(counts().repeated()).isEqualTo(3);
        host.send("a", "m1", "one");
        host.work();
        assertThat(host.listed()).isEmpty();
    }

    /** Likewise while the commits of both wait for the disk, and after a restart. */
    @Test
    void repetitionOfOneThatIsBeingDecidedIsDroppedAlsoAfterAnotherOfItsId() {
        host.store.hold();
        host.send("a", "m1", "one");
        host.decide("a", "commit");
        host.send("a", "m2", "two");
        host.decide("a", "commit");
        host.send("a", "m1", "one");
        host.pass(10);
        assertThat(host.listed()).containsExactly("a DECIDING 1 0", "a DECIDING 1 0");

        host.store.release();
        host.pass(10);
        host.restart();
        host.work();
        host.send("a", "m1", "one");
        host.send("a", "m2", "two");
        host.work();

        assertThat(host.take("out")).containsExactly("one", "two");
        assertThat(host.listed()).isEmpty();
        assertThat(host.stored()).isZero();
    }

    @Test
    void whatIsParkedIsDecidedHoweverLate() {
        host.prepare("a", "one");
        host.prepare("b", "two");
        host.pass(1_000_000);
        assertThat(host.listed()).containsExactly("a PARKED 1 2", "b PARKED 1 2");

        host.commit("a");
        host.rollBack("b");

        assertThat(host.take("out")).containsExactly("one");
        assertThat(counts().parked()).isZero();
    }

    @Test
    void firstOfAPublisherAndAnOperatorInTheLogCounts() throws IOException {
        host.prepare("a", "one");
        host.prepare("b", "two");
        host.decide("a", "commit");

        assertThat(host.vhost.decide("tx", "a", Decision.ROLLBACK)).isTrue();
        assertThat(host.vhost.decide("tx", "b", Decision.ROLLBACK)).isTrue();
        host.decide("b", "commit");
        host.work();

        assertThat(host.take("out")).containsExactly("one");
        assertThat(host.vhost.decide("tx", "a", Decision.COMMIT)).isFalse();
    }

    @Test
    void repeatedHalfMessageAfterTheDecisionIsDropped() {
        host.send("a", "m", "one");
        host.work();
        host.commit("a");
        host.send("a", "m", "one");
        host.work();

        assertThat(host.take("out")).containsExactly("one");
        assertThat(host.listed()).isEmpty();
        assertThat(counts().repeated()).isEqualTo(1);
        assertThat(counts().halves()).isZero();
        assertThat(host.stored()).isZero();
    }

    @Test
    void repeatedHalfMessageWhileTheDecisionIsCarriedOutIsDropped() {
        host.send("a", "m", "one");
        host.decide("a", "commit");
        host.send("a", "m", "one");
        host.work();

        assertThat(host.take("out")).containsExactly("one");
        assertThat(host.listed()).isEmpty();
    }

    @Test
    void otherHalfMessageAfterTheDecisionOpensATransaction() {
        host.send("a", "m", "one");
        host.work();
        host.commit("a");
        host.send("a", "n", "two");
        host.send("a", null, "three");
        host.work();

        assertThat(host.take("out")).containsExactly("one");
        assertThat(host.listed()).containsExactly("a OPEN 2 0");
        host.commit("a");
        assertThat(host.take("out")).containsExactly("two", "three");
    }

    @Test
    void deletingTheExchangeDropsWhatIsUndecided() {
        host.prepare("a", "one");
        host.prepare("b", "two");
        host.prepare("b", "three");

        host.vhost.exchanges().delete("tx", false, Declarations.ACCESS);
        host.pass(10_000);

        assertThat(host.take("checks")).isEmpty();
        assertThat(counts().dropped()).isEqualTo(3);
        assertThat(counts().open()).isZero();
        host.restart();
        host.pass(10_000);
        assertThat(host.take("checks")).isEmpty();
    }

    /** It is deleted after each piece of the work in turn. */
    @Test
    void deletingTheExchangeWhileItDecidesDeliversAllOrNothing() {
        for (int pieces = 0; pieces < 8; pieces++) {
            try (TransactionalVhost other = new TransactionalVhost()) {
                other.prepare("a", "one");
                other.prepare("a", "two");
                other.decide("a", "commit");
                for (int i = 0; i < pieces; i++) {
                    other.workOnce();
                }
                other.vhost.exchanges().delete("tx", false, Declarations.ACCESS);
                other.pass(10_000);

                assertThat(other.take("out").size()).as("%d pieces", pieces).isIn(0, 2);
                TransactionCounts counts = other.vhost.transactionCounts();
                assertThat(2 * counts.committed() + counts.dropped()).isEqualTo(2);
            }
        }
    }

    /** The clock is read for each message that has a time to live, so between them. */
    @Test
    void deletingTheExchangeWhileATransactionLeavesDeliversAllOrNothing() {
        for (int nth = 1; nth < 8; nth++) {
            try (TransactionalVhost other = new TransactionalVhost()) {
                for (int i = 0; i < 3; i++) {
                    other.gather(
                            "tx",
                            half("a", null).toBuilder().expiration("100000").build(),
                            "m" + i);
                }
                other.decide("a", "commit");
                other.atReading(nth, () -> other.vhost.exchanges().delete("tx", false, Declarations.ACCESS));
                other.pass(1_000);

                assertThat(other.take("out").size()).as("at reading %d", nth).isIn(0, 3);
            }
        }
    }

    /** The clock is read for each dead letter. */
    @Test
    void errorInTheMiddleOfATransactionKeepsItWhole() {
        for (int nth = 2; nth < 4; nth++) {
            try (TransactionalVhost other = new TransactionalVhost()) {
                other.declareAnew(deadLettering());
                other.vhost
                        .bindings()
                        .unbindQueue(
                                new BindingDeclarations.BindingKey("out", "tx", "out", FieldTable.EMPTY),
                                this,
                                Declarations.ACCESS);
                other.prepare("a", "one");
                other.prepare("a", "two");
                other.decide("a", "commit");
                other.atReading(nth, () -> {
                    throw new IllegalStateException("as the test asked for");
                });
                other.work();
                other.prepare("b", "other");
                other.commit("b");
                assertThat(other.take("dead")).as("at reading %d", nth).doesNotContain("one", "two");
                other.pass(3_000);

                assertThat(other.take("dead"))
                        .as("at reading %d", nth)
                        .contains("one", "two")
                        .doesNotHaveDuplicates();
                assertThat(other.listed()).isEmpty();
                assertThat(other.stored()).isZero();
            }
        }
    }

    @Test
    void whatIsDeletedAndDeclaredAnewHasNothing() {
        host.prepare("a", "one");
        host.declareAnew(TransactionalVhost.arguments());
        host.commit("a");

        assertThat(host.take("out")).isEmpty();
        assertThat(host.listed()).isEmpty();
        assertThat(counts().ignored()).isEqualTo(1);
    }
}
