package io.leveret.broker.vhost;

import static io.leveret.broker.vhost.Declarations.ACCESS;
import static io.leveret.broker.vhost.Declarations.durable;
import static org.assertj.core.api.Assertions.assertThat;

import io.leveret.amqp.BasicProperties;
import io.leveret.amqp.FieldTable;
import io.leveret.broker.message.Address;
import io.leveret.broker.message.Message;
import io.leveret.broker.queue.MemoryBudget;
import io.leveret.broker.queue.Queue;
import io.leveret.broker.queue.QueueBurst;
import io.leveret.broker.queue.QueueContext.Cancellable;
import io.leveret.broker.queue.QueueEntry;
import io.leveret.broker.queue.QueueSettings;
import io.leveret.broker.queue.StoredDeadline;
import io.leveret.broker.settings.DeprecatedFeatures;
import io.leveret.broker.storage.FakeStore;
import io.leveret.broker.storage.Journal;
import io.leveret.broker.storage.WorkerPool;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** From one queue to another by way of a dead-letter exchange, and what a crash in between leaves. */
class DeadLetteringTest {

    private static final BasicProperties PERSISTENT =
            BasicProperties.builder().deliveryMode(2).build();

    private final WorkerPool readers = new WorkerPool("reader", 1);
    private final ArrayDeque<Runnable> pool = new ArrayDeque<>();
    private final Object connection = new Object();
    private FakeStore store = new FakeStore();
    private MemoryBudget budget = MemoryBudget.unlimited();
    private long nowMs = 1_000_000;
    private VirtualHost vhost = open();

    @AfterEach
    void stop() {
        readers.close();
    }

    private VirtualHost open() {
        Work work = new Work(
                Runnable::run, pool::add, (delayMs, task) -> Cancellable.NOTHING, () -> Instant.ofEpochMilli(nowMs));
        return new VirtualHost("/", DeprecatedFeatures.defaults(), budget, new Journal(store, readers), work);
    }

    private void restart() {
        store = store.reopen();
        pool.clear();
        budget = MemoryBudget.unlimited();
        vhost = open();
    }

    private Queue declare(String name, FieldTable.Builder arguments) {
        return vhost.queues().declare(durable(name, arguments.build()), connection, ACCESS);
    }

    private static FieldTable.Builder deadLettersTo(String queue) {
        return FieldTable.builder().put("x-dead-letter-exchange", "").put("x-dead-letter-routing-key", queue);
    }

    private Bursts publish(Queue queue, long ttlMs) {
        Journal journal = Objects.requireNonNull(vhost.journal());
        Bursts bursts = vhost.newBursts(journal.newWriter());
        Message message = new Message(new Address("", queue.name()), PERSISTENT, new byte[3]);
        QueueBurst burst = bursts.of(queue);
        assertThat(burst.admit(message)).isTrue();
        bursts.publish(message, new QueueBurst[] {burst}, ttlMs);
        bursts.flush();
        return bursts;
    }

    private static void reject(Queue queue, Bursts bursts) {
        QueueEntry entry = Objects.requireNonNull(queue.get(false));
        bursts.reject(entry);
        bursts.flush();
    }

    private void work() {
        while (!pool.isEmpty()) {
            pool.remove().run();
        }
    }

    @Test
    void ofARejectionInATransactionIsInItsBatch() {
        declare("dead", FieldTable.builder());
        Queue queue = declare("q", deadLettersTo("dead"));
        Bursts bursts = publish(queue, QueueSettings.NONE);
        long batches = store.batches();
        QueueEntry entry = Objects.requireNonNull(queue.get(false));
        bursts.rejectAtOnce(entry, queue.rejected(entry));
        bursts.flush();
        assertThat(store.batches()).isEqualTo(batches + 1);
        assertThat(bursts.publishedBatch()).isEqualTo(bursts.appendedBatch());
        restart();
        assertThat(ready("q")).isZero();
        assertThat(ready("dead")).isEqualTo(1);
    }

