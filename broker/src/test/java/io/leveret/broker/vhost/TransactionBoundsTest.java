package io.leveret.broker.vhost;

import static io.leveret.broker.vhost.Declarations.ACCESS;
import static io.leveret.broker.vhost.TransactionalVhost.half;
import static io.leveret.broker.vhost.TransactionalVhost.properties;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.leveret.amqp.BasicProperties;
import io.leveret.broker.channel.Entries;
import io.leveret.broker.message.Address;
import io.leveret.broker.message.Message;
import io.leveret.broker.message.Message.Past;
import io.leveret.broker.queue.Queue;
import io.leveret.broker.storage.DurableWaits;
import io.leveret.broker.transaction.TransactionBounds;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What is bounded, and what happens when memory, the disk or a queue takes no more. */
class TransactionBoundsTest {

    private final TransactionalVhost host = new TransactionalVhost(new TransactionBounds(6, 4, 1_000, 3, 1_000_000, 5));

    @AfterEach
    void close() {
        host.close();
    }

    @Test
    void refusesOneHalfMessageTooMany() {
        for (int i = 0; i < 6; i++) {
            host.prepare("t" + i, "m" + i);
        }

        assertThatThrownBy(() -> host.send("t6", null, "m6"))
                .hasMessage("PRECONDITION_FAILED - limit of 6 undecided half messages in vhost '/' is reached");

        host.commit("t0");
        host.rollBack("t1");
        host.prepare("t6", "m6");
        host.prepare("t7", "m7");
        assertThatThrownBy(() -> host.send("t8", null, "m8")).hasMessageContaining("limit of 6");
        assertThat(host.take("out")).containsExactly("m0");
    }

    @Test
    void takesARepeatedOneWhateverTheLimit() {
        for (int i = 0; i < 6; i++) {
            host.send("t" + i, "m", "m" + i);
        }
        host.work();
        host.send("t1", "m", "m1");
        host.work();

        assertThat(host.vhost.transactionCounts().repeated()).isEqualTo(1);
        assertThat(host.vhost.transactionCounts().halves()).isEqualTo(6);
    }

    @Test
    void takesARepeatedOneAlsoOfATransactionThatIsFull() {
        for (int i = 0; i < 4; i++) {
            host.send("a", "m" + i, "m" + i);
        }
        host.work();
        host.send("a", "m3", "m3");
        host.send("b", "m", "x".repeat(2_000));
        host.work();
        host.send("b", "m", "x".repeat(2_000));
        host.work();

        assertThat(host.listed()).containsExactly("a OPEN 4 0", "b OPEN 1 0");
        assertThat(host.vhost.transactionCounts().repeated()).isEqualTo(2);
    }

    @Test
    void refusesHalfMessagesWhenTheirMemoryIsUsedUp() {
        host.send("a", "m", "one");
        host.work();
        host.budget.addFixed(TransactionalVhost.MEMORY / 2);

        assertThatThrownBy(() -> host.send("b", null, "two"))
                .hasMessage(
                        "PRECONDITION_FAILED - memory for undecided half messages is used up: limit is 33554432 octets");
        host.send("a", "m", "one");
        host.commit("a");
        assertThat(host.take("out")).containsExactly("one");

        host.budget.addFixed(-TransactionalVhost.MEMORY / 2);
        host.prepare("b", "two");
        assertThat(host.listed()).containsExactly("b OPEN 1 0");
    }

    /** What is on the disk may come: queues leave memory to it soon. */
    @Test
    void refusesWhatOnlyMemoryWouldHaveWhileThereIsNone() {
        host.declare("volatile", false, TransactionalVhost.arguments());
        host.budget.add(TransactionalVhost.MEMORY + 1);

        assertThatThrownBy(() -> host.gather("volatile", half("a", null), "one"))
                .hasMessageContaining("is used up");
        host.prepare("b", "two");

        assertThat(host.listed()).containsExactly("b OPEN 1 0");
    }

