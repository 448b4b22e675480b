package io.leveret.broker.vhost;

import static io.leveret.broker.vhost.TransactionalVhost.arguments;
import static io.leveret.broker.vhost.TransactionalVhost.deadLettering;
import static io.leveret.broker.vhost.TransactionalVhost.decision;
import static io.leveret.broker.vhost.TransactionalVhost.half;
import static org.assertj.core.api.Assertions.assertThat;

import io.leveret.amqp.FieldValue;
import io.leveret.broker.message.Message;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Work on transactions that fails, as when memory runs out, in the middle or when it is to be written: it is done again, without a restart. */
class TransactionErrorsTest {

    private final TransactionalVhost host = new TransactionalVhost();

    @AfterEach
    void close() {
        host.close();
    }

    private void gatherExpiring(String id, int halves) {
        for (int i = 0; i < halves; i++) {
            host.gather("tx", half(id, id + i).toBuilder().expiration("100000").build(), id + i);
        }
        host.flush();
    }

    /** The clock is read when the work begins, and then for each message, as each has a time to live. Two transactions are one batch. */
    @ParameterizedTest
    @ValueSource(ints = {2, 3, 4, 5})
    void partOfATransactionIsNeverDelivered(int nth) {
        gatherExpiring("a", 2);
        gatherExpiring("b", 3);
        host.work();
        host.gather("tx", decision("a", "commit"), "");
        host.gather("tx", decision("b", "commit"), "");
        host.flush();
        host.atReading(nth, () -> {
            throw new OutOfMemoryError("as the test asked for");
        });
        List<String> delivered = new ArrayList<>();

        for (int step = 0; step < 4; step++) {
            host.pass(step * 500L);
            host.prepare("other" + step, "o" + step);
            host.commit("other" + step);
            List<String> taken = host.take("out");
            assertThat(taken.stream().filter(each -> each.startsWith("a")).count())
                    .isIn(0L, 2L);
            assertThat(taken.stream().filter(each -> each.startsWith("b")).count())
                    .isIn(0L, 3L);
            delivered.addAll(taken);
        }

        assertThat(delivered).containsExactlyInAnyOrder("a0", "a1", "b0", "b1", "b2", "o0", "o1", "o2", "o3");
        assertThat(host.listed()).isEmpty();
        assertThat(host.stored()).isZero();
        assertThat(host.vhost.transactionCounts().committed()).isEqualTo(6);
    }

    @Test
    void whatCouldNotBeWrittenIsCarriedOutOnceItCan() {
        host.send("a", "m", "one");
        host.decide("a", "commit");
        host.store.exhaustAppend();
        host.work();
        assertThat(host.take("out")).isEmpty();
        assertThat(host.listed()).containsExactly("a DECIDING 1 0");

        host.pass(1_000);

        assertThat(host.take("out")).containsExactly("one");
        assertThat(host.vhost.transactionCounts().committed()).isOne();
        host.send("a", "m", "again");
        host.work();
        assertThat(host.stored()).as("it is remembered").isZero();
        host.restart();
        host.send("a", "m", "again");
        host.work();
        assertThat(host.listed()).as("also after a restart").isEmpty();
    }

    /** Only memory has its half messages. */
    @Test
    void whatIsNotDurableIsNotLostWithItsBatch() throws IOException {
        host.declare("soft", false, arguments());
        host.bind("soft", "out");
        host.gather("soft", half("a", null), "one");
        host.gather("soft", decision("a", "commit"), "");
        host.flush();
        host.store.exhaustAppend();
        host.work();
        assertThat(host.take("out")).isEmpty();

        host.pass(1_000);

        assertThat(host.take("out")).containsExactly("one");
        assertThat(host.vhost.transactions("soft", "", 10)).isEmpty();
        assertThat(host.vhost.transactionCounts().halves()).isZero();
    }

    @Test
    void verdictThatCouldNotBeWrittenIsGivenOnceItCan() {
        host.declareAnew(deadLettering());
        host.prepare("a", "one");
        host.pass(2_050);
        host.store.exhaustAppend();
        host.pass(100);
        assertThat(host.listed()).containsExactly("a OPEN 1 2");
        assertThat(host.take("dead")).isEmpty();

        host.pass(1_000);

        assertThat(host.take("dead")).containsExactly("one");
        assertThat(host.stored()).isZero();
    }

    @Test
    void checkThatCouldNotBeWrittenIsSentOnceItCanAndCountsOnce() {
        host.prepare("a", "one");
        host.store.exhaustAppend();
        host.pass(150);
        assertThat(host.take("checks")).isEmpty();
        assertThat(host.listed()).containsExactly("a OPEN 1 0");

        host.pass(1_000);

        List<Message> checks = host.takeMessages("checks");
        assertThat(checks).hasSize(1);
        assertThat(checks.get(0).properties().headers().get("x-tx-check-count")).isEqualTo(FieldValue.of(1));
        assertThat(host.listed()).containsExactly("a OPEN 1 1");
        assertThat(host.vhost.transactionCounts().checks()).isOne();
    }

    /** What means nothing. */
    @Test
    void whatCouldNotLeaveTheLogLeavesItOnceItCan() {
        host.send("a", "m", "one");
        host.send("a", "m", "one");
        host.store.exhaustAppend();
        host.work();
        assertThat(host.stored()).isEqualTo(2);

        host.pass(1_000);

        assertThat(host.stored()).isOne();
    }
}