    @Test
    void ofARejectionHappensThoughTheQueueIsDeletedRightAfter() {
        Queue dead = declare("dead", FieldTable.builder());
        Queue queue = declare("q", deadLettersTo("dead"));
        reject(queue, publish(queue, QueueSettings.NONE));
        vhost.queues().delete("q", false, false, connection, ACCESS);
        work();
        assertThat(dead.counts().ready()).isEqualTo(1);
    }

    @Test
    void ofARejectionDoesNotHappenOnceTheQueueIsDeleted() {
        Queue dead = declare("dead", FieldTable.builder());
        Queue queue = declare("q", deadLettersTo("dead"));
        Bursts bursts = publish(queue, QueueSettings.NONE);
        QueueEntry entry = Objects.requireNonNull(queue.get(false));
        vhost.queues().delete("q", false, false, connection, ACCESS);
        bursts.reject(entry);
        bursts.flush();
        work();
        assertThat(dead.counts().ready()).isZero();
    }

    @Test
    void ofAFailureTooManyIsOneBatchWithIt() throws Exception {
        declare("dead", FieldTable.builder());
        Queue queue = declare("q", deadLettersTo("dead").put("x-delivery-limit", 1));
        Bursts bursts = publish(queue, QueueSettings.NONE);
        fail(queue, bursts);
        fail(queue, bursts);
        restart();
        Queue again = vhost.queues().find("q", connection);
        QueueEntry entry = awaitRead(again);
        assertThat(entry.failures()).as("as if the last had not come").isEqualTo(1);
        assertThat(ready("dead")).isZero();

        returnFailed(
                again,
                entry,
                vhost.newBursts(Objects.requireNonNull(vhost.journal()).newWriter()));
        work();
        restart();
        assertThat(ready("q")).isZero();
        assertThat(ready("dead")).isEqualTo(1);
    }

    private static QueueEntry awaitRead(Queue queue) throws Exception {
        CompletableFuture<Boolean> read = new CompletableFuture<>();
        QueueEntry entry = queue.get(false, () -> read.complete(true)).entry();
        if (entry != null) {
            return entry;
        }
        read.get(10, TimeUnit.SECONDS);
        return Objects.requireNonNull(queue.get(false));
    }

    private static void fail(Queue queue, Bursts bursts) {
        returnFailed(queue, Objects.requireNonNull(queue.get(false)), bursts);
    }

    private static void returnFailed(Queue queue, QueueEntry entry, Bursts bursts) {
        bursts.giveBack(entry, true);
        bursts.flush();
        queue.requeue(List.of(entry));
    }

    @Test
    void ofAnExpiryIsOneBatchWithIt() {
        declare("dead", FieldTable.builder());
        Queue queue = declare("q", deadLettersTo("dead"));
        publish(queue, 5000);
        nowMs += 6000;
        assertThat(queue.get(false)).isNull();
        restart();
        assertThat(ready("q")).isEqualTo(1);
        assertThat(ready("dead")).isZero();
        long batches = store.batches();
        work();
        vhost.queues().find("q", connection).get(true, () -> {});
        work();
        assertThat(store.batches()).isEqualTo(batches + 1);
        restart();
        assertThat(ready("q")).isZero();
        assertThat(ready("dead")).isEqualTo(1);
    }

    @Test
    void ofManyThatOnlyTheStoreHasLeavesTheMemoryBudgetRight() throws Exception {
        declare("dead", FieldTable.builder());
        Queue published = declare("q", deadLettersTo("dead"));
        for (int i = 0; i < 700; i++) {
            publish(published, 5_000);
        }
        restart();
        Queue queue = vhost.queues().find("q", connection);
        Queue dead = vhost.queues().find("dead", connection);
        assertThat(budget.usedBytes()).isZero();

        nowMs += 5_000;
        queue.dueSoon(store.positions(queue.id(0)).stream()
                .map(position -> new StoredDeadline(nowMs, 0, position))
                .toList());
        assertThat(queue.get(true)).isNull();
        work();

        assertThat(dead.counts().ready()).isEqualTo(700);
        assertThat(budget.usedBytes()).isEqualTo(dead.bytes().memory());
    }

