package io.leveret.broker.vhost;

import static io.leveret.broker.vhost.Declarations.ACCESS;
import static io.leveret.broker.vhost.TransactionalVhost.decision;
import static io.leveret.broker.vhost.TransactionalVhost.half;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.leveret.broker.storage.DurableWaits;
import io.leveret.broker.transaction.TransactionBounds;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** An exchange of whose transactions nothing can be decided, since what was decided before can't be read, and those beside it. */
class TransactionStandstillTest {

    private static final int ORDERS = 5;

    private final TransactionalVhost host =
            new TransactionalVhost(new TransactionBounds(100, 10, 1_000, 100, 1_000_000, ORDERS));

    @BeforeEach
    void standStill() {
        host.declare("other", true, TransactionalVhost.arguments());
        host.bind("other", "out");
        host.prepare("a", "one");
        host.commit("a");
        host.prepare("b", "two");
        host.take("out");
        host.restart();
        host.store.damageStates();
        host.work();
    }

    @AfterEach
    void close() {
        host.close();
    }

    private DurableWaits waits() {
        return Objects.requireNonNull(host.vhost.journal()).newWaits(Runnable::run);
    }

    private void decide(int many) {
        for (int i = 0; i < many; i++) {
            host.decide("unknown" + i, "commit");
        }
        host.work();
    }

    @Test
    void holdsNobodyElseBack() {
        decide(ORDERS);
        assertThatThrownBy(() -> host.decide("b", "commit"))
                .hasMessage(
                        "PRECONDITION_FAILED - limit of 5 decisions in exchange 'tx' in vhost '/', whose transactions"
                                + " can't be read from the disk, is reached");
        assertThat(waits().isBehind()).isFalse();
    }

    @Test
    void decidesAllOnceItCanBeRead() {
        host.decide("b", "commit");
        decide(ORDERS - 1);
        assertThat(host.take("out")).isEmpty();

        host.store.repair();
        host.pass(10_000);

        assertThat(host.take("out")).containsExactly("two");
        assertThat(host.vhost.transactionCounts().ignored()).isEqualTo(ORDERS - 1);
        for (int i = 0; i < 2 * ORDERS; i++) {
            host.commit("c" + i);
        }
        assertThat(waits().isBehind()).isFalse();
    }

    @Test
    void countsForNothingOnceItIsDeleted() {
        decide(ORDERS);
        host.vhost.exchanges().delete("tx", false, ACCESS);
        host.declare("tx", true, TransactionalVhost.arguments());
        host.bind("tx", "out");
        host.work();
        assertThat(waits().isBehind()).isFalse();

        // As many as may wait are still counted for all others.
        host.gather("tx", half("c", null), "three");
        for (int i = 0; i <= ORDERS; i++) {
            host.gather("tx", decision("d" + i, "commit"), "");
        }
        host.flush();
        assertThat(waits().isBehind()).isTrue();
        host.work();
        assertThat(waits().isBehind()).isFalse();
    }
}
