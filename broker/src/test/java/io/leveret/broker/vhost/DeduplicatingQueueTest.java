package io.leveret.broker.vhost;

import static io.leveret.broker.vhost.Declarations.ACCESS;
import static io.leveret.broker.vhost.Declarations.durable;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.leveret.amqp.BasicProperties;
import io.leveret.amqp.FieldTable;
import io.leveret.amqp.method.ExchangeDeclare;
import io.leveret.broker.message.Address;
import io.leveret.broker.message.Message;
import io.leveret.broker.queue.Admitted;
import io.leveret.broker.queue.MemoryBudget;
import io.leveret.broker.queue.Queue;
import io.leveret.broker.queue.QueueBurst;
import io.leveret.broker.queue.QueueContext.Cancellable;
import io.leveret.broker.queue.QueueEntry;
import io.leveret.broker.queue.QueueSettings;
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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What becomes of a key when its message leaves the queue otherwise than by an acknowledgement, and what a restart finds. */
class DeduplicatingQueueTest {

    private final WorkerPool readers = new WorkerPool("reader", 1);
    private final ArrayDeque<Runnable> pool = new ArrayDeque<>();
    private final Object connection = new Object();
    private FakeStore store = new FakeStore();
    private long nowMs = 1_000_000;
    private VirtualHost vhost = open();
    private Bursts bursts = newBursts();

    @AfterEach
    void stop() {
        readers.close();
    }

    private VirtualHost open() {
        Work work = new Work(
                Runnable::run, pool::add, (delayMs, task) -> Cancellable.NOTHING, () -> Instant.ofEpochMilli(nowMs));
        return new VirtualHost(
                "/", DeprecatedFeatures.defaults(), MemoryBudget.unlimited(), new Journal(store, readers), work);
    }

    private Bursts newBursts() {
        return vhost.newBursts(Objects.requireNonNull(vhost.journal()).newWriter());
    }

    private void restart() {
        store = store.reopen();
        pool.clear();
        vhost = open();
        bursts = newBursts();
    }

    /** What others would do meanwhile. */
    private void work() {
        while (!pool.isEmpty()) {
            pool.remove().run();
        }
    }

    private Queue declare(String name, FieldTable.Builder arguments) {
        FieldTable unique = arguments.put("x-message-deduplication", true).build();
        return vhost.queues().declare(durable(name, unique), connection, ACCESS);
    }

    private Queue queue(String name) {
        return vhost.queues().find(name, connection);
    }

    private boolean publish(String queue, String key) {
        return publish(queue, key, QueueSettings.NONE);
    }

    private boolean publish(String queue, String key, long ttlMs) {
        return publish(queue, message(queue, key, 2), ttlMs);
    }

    private static Message message(String queue, String key, int deliveryMode) {
        FieldTable headers =
                FieldTable.builder().put("x-deduplication-header", key).build();
        BasicProperties properties = BasicProperties.builder()
                .deliveryMode(deliveryMode)
                .headers(headers)
                .build();
        return new Message(new Address("", queue), properties, new byte[10]);
    }

    private boolean publish(String queue, Message message, long ttlMs) {
        QueueBurst burst = bursts.of(queue(queue));
        boolean taken = bursts.ask(burst, message) == Admitted.TAKEN;
        bursts.publish(message, taken ? new QueueBurst[] {burst} : new QueueBurst[0], ttlMs);
        bursts.flush();
        return taken;
    }

    private QueueEntry get(String queue, boolean noAck) throws Exception {
        while (true) {
            CompletableFuture<Boolean> read = new CompletableFuture<>();
            QueueEntry entry =
                    queue(queue).get(noAck, () -> read.complete(true)).entry();
            if (entry != null) {
                return entry;
            }
            read.get(10, TimeUnit.SECONDS);
        }
    }

    @Test
    void aKeyIsFreeOnceItsMessageHasExpired() {
        declare("q", FieldTable.builder());
        publish("q", "k", 100);
        nowMs += 99;
        assertThat(publish("q", "k")).isFalse();

        nowMs++;

        assertThat(publish("q", "k")).isTrue();
        assertThat(queue("q").counts().ready()).isOne();
    }

