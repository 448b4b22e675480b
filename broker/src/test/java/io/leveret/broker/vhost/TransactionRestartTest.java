package io.leveret.broker.vhost;

import static io.leveret.broker.vhost.TransactionalVhost.deadLettering;
import static io.leveret.broker.vhost.TransactionalVhost.half;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.leveret.amqp.BasicProperties;
import io.leveret.amqp.FieldTable;
import io.leveret.broker.transaction.Decision;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a restart leaves of transactions, in each of their states. */
class TransactionRestartTest {

    private final TransactionalVhost host = new TransactionalVhost();

    @AfterEach
    void close() {
        host.close();
    }

    private void restart() {
        host.restart();
        host.work();
    }

    @Test
    void openTransactionIsThereWithAllThatItHad() {
        host.send("a", "m", "one");
        host.send("a", "n", "two");
        host.work();
        long sinceMs = host.undecided().get(0).sinceMs();
        restart();

        assertThat(host.listed()).containsExactly("a OPEN 2 0");
        assertThat(host.undecided().get(0).sinceMs()).isEqualTo(sinceMs);
        host.send("a", "n", "two");
        host.commit("a");
        assertThat(host.take("out")).containsExactly("one", "two");
    }

    @Test
    void checksGoOnFromTheirNumberAndTime() {
        host.prepare("a", "one");
        host.pass(600);
        assertThat(host.take("checks")).containsExactly("one");
        restart();

        assertThat(host.listed()).containsExactly("a OPEN 1 1");
        host.pass(499);
        assertThat(host.take("checks")).isEmpty();
        host.pass(1);
        assertThat(host.take("checks")).containsExactly("one");
    }

    @Test
    void checkThatFellDueMeanwhileIsSentOnce() {
        host.prepare("a", "one");
        host.restart();
        host.pass(1_000_000);

        assertThat(host.listed()).containsExactly("a PARKED 1 2");
        assertThat(host.take("checks")).containsExactly("one", "one");
    }

    @Test
    void parkedTransactionStaysParked() {
        host.prepare("a", "one");
        host.pass(100_000);
        host.take("checks");
        restart();

        assertThat(host.listed()).containsExactly("a PARKED 1 2");
        host.pass(100_000);
        assertThat(host.take("checks")).isEmpty();
        host.commit("a");
        assertThat(host.take("out")).containsExactly("one");
    }

    @Test
    void confirmedDecisionIsCarriedOut() {
        host.prepare("a", "one");
        host.prepare("b", "two");
        host.decide("a", "commit");
        host.decide("b", "rollback");
        restart();

        assertThat(host.take("out")).containsExactly("one");
        assertThat(host.listed()).isEmpty();
        assertThat(host.stored()).isZero();
    }

    @Test
    void firstOfTwoConfirmedDecisionsIsCarriedOut() {
        host.prepare("a", "one");
        host.decide("a", "rollback");
        host.decide("a", "commit");
        restart();

        assertThat(host.take("out")).isEmpty();
        assertThat(host.vhost.transactionCounts().ignored()).isEqualTo(1);
    }

    @Test
    void decidedTransactionIsRemembered() {
        host.send("a", "m", "one");
        host.work();
        host.commit("a");
        restart();
        host.send("a", "m", "one");
        host.commit("a");

        assertThat(host.take("out")).containsExactly("one");
        assertThat(host.listed()).isEmpty();
        assertThat(host.vhost.transactionCounts().repeated()).isEqualTo(1);
    }

    @Test
    void verdictThatWasWrittenDownIsCarriedOut() {
        host.declareAnew(deadLettering());
        host.prepare("a", "one");
        host.pass(2_000);
        host.store.hold();
        host.pass(150);
        assertThat(host.take("dead")).isEmpty();
        restart();

        assertThat(host.take("dead")).containsExactly("one");
        assertThat(host.listed()).isEmpty();
    }