    @Test
    void countsWhatItsTablesTakeOfTheMemory() {
        host.prepare("a".repeat(255), "one");
        long one = host.budget.fixedBytes();
        assertThat(one).isBetween(400L, 1_000L);
        host.send("a".repeat(255), "m", "more");
        host.work();
        assertThat(host.budget.fixedBytes()).isGreaterThan(one);

        host.commit("a".repeat(255));
        assertThat(host.take("out")).hasSize(2);
        assertThat(host.budget.fixedBytes()).isZero();
        assertThat(host.budget.rememberedBytes()).isGreaterThan(500);
        host.restart();
        host.work();
        assertThat(host.budget.rememberedBytes()).isGreaterThan(500);
    }

    /** Else nothing would be decided any more, and so nothing forgotten. */
    @Test
    void takesHalfMessagesHoweverMuchIsRemembered() {
        host.budget.addRemembered(100 * TransactionalVhost.MEMORY);
        host.prepare("a", "one");

        host.commit("a");
        assertThat(host.take("out")).containsExactly("one");
    }

    @Test
    void givesMemoryBackWhenTheExchangeIsDeleted() {
        host.declare("volatile", false, TransactionalVhost.arguments());
        host.gather("volatile", half("a", "m"), "one");
        host.flush();
        host.prepare("b", "two");
        host.prepare("c", "three");
        host.commit("c");
        host.take("out");
        host.vhost.exchanges().delete("volatile", false, ACCESS);
        host.vhost.exchanges().delete("tx", false, ACCESS);
        host.work();

        assertThat(host.budget.fixedBytes()).isZero();
        assertThat(host.budget.rememberedBytes()).isZero();
        assertThat(host.budget.usedBytes()).isZero();
    }

    @Test
    void countsAlsoAfterARestartAndWhatIsParked() {
        for (int i = 0; i < 6; i++) {
            host.prepare("t" + i, "m" + i);
        }
        host.pass(100_000);
        host.restart();
        assertThatThrownBy(() -> host.send("t6", null, "m6")).hasMessageContaining("limit of 6");
        host.work();
        assertThatThrownBy(() -> host.send("t6", null, "m6")).hasMessageContaining("limit of 6");

        host.rollBack("t0");
        host.prepare("t6", "m6");
        assertThat(host.listed()).contains("t6 OPEN 1 0").hasSize(6);
    }

    @Test
    void givesPlacesBackWhenTheExchangeIsDeleted() {
        for (int i = 0; i < 6; i++) {
            host.prepare("t" + i, "m" + i);
        }
        host.declareAnew(TransactionalVhost.arguments());
        for (int i = 0; i < 6; i++) {
            host.prepare("t" + i, "m" + i);
        }

        assertThat(host.listed()).hasSize(6);
    }

    /** Its next check is years off. */
    @Test
    void forgetsADeletedExchangeAtOnce() {
        host.pass(100_000);
        int before = host.timers();
        host.gather("tx", properties(null, Map.of("x-tx-id", "a", "x-tx-timeout", 2_000_000_000)), "one");
        host.flush();
        host.work();
        host.vhost.exchanges().delete("tx", false, ACCESS);
        host.pass(100_000);

        assertThat(host.timers()).isEqualTo(before);
    }

    @Test
    void boundsOneTransaction() {
        for (int i = 0; i < 4; i++) {
            host.send("a", null, "m" + i);
        }
        assertThatThrownBy(() -> host.send("a", null, "m4"))
                .hasMessage("PRECONDITION_FAILED - limit of 4 half messages in transaction 'a' is reached");
        host.work();
        assertThatThrownBy(() -> host.send("a", null, "m4")).hasMessageContaining("limit of 4");

        host.commit("a");
        assertThat(host.take("out")).hasSize(4);
        host.send("b", null, "x".repeat(2_000));
        assertThatThrownBy(() -> host.send("b", null, "m"))
                .hasMessageContaining("octets is larger than configured max size 1000");
    }

    @Test
    void aDeadLetterNeedsNoPlace() {
        for (int i = 0; i < 6; i++) {
            host.prepare("t" + i, "m" + i);
        }
        Bursts own = host.vhost.newBursts(host.newWriter());
        Message letter = new Message(new Address("tx", "out"), half("t6", null), new byte[] {'m'}, Past.DEAD_LETTERED);
        own.publish(letter, host.vhost.route(host.vhost.exchanges().find("tx"), List.of("out"), letter));
        own.flush();
        host.work();

        assertThat(host.take("out")).containsExactly("m");
        assertThat(host.listed()).hasSize(6);
        assertThat(host.stored()).isEqualTo(6);
    }

