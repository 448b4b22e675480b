package io.leveret.broker.vhost;

import static io.leveret.broker.vhost.Declarations.ACCESS;
import static io.leveret.broker.vhost.Declarations.durable;
import static io.leveret.broker.vhost.Declarations.exchange;
import static io.leveret.broker.vhost.TransactionalVhost.arguments;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.leveret.amqp.FieldTable;
import io.leveret.broker.message.Message;
import io.leveret.broker.queue.Queue;
import io.leveret.broker.queue.QueueEntry;
import io.leveret.broker.storage.DurableWaits;
import io.leveret.broker.transaction.TransactionBounds;
import io.leveret.broker.transaction.TransactionCounts;
import io.leveret.broker.transaction.Transactions;
import io.leveret.broker.vhost.BindingDeclarations.BindingKey;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** Messages that are to leave a transactional exchange, and that no queue takes: they wait, and nothing that was confirmed is lost. */
class TransactionRefusalsTest {

    private static final int SIZE = 2;
    private static final int ORDERS = 5;
    private static final long AGAIN_MS = 10_000;

    private final TransactionalVhost host =
            new TransactionalVhost(new TransactionBounds(100, 10, 1_000, 100, 1_000_000, ORDERS));
    private final Object connection = new Object();

    @AfterEach
    void close() {
        host.close();
    }

    /** The exchange, to which nothing is bound. */
    private void declareUnbound(FieldTable.Builder arguments) {
        host.vhost.exchanges().delete("tx", false, ACCESS);
        host.declare("tx", true, arguments);
    }

    private Queue refusing(String name, int size) {
        FieldTable arguments = FieldTable.builder()
                .put("x-max-length", size)
                .put("x-overflow", "reject-publish")
                .build();
        return host.vhost.queues().declare(durable(name, arguments), connection, ACCESS);
    }

    /** A queue of {@link #SIZE} that gets all that is committed. */
    private Queue bound(String name) {
        Queue queue = refusing(name, SIZE);
        host.vhost.bindings().bindQueue(new BindingKey(name, "tx", "out", FieldTable.EMPTY), connection, ACCESS);
        return queue;
    }

    private Queue theOnlyOne() {
        declareUnbound(arguments());
        return bound("full");
    }

    private void commit(String id, String... bodies) {
        for (String body : bodies) {
            host.send(id, null, body);
        }
        host.decide(id, "commit");
    }

    private void takeOne(Queue queue) {
        Bursts bursts = host.vhost.newBursts(host.newWriter());
        QueueEntry entry = Objects.requireNonNull(queue.get(false));
        bursts.settle(entry);
        bursts.flush();
    }

    private List<String> take(Queue queue) {
        return host.takeMessages(queue).stream()
                .map(Message::body)
                .map(body -> new String(body, StandardCharsets.UTF_8))
                .toList();
    }

    private TransactionCounts counts() {
        return host.vhost.transactionCounts();
    }

    @Test
    void aCommittedTransactionWaitsWholeUntilItFits() {
        Queue full = theOnlyOne();
        commit("a", "1");
        commit("b", "2", "3");
        host.pass(3 * AGAIN_MS);
        assertThat(full.counts().ready()).isEqualTo(1);
        assertThat(host.listed()).containsExactly("b DECIDING 2 0");

        takeOne(full);
        host.pass(AGAIN_MS);

        assertThat(take(full)).containsExactly("2", "3");
        assertThat(host.listed()).isEmpty();
        assertThat(counts().committed()).isEqualTo(2);
        assertThat(counts().dropped()).isZero();
    }

    @Test
    void itWaitsOverARestart() {
        theOnlyOne();
        commit("a", "1", "2");
        commit("b", "3");
        host.pass(AGAIN_MS);
        host.restart();
        host.pass(AGAIN_MS);
        assertThat(host.listed()).containsExactly("b DECIDING 1 0");

        Queue full = refusing("full", SIZE);
        assertThat(take(full)).containsExactly("1", "2");
        host.pass(AGAIN_MS);
        assertThat(take(full)).containsExactly("3");
    }

    /** It has kept no place. */
    @Test
    void oneThatFitsGoesAhead() {
        Queue full = theOnlyOne();
        commit("a", "1");
        commit("b", "2", "3");
        commit("c", "4");
        host.work();

        assertThat(take(full)).containsExactly("1", "4");
        host.pass(AGAIN_MS);
        assertThat(take(full)).containsExactly("2", "3");
    }

    @Test
    void oneOfSeveralQueuesIsEnough() {
        Queue full = theOnlyOne();
        Queue other = bound("other");
        commit("a", "1", "2");
        host.work();
        take(other);
        commit("b", "3");
        host.work();

        assertThat(take(full)).containsExactly("1", "2");
        assertThat(take(other)).containsExactly("3");
        assertThat(counts().dropped()).isZero();
    }