    @Test
    void tableIsMadeInPiecesWhileOthersPublish() {
        for (int i = 0; i < 1_200; i++) {
            host.gather("tx", half("t" + i % 400, null), "m" + i);
        }
        host.flush();
        host.work();
        host.restart();
        host.decide("t7", "commit");
        host.send("t8", null, "more");
        assertThatThrownBy(() -> host.vhost.transactions("tx", "", 10)).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> host.vhost.decide("tx", "t9", Decision.COMMIT)).isInstanceOf(IOException.class);
        host.work();

        assertThat(host.take("out")).containsExactly("m7", "m407", "m807");
        assertThat(host.undecided()).hasSize(399);
        host.commit("t8");
        assertThat(host.take("out")).containsExactly("m8", "m408", "m808", "more");
    }

    @Test
    void nothingIsCheckedBeforeTheTableIsComplete() {
        for (int i = 0; i < 900; i++) {
            host.gather("tx", half("t" + i, null), "m" + i);
        }
        host.gather("tx", TransactionalVhost.decision("t0", "rollback"), "");
        host.flush();
        host.restart();
        host.pass(200);

        List<String> asked = host.take("checks");
        assertThat(asked).hasSize(899).doesNotContain("m0");
    }

    /** It stays in the log, and is there again if the disk is repaired before the next start. */
    @Test
    void whatCannotBeReadAtTheStartIsLeftOutAfterAMinute() {
        host.prepare("a", "one");
        List<Long> damaged = host.positions();
        host.prepare("b", "two");
        host.restart();
        host.store.damage(damaged);
        host.work();
        host.decide("b", "commit");
        host.pass(45_000);
        assertThat(host.take("out")).isEmpty();

        host.pass(20_000);
        assertThat(host.take("out")).containsExactly("two");
        assertThat(host.listed()).isEmpty();
        assertThat(host.vhost.transactionCounts().halves()).isEqualTo(1);

        restart();
        assertThat(host.listed()).containsExactly("a OPEN 1 1");
    }

    @Test
    void whatCanBeReadAgainSoonIsNotLeftOut() {
        host.prepare("a", "one");
        host.restart();
        host.store.damage(host.positions());
        host.pass(25_000);
        host.store.repair();
        host.pass(10_000);

        assertThat(host.listed()).containsExactly("a PARKED 1 2");
    }

    @Test
    void exchangeThatIsNotDurableIsGoneWithAllThatItHad() {
        host.declare("memory", false, TransactionalVhost.arguments());
        host.bind("memory", "out");
        host.gather("memory", half("a", null), "one");
        host.flush();
        host.work();
        long held = host.budget.usedBytes();
        assertThat(held).isPositive();
        host.gather("memory", TransactionalVhost.decision("a", "commit"), "");
        host.flush();
        host.work();
        assertThat(host.take("out")).containsExactly("one");

        host.gather("memory", half("b", null), "two");
        host.flush();
        restart();

        assertThat(host.vhost.transactionCounts().open()).isZero();
        assertThat(host.budget.usedBytes()).isZero();
    }

    @Test
    void checkRequestOfATransientHalfMessageSurvives() {
        BasicProperties properties = BasicProperties.builder()
                .deliveryMode(1)
                .headers(FieldTable.builder()
                        .put("x-tx-id", "a")
                        .put("x-deduplication-header", "one")
                        .build())
                .build();
        host.gather("tx", properties, "one");
        host.flush();
        host.pass(200);
        restart();

        assertThat(host.takeMessages("checks")).singleElement().satisfies(each -> {
            assertThat(each.properties().persistent()).isTrue();
            assertThat(each.properties().header("x-deduplication-header")).isNull();
        });
    }

    @Test
    void transientHalfMessageSurvivesAndIsDeliveredWithItsOwnMode() {
        BasicProperties properties = BasicProperties.builder()
                .deliveryMode(1)
                .headers(FieldTable.builder().put("x-tx-id", "a").build())
                .build();
        host.gather("tx", properties, "one");
        host.flush();
        restart();
        host.commit("a");

        assertThat(host.takeMessages("out"))
                .singleElement()
                .satisfies(each -> assertThat(each.properties().persistent()).isFalse());
    }
}
