package io.leveret.broker.vhost;

import static io.leveret.broker.vhost.Declarations.ACCESS;
import static io.leveret.broker.vhost.TransactionalVhost.decision;
import static io.leveret.broker.vhost.TransactionalVhost.half;
import static org.assertj.core.api.Assertions.assertThat;

import io.leveret.broker.transaction.TransactionBounds;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What all exchanges of a virtual host together remember of decided transactions is bounded. */
class TransactionMemoryTest {

    /** Of some sixty transactions. */
    private static final long BYTES = 20_000;

    private static final int MANY = 200;

    private final TransactionalVhost host =
            new TransactionalVhost(new TransactionBounds(1_000, 10, 1_000, 1_000, BYTES, 1_000));

    @AfterEach
    void close() {
        host.close();
    }

    private void declare(String exchange) {
        host.declare(exchange, true, TransactionalVhost.arguments());
        host.bind(exchange, "out");
    }

    private void decide(String exchange, String id) {
        host.gather(exchange, half(id, "m"), id);
        host.gather(exchange, decision(id, "commit"), "");
        host.flush();
        host.work();
    }

    private boolean isKnown(String exchange, String id) {
        long before = host.vhost.transactionCounts().repeated();
        host.gather(exchange, half(id, "m"), id);
        host.flush();
        host.work();
        return host.vhost.transactionCounts().repeated() > before;
    }

    @Test
    void whoRemembersMostForgetsTheOldestFirst() {
        declare("quiet");
        for (int i = 0; i < 3; i++) {
            decide("quiet", "q" + i);
        }
        for (int i = 0; i < MANY; i++) {
            decide("tx", "t" + i);
        }
        assertThat(host.budget.rememberedBytes()).isBetween(BYTES / 2, BYTES);
        host.restart();
        host.work();

        assertThat(host.budget.rememberedBytes()).isBetween(BYTES / 2, BYTES);
        assertThat(isKnown("quiet", "q0")).isTrue();
        assertThat(isKnown("tx", "t0")).isFalse();
        assertThat(isKnown("tx", "t" + (MANY - 1))).isTrue();
    }

    @Test
    void isBoundedHoweverManyExchangesThereAre() {
        for (int i = 0; i < MANY; i++) {
            declare("x" + i);
            decide("x" + i, "t");
        }

        assertThat(host.budget.rememberedBytes()).isBetween(BYTES / 2, BYTES);
        assertThat(IntStream.range(0, MANY).filter(i -> isKnown("x" + i, "t"))).hasSizeBetween(20, 80);
    }

    @Test
    void isGivenBackWithTheExchange() {
        for (int i = 0; i < MANY; i++) {
            decide("tx", "t" + i);
        }
        host.vhost.exchanges().delete("tx", false, ACCESS);
        assertThat(host.budget.rememberedBytes()).isZero();

        declare("other");
        decide("other", "a");
        assertThat(isKnown("other", "a")).isTrue();
    }

    /** It was forgotten with a repetition of it in the log, which must not open a transaction after a crash. */
    @Test
    void aRepetitionLeavesTheLogBeforeWhatItRepeatsIsForgotten() {
        decide("tx", "t");
        host.gather("tx", half("t", "m"), "t");
        for (int i = 0; i < MANY; i++) {
            host.gather("tx", half("u" + i, "m"), "u");
            host.gather("tx", decision("u" + i, "commit"), "");
        }
        host.flush();
        host.work();
        host.restart();
        host.work();

        assertThat(host.listed()).isEmpty();
        assertThat(host.vhost.transactionCounts().repeated()).isZero();
    }
}