    @Test
    void forgetsTheOldestDecidedTransactions() {
        for (int i = 0; i < 5; i++) {
            host.send("t" + i, "m", "m" + i);
            host.work();
            host.commit("t" + i);
        }
        host.take("out");
        host.send("t1", "m", "m1");
        host.send("t2", "m", "m2");
        host.work();
        assertThat(host.listed()).containsExactly("t1 OPEN 1 0");

        host.restart();
        host.work();
        host.send("t4", "m", "m4");
        host.work();
        assertThat(host.listed()).containsExactly("t1 OPEN 1 0");
    }

    @Test
    void forgetsNoDecidedOneForAReadThatFailedAtTheStart() {
        for (int i = 0; i < 2; i++) {
            host.send("t" + i, "m", "m" + i);
            host.work();
            host.commit("t" + i);
        }
        host.prepare("t2", "m2");
        List<Long> open = host.positions();
        host.restart();
        host.store.damage(open);
        host.pass(15_000);
        host.store.repair();
        host.pass(15_000);
        host.commit("t2");
        assertThat(host.take("out")).containsExactly("m0", "m1", "m2");

        host.restart();
        host.work();
        host.send("t0", "m", "m0");
        host.send("t1", "m", "m1");
        host.work();

        assertThat(host.listed()).isEmpty();
    }

    @Test
    void publishersWaitWhileDecisionsPileUp() {
        DurableWaits waits = Objects.requireNonNull(host.vhost.journal()).newWaits(Runnable::run);
        host.store.hold();
        for (int i = 0; i < 6; i++) {
            host.send("t" + i, null, "m" + i);
        }
        for (int i = 0; i < 5; i++) {
            host.decide("t" + i, "commit");
        }
        assertThat(waits.isBehind()).isFalse();
        host.decide("t5", "commit");
        assertThat(waits.isBehind()).isTrue();

        host.store.release();
        host.pass(10);
        assertThat(waits.isBehind()).isFalse();
        assertThat(host.take("out")).hasSize(6);
    }

    /** Nobody may ever declare the queue. */
    @Test
    void publishersDoNotWaitForWhatGoesNowhere() {
        DurableWaits waits = Objects.requireNonNull(host.vhost.journal()).newWaits(Runnable::run);
        host.declareAnew(TransactionalVhost.arguments()
                .put("x-dead-letter-exchange", "")
                .put("x-dead-letter-routing-key", "later"));
        for (int i = 0; i < 6; i++) {
            host.prepare("t" + i, "m" + i);
        }
        host.pass(30_000);

        assertThat(waits.isBehind()).isFalse();
        assertThat(host.listed()).hasSize(6).allMatch(each -> each.endsWith("PARKED 1 2"));
        host.commit("t3");
        assertThat(host.take("out")).containsExactly("m3");
        host.queue("later");
        host.pass(11_000);
        assertThat(host.take("later")).containsExactlyInAnyOrder("m0", "m1", "m2", "m4", "m5");
        assertThat(host.listed()).isEmpty();
    }

    /** One piece of work carries out what it has; a publisher asks meanwhile. The clock is read for what has a time to live. */
    @Test
    void publishersAreWokenThoughNothingOfItIsStored() {
        DurableWaits waits = Objects.requireNonNull(host.vhost.journal()).newWaits(Runnable::run);
        AtomicInteger woken = new AtomicInteger();
        waits.add(batch -> woken.incrementAndGet() > 0);
        host.declare("memory", false, TransactionalVhost.arguments());
        host.bind("memory", "out");
        for (int i = 0; i < 6; i++) {
            BasicProperties properties = half("t" + i, null).toBuilder()
                    .deliveryMode(1)
                    .expiration("100000")
                    .build();
            host.gather("memory", properties, "m" + i);
        }
        for (int i = 0; i < 5; i++) {
            host.gather("memory", TransactionalVhost.decision("t" + i, "commit"), "");
        }
        host.flush();
        host.atReading(6, () -> {
            host.gather("memory", TransactionalVhost.decision("t5", "commit"), "");
            host.flush();
            assertThat(waits.isBehind()).isTrue();
        });
        assertThat(woken).hasValue(0);
        host.work();

        assertThat(woken).hasPositiveValue();
        assertThat(host.take("out")).hasSize(6);
    }

