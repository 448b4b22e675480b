package io.leveret.broker.vhost;

import static io.leveret.broker.vhost.Declarations.ACCESS;
import static io.leveret.broker.vhost.Declarations.durable;
import static org.assertj.core.api.Assertions.assertThat;

import io.leveret.amqp.BasicProperties;
import io.leveret.amqp.FieldTable;
import io.leveret.broker.message.Address;
import io.leveret.broker.message.Message;
import io.leveret.broker.queue.GroupsView;
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
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What becomes of message groups when the broker is started again. A message is named by its group's letter and its number in it. */
class GroupRecoveryTest {

    private static final long START_MS = 1_000_000;
    private static final long RETRY_MS = 60_000;
    private static final long AFTER_RETRY_MS = START_MS + RETRY_MS;

    private static final FieldTable ARGUMENTS = FieldTable.builder()
            .put("x-group-by", "routing-key")
            .put("x-queue-type", "quorum")
            .put("x-delayed-retry-type", "all")
            .put("x-delayed-retry-min", RETRY_MS)
            .build();

    private final WorkerPool readers = new WorkerPool("reader", 1);
    private final Object connection = new Object();
    private volatile long nowMs = START_MS;
    private FakeStore store = new FakeStore();
    private VirtualHost vhost = open();
    private Bursts bursts = newBursts();
    private Queue queue = vhost.queues().declare(durable("q", ARGUMENTS), connection, ACCESS);

    @AfterEach
    void stop() {
        readers.close();
    }

    private VirtualHost open() {
        Work work = new Work(
                Runnable::run,
                Runnable::run,
                (delayMs, task) -> Cancellable.NOTHING,
                () -> Instant.ofEpochMilli(nowMs));
        return new VirtualHost(
                "/", DeprecatedFeatures.defaults(), MemoryBudget.unlimited(), new Journal(store, readers), work);
    }

    private Bursts newBursts() {
        return vhost.newBursts(Objects.requireNonNull(vhost.journal()).newWriter());
    }

    private void restart() {
        store = store.reopen();
        vhost = open();
        bursts = newBursts();
        queue = vhost.queues().find("q", connection);
    }

    private void publish(String... names) {
        for (String name : names) {
            Message message = new Message(
                    new Address("", name.substring(0, 1)),
                    BasicProperties.builder().deliveryMode(2).build(),
                    name.getBytes(StandardCharsets.UTF_8));
            bursts.publish(message, new QueueBurst[] {bursts.of(queue)}, QueueSettings.NONE);
        }
        bursts.flush();
    }

    private QueueEntry get() throws Exception {
        while (true) {
            CompletableFuture<Boolean> read = new CompletableFuture<>();
            QueueEntry entry = queue.get(false, () -> read.complete(true)).entry();
            if (entry != null) {
                return entry;
            }
            read.get(10, TimeUnit.SECONDS);
        }
    }

    /** With each message settled before the next is asked for. */
    private List<String> takeOneByOne(int count) throws Exception {
        List<String> names = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            QueueEntry entry = get();
            names.add(name(entry));
            bursts.settle(entry);
            bursts.flush();
        }
        return names;
    }

    private static String name(QueueEntry entry) {
        return new String(entry.message().body(), StandardCharsets.UTF_8);
    }

    @Test
    void whatWasHeldOrLookedPastIsBackInTheOrderOfPublishing() throws Exception {
        publish("a1", "a2", "b1", "a3", "b2");
        assertThat(name(get())).isEqualTo("a1");
        assertThat(name(get())).as("a is held").isEqualTo("b1");
        assertThat(Objects.requireNonNull(queue.groups(null, GroupsView.MOST_LISTED))
                        .setAside())
                .isEqualTo(1);
        vhost.recordDelivered();

        restart();

        assertThat(Objects.requireNonNull(queue.groups(null, GroupsView.MOST_LISTED))
                        .groups())
                .isZero();
        assertThat(queue.counts().ready()).isEqualTo(5);
        QueueEntry first = get();
        assertThat(name(first)).isEqualTo("a1");
        assertThat(first.redelivered()).isTrue();
        QueueEntry second = get();
        assertThat(name(second)).as("a is held again").isEqualTo("b1");
        bursts.settle(first);
        bursts.settle(second);
        bursts.flush();
        assertThat(takeOneByOne(3)).containsExactly("a2", "a3", "b2");
    }

    @Test
    void aMessageThatWaitsForItsRetryHoldsItsGroupUpAlsoAfterARestart() throws Exception {
        publish("a1", "a2", "b1");
        QueueEntry back = get();
        assertThat(bursts.giveBack(back, true)).isTrue();
        bursts.flush();
        queue.requeue(List.of(back));

        restart();

        assertThat(takeOneByOne(1)).containsExactly("b1");
        assertThat(queue.get(false, () -> {}).entry()).as("a1 waits").isNull();
        nowMs = AFTER_RETRY_MS;
        assertThat(takeOneByOne(2)).containsExactly("a1", "a2");
    }
}