    /** With what the queue remembers beside, and the room that it keeps. */
    @Test
    void keyAndRoomAreFreeOfWhatCouldNotBeAppended() {
        declare(
                "q",
                FieldTable.builder()
                        .put("x-cache-size", 10)
                        .put("x-max-length", 1)
                        .put("x-overflow", "reject-publish"));
        store.exhaustAppend();
        assertThatThrownBy(() -> publish("q", "k")).isInstanceOf(OutOfMemoryError.class);

        assertThat(publish("q", "k")).isTrue();
        assertThat(publish("q", "k")).isFalse();
        assertThat(queue("q").counts().ready()).isOne();
    }

    @Test
    void aKeyIsFreeOnceItsMessageWasDroppedForRoom() {
        declare("q", FieldTable.builder().put("x-max-length", 1));
        publish("q", "a");
        publish("q", "b");

        assertThat(publish("q", "b")).isFalse();
        assertThat(publish("q", "a")).isTrue();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void withoutAcknowledgementAKeyIsFreeOnceItsMessageIsWritten(int deliveryMode) throws Exception {
        declare("q", FieldTable.builder());
        publish("q", message("q", "k", deliveryMode), QueueSettings.NONE);
        QueueEntry entry = get("q", true);
        assertThat(publish("q", "k")).as("on its way").isFalse();

        bursts.settleUnasked(entry);

        assertThat(publish("q", "k")).isTrue();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void whatNeverReachedAConsumerStillHasItsKey(int deliveryMode) throws Exception {
        declare("q", FieldTable.builder());
        publish("q", message("q", "k", deliveryMode), QueueSettings.NONE);
        QueueEntry entry = get("q", true);
        assertThat(vhost.purges().purge(queue("q")).count()).isZero();
        queue("q").requeue(List.of(entry));

        assertThat(publish("q", "k")).isFalse();
        assertThat(vhost.purges().purge(queue("q")).count()).isOne();
        assertThat(publish("q", "k")).isTrue();
    }

    @Test
    void aPurgeFreesTheKeysOfWhatWasReadyOnly() throws Exception {
        declare("q", FieldTable.builder());
        publish("q", "held");
        publish("q", "ready");
        QueueEntry held = get("q", false);

        assertThat(vhost.purges().purge(queue("q")).count()).isOne();

        assertThat(publish("q", "ready")).isTrue();
        assertThat(publish("q", "held")).isFalse();
        bursts.settle(held);
        bursts.flush();
        assertThat(publish("q", "held")).isTrue();
    }

    @Test
    void aRejectedMessageMayComeBackToItsQueueByWayOfAnother() throws Exception {
        declare("q", retrying("wait").put("x-cache-size", 10));
        declare("wait", retrying("q").put("x-message-ttl", 50));
        publish("q", "k");
        bursts.reject(get("q", false));
        bursts.flush();
        work();
        assertThat(queue("wait").counts().ready()).isOne();
        assertThat(publish("q", "k")).as("remembered, though it is not there").isFalse();

        nowMs += 50;
        queue("wait").enforceSettings();
        work();

        assertThat(queue("q").counts().ready()).isOne();
    }

    @Test
    void aDeadLetterWhoseLikeIsThereIsDropped() throws Exception {
        declare("q", retrying("dead"));
        declare("dead", FieldTable.builder());
        publish("dead", "k");
        publish("q", "k");

        bursts.reject(get("q", false));
        bursts.flush();
        work();

        assertThat(queue("dead").counts().ready()).isOne();
        assertThat(store.positions(queue("q").id(0))).isEmpty();
    }

    @Test
    void aDeadLetterWithAnOddHeaderHasNoKey() throws Exception {
        vhost.queues().declare(durable("plain", retrying("dead").build()), connection, ACCESS);
        declare("dead", FieldTable.builder());
        FieldTable odd = FieldTable.builder()
                .put("x-deduplication-header", FieldTable.EMPTY)
                .build();
        BasicProperties properties =
                BasicProperties.builder().deliveryMode(2).headers(odd).build();
        Message message = new Message(new Address("", "plain"), properties, new byte[1]);
        bursts.publish(message, new QueueBurst[] {bursts.of(queue("plain"))}, QueueSettings.NONE);
        bursts.flush();

        bursts.reject(get("plain", false));
        bursts.flush();
        work();

        assertThat(queue("dead").counts().ready()).isOne();
    }

    @Test
    void deadLettersWithKeysAreWrittenDownOneByOne() throws Exception {
        declare("q", retrying("dead"));
        declare("dead", FieldTable.builder());
        publish("q", "a");
        publish("q", "b");
        bursts.reject(get("q", false));
        bursts.reject(get("q", false));
        bursts.flush();
        long before = store.batches();

        work();

        assertThat(queue("dead").counts().ready()).isEqualTo(2);
        // Publishers wait for the keys meanwhile, and the next one may have to be read.
        assertThat(store.batches() - before).isEqualTo(2);
        assertThat(store.positions(queue("q").id(0))).isEmpty();
    }

    private static FieldTable.Builder retrying(String queue) {
        return FieldTable.builder().put("x-dead-letter-exchange", "").put("x-dead-letter-routing-key", queue);
    }

    @Test
    void aRestartKnowsTheKeysOfWhatIsThere() throws Exception {
        declare("q", FieldTable.builder().put("x-max-priority", 3));
        publish("q", "held");
        publish("q", "settled");
        publish("q", "ready");
        get("q", false);
        bursts.settle(get("q", false));
        bursts.flush();

        restart();

        assertThat(publish("q", "held")).isFalse();
        assertThat(publish("q", "ready")).isFalse();
        assertThat(publish("q", "settled")).isTrue();
    }

    @Test
    void ofTwoWithOneKeyThatACrashBringsBackTheOlderLeaves() throws Exception {
        declare("q", retrying("dead"));
        declare("dead", FieldTable.builder());
        publish("q", "k");
        bursts.reject(get("q", false));
        bursts.flush();
        // It has left, and the log does not know yet.
        assertThat(publish("q", "k")).isTrue();

        restart();
        work();

        assertThat(queue("q").counts().ready()).isOne();
        assertThat(queue("dead").counts().ready()).isOne();
        assertThat(publish("q", "k")).isFalse();
    }

    @Test
    void whatStandsInAnotherQueueTooIsNotTouchedWhenTheOlderLeaves() throws Exception {
        declare("q", retrying("nowhere"));
        declare("other", FieldTable.builder());
        Message message = message("q", "k", 2);
        QueueBurst[] both = {bursts.of(queue("q")), bursts.of(queue("other"))};
        for (QueueBurst each : both) {
            assertThat(bursts.ask(each, message)).isEqualTo(Admitted.TAKEN);
        }
        bursts.publish(message, both, QueueSettings.NONE);
        bursts.flush();
        bursts.reject(get("q", false));
        bursts.flush();
        // It has left, and the log does not know yet.
        assertThat(publish("q", "k")).isTrue();

        restart();
        nowMs += 10;
        work();

        assertThat(publish("other", "k")).isFalse();
        assertThat(queue("other").counts().ready()).isOne();
        assertThat(publish("q", "k")).isFalse();
        assertThat(queue("q").counts().ready()).isOne();
    }

    @Test
    void aDeletedQueueTakesWhatItRemembersAlong() {
        declare("q", FieldTable.builder().put("x-cache-size", 10));
        publish("q", "k");
        vhost.queues().delete("q", false, false, connection, ACCESS);

        restart();
        declare("q", FieldTable.builder().put("x-cache-size", 10));

        assertThat(publish("q", "k")).isTrue();
    }

    @Test
    void aDurableExchangeRemembersOverARestartAndItsOwnerIsNoQueuesId() {
        FieldTable arguments = FieldTable.builder().put("x-cache-size", 5).build();
        vhost.exchanges()
                .declare(
                        new ExchangeDeclare(
                                "x", "x-message-deduplication", false, true, false, false, false, arguments),
                        ACCESS);
        long owner = Objects.requireNonNull(vhost.exchanges().find("x").keys()).owner();
        restart();

        Queue queue = declare("q", FieldTable.builder());

        assertThat(Objects.requireNonNull(vhost.exchanges().find("x").keys()).owner())
                .isEqualTo(owner)
                .isLessThan(queue.id(0));
        vhost.exchanges().delete("x", false, ACCESS);
        restart();
        assertThat(store.queues().keySet()).containsExactly(queue.id(0));
    }
}