    /** It and the verdict are in one batch. */
    @Test
    void verdictComesThoughTheQueueOfAnotherCheckFails() {
        host.declareAnew(TransactionalVhost.deadLettering());
        Queue broken = host.queue("broken");
        broken.addConsumer(Entries.consumer(broken, new BurstsTest.BrokenTarget(), 10));
        host.gather("tx", properties(null, Map.of("x-tx-id", "a", "x-tx-check-max", 0)), "one");
        host.gather("tx", properties(null, Map.of("x-tx-id", "b", "x-tx-check", "broken")), "two");
        host.flush();
        host.pass(110);
        assertThat(host.take("dead")).containsExactly("one");
        assertThat(host.listed()).containsExactly("b OPEN 1 1");

        host.commit("b");
        host.restart();
        host.work();

        assertThat(host.take("out")).containsExactly("two");
        assertThat(host.listed()).isEmpty();
        assertThat(host.stored()).isZero();
    }

    @Test
    void publishersDoNotWaitForWhatCannotBeRead() {
        DurableWaits waits = Objects.requireNonNull(host.vhost.journal()).newWaits(Runnable::run);
        for (int i = 0; i < 6; i++) {
            host.prepare("t" + i, "m" + i);
        }
        host.store.damage(host.positions());
        for (int i = 0; i < 6; i++) {
            host.decide("t" + i, "commit");
        }
        host.pass(1_000);
        assertThat(waits.isBehind()).isFalse();

        host.store.repair();
        host.pass(30_000);
        assertThat(host.take("out")).hasSize(6);
        assertThat(waits.isBehind()).isFalse();
    }

    @Test
    void decisionsAndChecksWaitWhileTheDiskIsFull() {
        host.prepare("a", "one");
        host.prepare("b", "two");
        host.store.full(true);
        host.commit("a");
        host.pass(500);
        assertThat(host.take("checks")).isEmpty();
        assertThat(host.listed()).containsExactly("a DECIDING 1 0", "b OPEN 1 0");

        host.store.full(false);
        host.pass(1_000);

        assertThat(host.take("out")).containsExactly("one");
        assertThat(host.take("checks")).containsExactly("two");
    }

    @Test
    void transactionThatCannotBeReadWaitsAndOthersGoOn() {
        host.prepare("a", "one");
        host.prepare("a", "more");
        List<Long> ofA = host.positions();
        host.prepare("b", "two");
        host.store.damage(ofA.subList(1, 2));
        host.decide("a", "commit");
        host.decide("b", "commit");
        host.pass(9_000);
        assertThat(host.take("out")).containsExactly("two");
        assertThat(host.listed()).containsExactly("a DECIDING 2 0");

        host.store.repair();
        host.pass(2_000);

        assertThat(host.take("out")).containsExactly("one", "more");
    }

    @Test
    void checkThatCannotBeReadWaitsAndOthersAreSent() {
        host.prepare("a", "one");
        host.store.damage(host.positions());
        host.prepare("b", "two");
        host.pass(500);
        assertThat(host.take("checks")).containsExactly("two");
        assertThat(host.listed()).containsExactly("a OPEN 1 0", "b OPEN 1 1");

        host.store.repair();
        host.pass(10_000);

        assertThat(host.take("checks")).contains("one");
    }

    @Test
    void readsOnAfterAReadThatFailedForWantOfMemory() {
        host.prepare("a", "one");
        host.decide("a", "commit");
        host.store.exhaust();
        host.pass(5_000);

        assertThat(host.take("out")).containsExactly("one");
        assertThat(host.listed()).isEmpty();
    }

    @Test
    void storeThatFailsEndsTheWorkAndLosesNothing() {
        host.prepare("a", "one");
        host.decide("a", "commit");
        host.store.fail();
        host.pass(10_000);
        host.restart();
        host.work();

        assertThat(host.take("out")).containsExactly("one");
    }
}