    @Test
    void whatAQueueHasAlreadyNeedNotWait() {
        declareUnbound(arguments());
        FieldTable unique =
                FieldTable.builder().put("x-message-deduplication", true).build();
        Queue queue = host.vhost.queues().declare(durable("unique", unique), connection, ACCESS);
        host.vhost.bindings().bindQueue(new BindingKey("unique", "tx", "out", FieldTable.EMPTY), connection, ACCESS);
        for (String id : List.of("a", "b")) {
            host.gather(
                    "tx",
                    TransactionalVhost.properties(null, Map.of("x-tx-id", id, "x-deduplication-header", "k")),
                    id);
            host.flush();
            host.commit(id);
        }

        assertThat(take(queue)).containsExactly("a");
        assertThat(counts().committed()).isEqualTo(2);
        assertThat(counts().dropped()).isEqualTo(1);
    }

    @Test
    void publishersDoNotWaitForIt() {
        theOnlyOne();
        commit("a", "1", "2");
        for (int i = 0; i <= ORDERS; i++) {
            commit("b" + i, "3");
        }
        host.work();

        DurableWaits waits = Objects.requireNonNull(host.vhost.journal()).newWaits(Runnable::run);
        assertThat(host.listed()).hasSize(ORDERS + 1);
        assertThat(waits.isBehind()).isFalse();
    }

    @Test
    void whatIsUnroutableWaitsForTheDeadLetterExchangeThatIsNamed() {
        declareUnbound(arguments().put("x-dead-letter-exchange", "later"));
        commit("a", "1");
        host.pass(AGAIN_MS);
        assertThat(host.listed()).containsExactly("a DECIDING 1 0");

        host.vhost.exchanges().declare(exchange("later", "fanout"), ACCESS);
        host.pass(AGAIN_MS);
        assertThat(host.listed()).as("nothing is bound to it").containsExactly("a DECIDING 1 0");

        host.vhost.bindings().bindQueue(new BindingKey("dead", "later", "", FieldTable.EMPTY), connection, ACCESS);
        host.pass(AGAIN_MS);
        assertThat(host.take("dead")).containsExactly("1");
        assertThat(counts().dropped()).isZero();
    }

    @Test
    void whatIsUnroutableAndHasNoDeadLetterExchangeIsDropped() {
        declareUnbound(arguments());
        commit("a", "1");
        host.work();

        assertThat(host.listed()).isEmpty();
        assertThat(counts().dropped()).isEqualTo(1);
    }

    /** It can still be decided. */
    @Test
    void unresolvedMessagesAreParkedWhileTheirQueueRefusesThem() {
        Queue letters = refusing("letters", 1);
        declareUnbound(arguments().put("x-dead-letter-exchange", "").put("x-dead-letter-routing-key", "letters"));
        host.bind("tx", "out");
        for (String id : List.of("a", "b", "c")) {
            host.send(id, null, id);
        }
        host.pass(100_000);
        assertThat(take(letters)).containsExactly("a");
        assertThat(host.listed()).containsExactly("b PARKED 1 2", "c PARKED 1 2");

        host.commit("b");
        assertThat(host.take("out")).containsExactly("b");
        host.pass(AGAIN_MS);
        assertThat(take(letters)).containsExactly("c");
        assertThat(counts().dropped()).isZero();
    }

    @Test
    void unresolvedMessagesWaitIfTheirQueueIsFullOnceTheVerdictStands() {
        Queue letters = refusing("letters", 1);
        declareUnbound(arguments().put("x-dead-letter-exchange", "").put("x-dead-letter-routing-key", "letters"));
        host.send("a", null, "a");
        host.atReading(1, () -> fillOnceTheVerdictStands(letters));
        host.pass(100_000);
        assertThat(host.listed()).containsExactly("a DECIDING 1 2");

        takeOne(letters);
        host.pass(AGAIN_MS);
        assertThat(take(letters)).containsExactly("a");
    }

    private void fillOnceTheVerdictStands(Queue queue) {
        if (host.stored() == 1) {
            host.atReading(1, () -> fillOnceTheVerdictStands(queue));
        } else {
            fill(queue);
        }
    }

    private void fill(Queue queue) {
        Message message = Messages.of("", queue.name());
        Bursts bursts = host.vhost.newBursts(host.newWriter());
        bursts.publish(message, host.vhost.route(host.vhost.exchanges().find(""), List.of(queue.name()), message));
        bursts.flush();
    }

    @Test
    void itIsToldOnceAMinute() {
        Logger logger = (Logger) LoggerFactory.getLogger(Transactions.class.getPackageName() + ".Ways");
        ListAppender<ILoggingEvent> told = new ListAppender<>();
        told.start();
        logger.setLevel(Level.WARN);
        logger.addAppender(told);
        try {
            theOnlyOne();
            commit("a", "1", "2");
            commit("b", "3");
            commit("c", "4");
            host.pass(50_000);
            assertThat(told.list)
                    .extracting(ILoggingEvent::getFormattedMessage)
                    .containsExactly(
                            "Committed messages can't go anywhere, since all queues refuse them or the dead-letter"
                                    + " exchange leads nowhere, and wait; trying again every 10000 ms exchange=tx");
            host.pass(20_000);
            assertThat(told.list).hasSize(2);
        } finally {
            logger.detachAppender(told);
            logger.setLevel(null);
        }
    }
}