    @Test
    void happensThoughTheQueueIsDeletedMeanwhile() {
        Queue dead = declare("dead", FieldTable.builder());
        Queue queue = declare("q", deadLettersTo("dead").put("x-max-length", 1));
        publish(queue, QueueSettings.NONE);
        publish(queue, QueueSettings.NONE);
        vhost.queues().delete("q", false, false, connection, ACCESS);
        work();
        assertThat(dead.counts().ready()).isEqualTo(1);
    }

    @Test
    void goesOnFromAQueueThatRefuses() {
        Queue last = declare("last", FieldTable.builder());
        Queue full =
                declare("full", deadLettersTo("last").put("x-max-length", 1).put("x-overflow", "reject-publish-dlx"));
        Queue queue = declare("q", deadLettersTo("full"));
        for (int i = 0; i < 3; i++) {
            reject(queue, publish(queue, QueueSettings.NONE));
            work();
        }
        work();
        assertThat(full.counts().ready()).isEqualTo(1);
        assertThat(last.counts().ready()).isEqualTo(2);
    }

    @Test
    void aRoutingKeyTooLongForADeliveryLeadsNowhere() {
        Queue queue = declare("q", deadLettersTo("k".repeat(256)));
        Bursts bursts = publish(queue, QueueSettings.NONE);
        QueueEntry entry = Objects.requireNonNull(queue.get(false));
        bursts.rejectAtOnce(entry, queue.rejected(entry));
        bursts.flush();
        reject(queue, publish(queue, QueueSettings.NONE));
        work();
        assertThat(store.positions(queue.id(0))).isEmpty();
        assertThat(queue.counts().unacked()).isZero();
    }

    @Test
    void whatHasNowhereToGoLeavesTheStore() {
        Queue queue = declare("q", FieldTable.builder().put("x-max-length", 1));
        publish(queue, QueueSettings.NONE);
        publish(queue, QueueSettings.NONE);
        assertThat(store.positions(queue.id(0))).hasSize(2);
        work();
        assertThat(store.positions(queue.id(0))).hasSize(1);
    }

    @Test
    void whatExpiredWhileTheServerWasDownIsDeadLetteredByTheNextStart() {
        declare("dead", FieldTable.builder());
        Queue queue = declare("q", deadLettersTo("dead"));
        publish(queue, 5000);
        publish(queue, QueueSettings.NONE);
        nowMs += 6000;
        restart();
        work();
        vhost.queues().find("q", connection).get(true, () -> {});
        work();
        assertThat(ready("q")).isEqualTo(1);
        assertThat(ready("dead")).isEqualTo(1);
    }

    @Test
    void aStoreThatFailedKeepsThemWhereTheyWereUntilTheNextStart() throws Exception {
        declare("dead", FieldTable.builder());
        Queue queue = declare("q", deadLettersTo("dead").put("x-max-length", 1));
        publish(queue, QueueSettings.NONE);
        publish(queue, QueueSettings.NONE);
        store.fail();
        work();
        assertThat(store.positions(queue.id(0))).hasSize(2);
        assertThat(ready("dead")).isZero();
        restart();
        awaitReads();
        work();
        assertThat(ready("q")).isEqualTo(1);
        assertThat(ready("dead")).isEqualTo(1);
    }

    /** What was to be read when this is called has been; there is one reader. */
    private void awaitReads() throws Exception {
        CompletableFuture<Boolean> done = new CompletableFuture<>();
        readers.execute(() -> done.complete(true));
        assertThat(done.get(10, TimeUnit.SECONDS)).isTrue();
    }

    private int ready(String queue) {
        return vhost.queues().find(queue, connection).counts().ready();
    }
}
