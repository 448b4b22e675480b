package io.leveret.broker.vhost;

import static io.leveret.broker.vhost.Declarations.ACCESS;
import static io.leveret.broker.vhost.Declarations.durable;
import static io.leveret.broker.vhost.TransactionalVhost.deadLettering;
import static org.assertj.core.api.Assertions.assertThat;

import io.leveret.amqp.FieldTable;
import io.leveret.broker.message.Message;
import io.leveret.broker.queue.Queue;
import io.leveret.broker.queue.QueueEntry;
import io.leveret.broker.vhost.BindingDeclarations.BindingKey;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What comes back to a transactional exchange as a dead letter: a message that was committed is not held, asked about or dropped again. */
class TransactionDeadLettersTest {

    private final TransactionalVhost host = new TransactionalVhost();
    private final Object connection = new Object();

    @AfterEach
    void close() {
        host.close();
    }

    private static FieldTable.Builder deadLetteringTo(String exchange) {
        return FieldTable.builder().put("x-dead-letter-exchange", exchange);
    }

    /** A queue that gets all that {@code out} gets. */
    private Queue work(FieldTable.Builder arguments) {
        Queue queue = declare("work", arguments);
        host.vhost.bindings().bindQueue(new BindingKey("work", "tx", "out", FieldTable.EMPTY), connection, ACCESS);
        return queue;
    }

    private Queue declare(String name, FieldTable.Builder arguments) {
        return host.vhost.queues().declare(durable(name, arguments.build()), connection, ACCESS);
    }

    private void rejectNext(Queue queue) {
        Bursts bursts = host.vhost.newBursts(host.newWriter());
        bursts.reject(Objects.requireNonNull(queue.get(false)));
        bursts.flush();
        host.work();
    }

    private void commitOne(@Nullable String messageId) {
        host.send("a", messageId, "one");
        host.work();
        host.commit("a");
    }

    @Test
    void isRoutedAtOnce() {
        Queue work = work(deadLetteringTo("tx"));
        commitOne("m");
        rejectNext(work);
        rejectNext(work);

        assertThat(host.take("out")).containsExactly("one", "one", "one");
        assertThat(host.vhost.transactionCounts().repeated()).isZero();
        assertThat(host.listed()).isEmpty();
    }

    @Test
    void opensNoTransactionWithoutAMessageId() {
        Queue work = work(deadLetteringTo("tx"));
        commitOne(null);
        rejectNext(work);
        host.pass(100_000);

        assertThat(host.take("out")).containsExactly("one", "one");
        assertThat(host.take("checks")).isEmpty();
        assertThat(host.listed()).isEmpty();
    }

    /** While a transaction of its id is open, it belongs to that no more than to any other. */
    @Test
    void isInNoTransactionThatIsOpen() {
        Queue work = work(deadLetteringTo("tx"));
        commitOne("m");
        host.prepare("a", "two");
        rejectNext(work);

        assertThat(host.take("out")).containsExactly("one", "one");
        assertThat(host.listed()).containsExactly("a OPEN 1 0");
    }

    @Test
    void comesBackFromAQueueThatKeepsItsDeadLetters() {
        Queue work = work(deadLetteringTo("tx")
                .put("x-queue-type", "quorum")
                .put("x-overflow", "reject-publish")
                .put("x-dead-letter-strategy", "at-least-once"));
        commitOne("m");
        rejectNext(work);
        host.restart();
        host.pass(10_000);

        assertThat(host.take("out")).containsExactly("one", "one");
        assertThat(host.listed()).isEmpty();
    }

    /** The usual way to try something again later. */
    @Test
    void comesBackFromAQueueInWhichItWaited() {
        declare("retry", deadLetteringTo("tx").put("x-message-ttl", 5_000).put("x-dead-letter-routing-key", "out"));
        Queue work = work(deadLetteringTo("").put("x-dead-letter-routing-key", "retry"));
        for (int attempt = 0; attempt < 3; attempt++) {
            commitOneMore(attempt);
            rejectNext(work);
            host.pass(5_000);
            assertThat(host.take("out")).as("attempt %d", attempt).containsExactly("one", "one");
            takeAll(work);
        }
        assertThat(host.vhost.transactionCounts().repeated()).isZero();
    }

    private void commitOneMore(int number) {
        host.send("a", "m" + number, "one");
        host.work();
        host.commit("a");
    }

    private void takeAll(Queue queue) {
        Bursts bursts = host.vhost.newBursts(host.newWriter());
        for (QueueEntry entry = queue.get(false); entry != null; entry = queue.get(false)) {
            bursts.settle(entry);
            bursts.flush();
        }
    }

    @Test
    void aDecisionIsNone() {
        Queue waiting = declare("waiting", deadLetteringTo("tx"));
        host.vhost
                .bindings()
                .bindQueue(new BindingKey("waiting", "amq.fanout", "", FieldTable.EMPTY), connection, ACCESS);
        host.prepare("a", "one");
        host.gather("amq.fanout", TransactionalVhost.decision("a", "commit"), "");
        host.flush();
        rejectNext(waiting);

        assertThat(host.listed()).containsExactly("a OPEN 1 0");
        assertThat(host.take("out")).containsExactly("");
    }

    /** An operator moves it, with its headers as they are: else it would be confirmed, and gone as a repetition. */
    @Test
    void anUnresolvedOneThatIsPublishedAgainIsAskedAboutAgain() {
        host.declareAnew(deadLettering());
        host.send("a", "m", "one");
        host.pass(100_000);
        Message letter = host.takeMessages("dead").get(0);
        host.take("checks");

        host.gather("tx", letter.properties(), "one");
        host.gather("tx", letter.properties(), "one");
        host.flush();
        host.pass(100);
        assertThat(host.listed()).containsExactly("a OPEN 1 1");
        assertThat(host.take("checks")).containsExactly("one");
        host.restart();
        host.commit("a");

        assertThat(host.take("out")).containsExactly("one");
        assertThat(host.vhost.transactionCounts().committed()).isEqualTo(1);
    }

    /** Another exchange's verdict says nothing of what was decided here. */
    @Test
    void oneThatWasUnresolvedElsewhereIsARepetition() {
        host.declareAnew(deadLettering());
        host.declare("other", true, deadLettering());
        host.send("a", "m", "one");
        host.pass(100_000);
        Message letter = host.takeMessages("dead").get(0);
        host.gather("other", TransactionalVhost.half("a", "m"), "one");
        host.gather("other", TransactionalVhost.decision("a", "rollback"), "");
        host.flush();
        host.work();

        host.gather("other", letter.properties(), "one");
        host.flush();
        host.work();

        assertThat(host.vhost.transactionCounts().repeated()).isEqualTo(1);
    }
}
