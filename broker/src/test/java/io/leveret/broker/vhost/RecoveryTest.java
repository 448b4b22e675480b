package io.leveret.broker.vhost;

import static io.leveret.broker.vhost.Declarations.ACCESS;
import static io.leveret.broker.vhost.Declarations.durable;
import static io.leveret.broker.vhost.Declarations.exclusive;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.leveret.amqp.BasicProperties;
import io.leveret.amqp.FieldTable;
import io.leveret.amqp.method.ExchangeDeclare;
import io.leveret.broker.message.Address;
import io.leveret.broker.message.Message;
import io.leveret.broker.queue.Got;
import io.leveret.broker.queue.MemoryBudget;
import io.leveret.broker.queue.Queue;
import io.leveret.broker.queue.QueueBurst;
import io.leveret.broker.queue.QueueContext.Cancellable;
import io.leveret.broker.queue.QueueEntry;
import io.leveret.broker.settings.DeprecatedFeatures;
import io.leveret.broker.storage.FakeStore;
import io.leveret.broker.storage.Journal;
import io.leveret.broker.storage.JournalWriter;
import io.leveret.broker.storage.StoredMessages;
import io.leveret.broker.storage.WorkerPool;
import io.leveret.broker.vhost.BindingDeclarations.BindingKey;
import io.leveret.persistence.record.Batch;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RecoveryTest {

    private static final FieldTable ONE_TWO =
            FieldTable.builder().put("one", 1).put("two", 2).build();
    private static final FieldTable TWO_ONE =
            FieldTable.builder().put("two", 2).put("one", 1).build();

    private final WorkerPool readers = new WorkerPool("reader", 1);
    private final Object connection = new Object();
    private FakeStore store = new FakeStore();
    private VirtualHost vhost = open();

    @AfterEach
    void stop() {
        readers.close();
    }

    private VirtualHost open() {
        return open(Work.atOnce());
    }

    private VirtualHost open(Work work) {
        return new VirtualHost(
                "/", DeprecatedFeatures.defaults(), MemoryBudget.unlimited(), new Journal(store, readers), work);
    }

    private void restart() {
        store = store.reopen();
        vhost = open();
    }

    @Test
    void aQueueThatExpiresBeginsToWaitOnceAllIsBack() {
        declare("q", FieldTable.builder().put("x-expires", 1).build());
        declareExchange("e", true, false);
        bind("e", "q", "k", FieldTable.EMPTY);
        long[] nowMs = {0};
        List<Runnable> timers = new ArrayList<>();
        store = store.reopen();
        // However long recovery takes, measured by a clock that never stands still.
        vhost = open(new Work(
                Runnable::run,
                task -> {},
                (delayMs, task) -> {
                    timers.add(task);
                    return Cancellable.NOTHING;
                },
                () -> Instant.ofEpochMilli(nowMs[0] += 1000)));
        assertThat(route("e", "k")).hasSize(1);
        assertThat(timers).hasSize(1);
        timers.get(0).run();
        assertThat(route("e", "k")).isEmpty();
    }

    @Test
    void bringsBackWhatIsDurable() {
        FieldTable arguments = FieldTable.builder().put("x-max-length", 5).build();
        Queue queue = declare("q", arguments);
        declareExchange("e", true, false);
        bind("e", "q", "k", FieldTable.EMPTY);

        restart();

        Queue again = vhost.queues().find("q", connection);
        assertThat(again.declaration()).isEqualTo(queue.declaration());
        assertThat(again.id(0)).isEqualTo(queue.id(0));
        assertThat(vhost.exchanges().find("e").declaration().durable()).isTrue();
        assertThat(route("e", "k")).containsExactly(again);
    }

    @Test
    void forgetsWhatIsNot() {
        vhost.queues().declare(exclusive("exclusive"), connection, ACCESS);
        declareExchange("transient", false, false);
        declare("q", FieldTable.EMPTY);
        bind("transient", "q", "k", FieldTable.EMPTY);
        bind("amq.direct", "exclusive", "k", FieldTable.EMPTY);
        bind("amq.direct", "q", "k", FieldTable.EMPTY);

        restart();

        assertThatThrownBy(() -> vhost.queues().find("exclusive", connection)).hasMessageContaining("NOT_FOUND");
        assertThatThrownBy(() -> vhost.exchanges().find("transient")).hasMessageContaining("NOT_FOUND");
        assertThat(route("amq.direct", "k")).containsExactly(vhost.queues().find("q", connection));
    }

    @Test
    void aDeletedQueueStaysDeletedAndItsIdIsNotUsedAgain() {
        long id = declare("q", FieldTable.EMPTY).id(0);
        bind("amq.direct", "q", "k", FieldTable.EMPTY);
        vhost.queues().delete("q", false, false, connection, ACCESS);

        restart();

        assertThat(route("amq.direct", "k")).isEmpty();
        assertThat(declare("q", FieldTable.EMPTY).id(0)).isGreaterThan(id);
    }

    @Test
    void aDeletedQueueTakesAllItsBindingsAlongInOneBatchAndNoOthers() {
        declareExchange("e", true, false);
        declareExchange("e2", true, false);
        declare("q", FieldTable.EMPTY);
        declare("qq", FieldTable.EMPTY);
        for (int i = 0; i < 1_000; i++) {
            bind("e", "q", "k" + i, FieldTable.EMPTY);
        }
        bind("e2", "q", "k0", FieldTable.EMPTY);
        bind("e", "qq", "k0", FieldTable.EMPTY);
        long before = store.batches();

        vhost.queues().delete("q", false, false, connection, ACCESS);

        assertThat(store.batches()).isEqualTo(before + 1);
        restart();
        assertThat(route("e", "k0")).containsExactly(vhost.queues().find("qq", connection));
        declare("q", FieldTable.EMPTY);
        assertThat(route("e", "k999")).isEmpty();
        assertThat(route("e2", "k0")).isEmpty();
    }

    @Test
    void aDeletedExchangeTakesTheBindingsOnBothSidesAlong() {
        declareExchange("source", true, false);
        declareExchange("e", true, false);
        declare("q", FieldTable.EMPTY);
        vhost.bindings().bindExchange(new BindingKey("e", "source", "k", FieldTable.EMPTY), ACCESS);
        bind("e", "q", "k", FieldTable.EMPTY);
        bind("source", "q", "other", FieldTable.EMPTY);

        vhost.exchanges().delete("e", false, ACCESS);

        restart();
        declareExchange("e", true, false);
        assertThat(route("source", "k")).isEmpty();
        assertThat(route("e", "k")).isEmpty();
        assertThat(route("source", "other")).containsExactly(vhost.queues().find("q", connection));
    }

    @Test
    void recordsAWholeCascadeInOneBatch() {
        declare("q", FieldTable.EMPTY);
        declareExchange("first", true, true);
        declareExchange("second", true, true);
        vhost.bindings().bindExchange(new BindingKey("second", "first", "", FieldTable.EMPTY), ACCESS);
        bind("second", "q", "k", FieldTable.EMPTY);
        long before = store.batches();

        vhost.queues().delete("q", false, false, connection, ACCESS);

        assertThat(store.batches()).isEqualTo(before + 1);
        assertThat(vhost.recordedBatch()).isEqualTo(before + 1);
        restart();
        assertThatThrownBy(() -> vhost.exchanges().find("first")).hasMessageContaining("NOT_FOUND");
        assertThatThrownBy(() -> vhost.exchanges().find("second")).hasMessageContaining("NOT_FOUND");
    }

    @Test
    void anAutoDeleteExchangeGoesWithItsLastBindingsIfThoseAreTransient() {
        for (String exchange : List.of("lost", "kept", "unused")) {
            declareExchange(exchange, true, true);
        }
        declareExchange("before", true, true);
        vhost.bindings().bindExchange(new BindingKey("lost", "before", "", FieldTable.EMPTY), ACCESS);
        declare("q", FieldTable.EMPTY);
        vhost.queues().declare(exclusive("x"), connection, ACCESS);
        bind("lost", "x", "k", FieldTable.EMPTY);
        bind("kept", "x", "k", FieldTable.EMPTY);
        bind("kept", "q", "k", FieldTable.EMPTY);

        restart();

        assertThatThrownBy(() -> vhost.exchanges().find("lost")).hasMessageContaining("NOT_FOUND");
        assertThatThrownBy(() -> vhost.exchanges().find("before")).hasMessageContaining("NOT_FOUND");
        assertThat(route("kept", "k")).hasSize(1);
        assertThat(vhost.exchanges().find("unused").declaration().autoDelete()).isTrue();

        declareExchange("lost", true, true);
        restart();

        assertThat(vhost.exchanges().find("lost").declaration().autoDelete()).isTrue();
    }

    /** In both orders in which the catalog tells of them. */
    @ParameterizedTest
    @CsvSource({"a, source", "target, b"})
    void whatWentWithAnotherOfThemStaysOnceItIsDeclaredAgain(String target, String source) {
        declareExchange(target, true, true);
        declareExchange(source, true, true);
        vhost.queues().declare(exclusive("x"), connection, ACCESS);
        vhost.bindings().bindExchange(new BindingKey(target, source, "", FieldTable.EMPTY), ACCESS);
        bind(target, "x", "k", FieldTable.EMPTY);
        bind(source, "x", "k", FieldTable.EMPTY);

        restart();

        for (String name : List.of(target, source)) {
            assertThatThrownBy(() -> vhost.exchanges().find(name)).hasMessageContaining("NOT_FOUND");
        }
        declareExchange(source, true, true);
        restart();
        assertThat(vhost.exchanges().find(source).declaration().autoDelete()).isTrue();
    }

    @Test
    void recordsOnceThatAnAutoDeleteExchangeHasTransientBindings() {
        declareExchange("e", true, true);
        vhost.queues().declare(exclusive("x"), connection, ACCESS);
        long before = store.batches();

        bind("e", "x", "k", FieldTable.EMPTY);
        bind("e", "x", "other", FieldTable.EMPTY);
        bind("amq.direct", "x", "k", FieldTable.EMPTY);

        assertThat(store.batches()).isEqualTo(before + 1);
    }

    @Test
    void recordsNothingWhenNothingChanges() {
        declare("q", FieldTable.EMPTY);
        bind("amq.direct", "q", "k", FieldTable.EMPTY);
        long before = store.batches();

        declare("q", FieldTable.EMPTY);
        bind("amq.direct", "q", "k", FieldTable.EMPTY);
        vhost.purges().purge(vhost.queues().find("q", connection));
        vhost.queues().declare(exclusive("x"), connection, ACCESS);
        vhost.recordDelivered();

        assertThat(store.batches()).isEqualTo(before);
    }

    @Test
    void anUnbindFindsTheRecordWhateverTheOrderOfTheArguments() {
        declare("q", FieldTable.EMPTY);
        bind("amq.direct", "q", "k", ONE_TWO);

        BindingKey key = new BindingKey("q", "amq.direct", "k", TWO_ONE);
        vhost.bindings().unbindQueue(key, connection, ACCESS);

        restart();
        assertThat(route("amq.direct", "k")).isEmpty();
    }

    @Test
    void aQueueBeginsWithEverythingInTheStore() throws Exception {
        Queue queue = declare("q", FieldTable.EMPTY);
        publish(queue, "a", "b", "c");

        restart();

        Queue again = vhost.queues().find("q", connection);
        assertThat(again.counts().ready()).isEqualTo(3);
        assertThat(again.bytes().paged()).isEqualTo(3);
        assertThat(again.bytes().ready()).isEqualTo(queue.bytes().ready());
        assertThat(bodies(again, 4)).containsExactly("a", "b", "c", "nothing");
    }

    @Test
    void tellsAfterARestartWhatWasDelivered() throws Exception {
        Queue queue = declare("q", FieldTable.EMPTY);
        publish(queue, "a", "b");
        assertThat(queue.get(false, () -> {}).entry()).isNotNull();
        vhost.recordDelivered();

        restart();

        Queue again = vhost.queues().find("q", connection);
        assertThat(awaitEntry(again).redelivered()).isTrue();
        assertThat(awaitEntry(again).redelivered()).isFalse();
    }

    @Test
    void marksWhatWasDeliveredOnceAndOnlyWhenThereIsMore() throws Exception {
        Queue queue = declare("q", FieldTable.EMPTY);
        publish(queue, "a", "b");
        assertThat(batchesOfNextMark()).isZero();

        QueueEntry entry = awaitEntry(queue);

        assertThat(batchesOfNextMark()).isEqualTo(1);
        assertThat(batchesOfNextMark()).isZero();
        queue.requeue(List.of(entry));
        awaitEntry(queue);
        assertThat(batchesOfNextMark()).isZero();
        awaitEntry(queue);
        assertThat(batchesOfNextMark()).isEqualTo(1);
    }

    @Test
    void marksNothingFurtherBeforeTheDiskHasTheLastMarkAndAsLongAgain() throws Exception {
        Queue queue = declare("q", FieldTable.EMPTY);
        publish(queue, "a", "b", "c");
        store.hold();
        awaitEntry(queue);
        assertThat(batchesOfNextMark()).isEqualTo(1);
        awaitEntry(queue);
        assertThat(batchesOfMarks(3)).isZero();

        store.release();

        assertThat(batchesOfMarks(3)).isZero();
        assertThat(batchesOfNextMark()).isEqualTo(1);
        restart();
        Queue again = vhost.queues().find("q", connection);
        assertThat(awaitEntry(again).redelivered()).isTrue();
        assertThat(awaitEntry(again).redelivered()).isTrue();
        assertThat(awaitEntry(again).redelivered()).isFalse();
    }

    @Test
    void marksSoonAgainHoweverLongTheDiskTook() throws Exception {
        Queue queue = declare("q", FieldTable.EMPTY);
        publish(queue, "a", "b");
        store.hold();
        awaitEntry(queue);
        assertThat(batchesOfNextMark()).isEqualTo(1);
        awaitEntry(queue);
        assertThat(batchesOfMarks(100 * DeliveredMarks.MOST_RESTS)).isZero();

        store.release();

        assertThat(batchesOfMarks(DeliveredMarks.MOST_RESTS + 1)).isEqualTo(1);
    }

    @Test
    void restsAfterItHasMarkedVeryManyQueues() throws Exception {
        Queue busy = declare("busy", FieldTable.EMPTY);
        publish(busy, "a", "b");
        for (int i = 1; i < DeliveredMarks.QUEUES_A_TURN; i++) {
            Queue queue = declare("q" + i, FieldTable.EMPTY);
            publish(queue, "a");
            awaitEntry(queue);
        }
        awaitEntry(busy);
        assertThat(batchesOfNextMark()).isEqualTo(1);
        awaitEntry(busy);

        assertThat(batchesOfNextMark()).isZero();
        assertThat(batchesOfNextMark()).isEqualTo(1);
    }

    @Test
    void marksAgainWhatCouldNotBeWritten() throws Exception {
        Queue queue = declare("q", FieldTable.EMPTY);
        publish(queue, "a", "b");
        awaitEntry(queue);
        store.exhaustAppend();
        assertThatThrownBy(vhost::markDelivered).isInstanceOf(OutOfMemoryError.class);

        assertThat(batchesOfNextMark()).as("not at once").isZero();
        assertThat(batchesOfMarks(DeliveredMarks.MOST_RESTS)).isEqualTo(1);
        restart();

        Queue again = vhost.queues().find("q", connection);
        assertThat(awaitEntry(again).redelivered()).isTrue();
        assertThat(awaitEntry(again).redelivered()).isFalse();
    }

    private long batchesOfMarks(int turns) {
        long batches = 0;
        for (int i = 0; i < turns; i++) {
            batches += batchesOfNextMark();
        }
        return batches;
    }

    private long batchesOfNextMark() {
        long before = store.batches();
        vhost.markDelivered();
        return store.batches() - before;
    }

    @Test
    void aPurgeKeepsWhatIsGivenOut() {
        Queue queue = declare("q", FieldTable.EMPTY);
        publish(queue, "a", "b", "c");
        QueueEntry held = queue.get(false, () -> {}).entry();

        assertThat(vhost.purges().purge(queue).count()).isEqualTo(2);

        assertThat(held).isNotNull();
        assertThat(store.positions(queue.id(0))).containsExactly(held == null ? -1 : held.position());
    }

    @Test
    void namesABindingWithoutItsEnds() {
        Batch batch = new Batch();
        batch.catalog(
                CatalogCodec.bindingKey(new Binding(
                        vhost.exchanges().find("amq.direct"),
                        declare("gone", FieldTable.EMPTY),
                        "k",
                        FieldTable.EMPTY)),
                CatalogCodec.bindingValue());
        vhost.queues().delete("gone", false, false, connection, ACCESS);
        store.append(batch);

        assertThatThrownBy(this::restart)
                .isInstanceOf(CatalogException.class)
                .hasMessage("catalog of vhost '/': binding from exchange 'amq.direct' to queue 'gone' with key 'k',"
                        + " but there is no such destination");
    }

    @Test
    void namesAQueueThatTheStoreDoesNotKnow() {
        long id = declare("q", FieldTable.EMPTY).id(0);
        Batch batch = new Batch();
        batch.deleteQueue(id);
        store.append(batch);

        assertThatThrownBy(this::restart)
                .hasMessage("catalog of vhost '/': queue 'q' has id " + id + ", which the store does not know");
    }

    @Test
    void deletesQueuesThatTheCatalogDoesNotName() {
        Batch batch = new Batch();
        batch.addQueue(5);
        batch.addQueue(6);
        store.append(batch);

        restart();

        assertThat(store.batches()).isEqualTo(1);
        assertThat(store.queues()).isEmpty();
        assertThat(declare("q", FieldTable.EMPTY).id(0)).isEqualTo(7);
    }

    private Queue declare(String name, FieldTable arguments) {
        return vhost.queues().declare(durable(name, arguments), connection, ACCESS);
    }

    private void declareExchange(String name, boolean durable, boolean autoDelete) {
        vhost.exchanges()
                .declare(
                        new ExchangeDeclare(name, "direct", false, durable, autoDelete, false, false, FieldTable.EMPTY),
                        ACCESS);
    }

    private void bind(String source, String queue, String key, FieldTable arguments) {
        vhost.bindings().bindQueue(new BindingKey(queue, source, key, arguments), connection, ACCESS);
    }

    private List<Queue> route(String exchange, String key) {
        return vhost.route(vhost.exchanges().find(exchange), List.of(key), Messages.of(exchange, key))
                .queues();
    }

    private void publish(Queue queue, String... bodies) {
        Journal journal = vhost.journal();
        if (journal == null) {
            throw new AssertionError("no journal");
        }
        JournalWriter writer = journal.newWriter();
        QueueBurst burst = new QueueBurst(queue);
        for (String body : bodies) {
            Message message =
                    new Message(new Address("", "q"), BasicProperties.EMPTY, body.getBytes(StandardCharsets.UTF_8));
            int index = StoredMessages.write(message, writer.batch());
            writer.batch().target(queue.id(0));
            burst.publish(message, index);
        }
        burst.flush(writer.append());
        writer.brought();
    }

    private List<String> bodies(Queue queue, int count) throws Exception {
        List<String> bodies = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            QueueEntry entry = await(queue).entry();
            bodies.add(entry == null ? "nothing" : new String(entry.message().body(), StandardCharsets.UTF_8));
        }
        return bodies;
    }

    private QueueEntry awaitEntry(Queue queue) throws Exception {
        QueueEntry entry = await(queue).entry();
        if (entry == null) {
            throw new AssertionError("no entry");
        }
        return entry;
    }

    private static Got await(Queue queue) throws Exception {
        CompletableFuture<Boolean> read = new CompletableFuture<>();
        Got got = queue.get(false, () -> read.complete(true));
        if (!got.waits()) {
            return got;
        }
        assertThat(read.get(20, TimeUnit.SECONDS)).isTrue();
        return queue.get(false, () -> {});
    }
}
