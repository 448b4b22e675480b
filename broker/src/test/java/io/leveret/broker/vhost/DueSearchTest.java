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
import io.leveret.broker.settings.DeprecatedFeatures;
import io.leveret.broker.storage.FakeStore;
import io.leveret.broker.storage.Journal;
import io.leveret.broker.storage.WorkerPool;
import io.leveret.persistence.store.DueEntry;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Everything may expire in the same millisecond, as orders do that are all good until midnight: no search takes all of it at once. */
class DueSearchTest {

    private static final BasicProperties PERSISTENT =
            BasicProperties.builder().deliveryMode(2).build();
    private static final long PUBLISHED_AT_MS = 1_000_000;
    private static final int TTL_MS = 5_000;

    private final WorkerPool readers = new WorkerPool("reader", 1);
    private final ArrayDeque<Runnable> pool = new ArrayDeque<>();
    private final ArrayDeque<Runnable> searches = new ArrayDeque<>();
    private final Object connection = new Object();
    private FakeStore store = new FakeStore();
    private long pauseMs;
    private long nowMs = PUBLISHED_AT_MS;
    private VirtualHost vhost = open();

    @AfterEach
    void stop() {
        readers.close();
    }

    @Test
    void findsAllThatExpiresInOneMillisecondPieceByPiece() {
        Queue published = declare("q");
        for (int i = 0; i < 25_000; i++) {
            publish(published);
        }
        restart();
        searchAll();

        assertThat(store.dueLimits()).containsExactly(DueSearch.AT_ONCE, DueSearch.AT_ONCE, DueSearch.AT_ONCE);
        assertThatAllExpired("q");
    }

    @Test
    void findsAMessageInAllItsQueuesThoughAPieceEndsWithinIt() {
        Queue first = declare("first");
        Queue second = declare("second");
        for (int i = 0; i < DueSearch.AT_ONCE - 1; i++) {
            publish(first);
        }
        publish(first, second);
        restart();
        searchAll();

        assertThat(store.dueFound()).extracting(DueEntry::queueId).contains(first.id(0), second.id(0));
        assertThatAllExpired("first");
        assertThatAllExpired("second");
    }

    @Test
    void asksForMoreAtOnceOnlyForAMessageThatIsInMoreQueues() {
        Queue[] queues = new Queue[DueSearch.AT_ONCE + 1];
        for (int i = 0; i < queues.length; i++) {
            queues[i] = declare("q" + i);
        }
        publish(queues);
        restart();
        searchAll();

        assertThat(store.dueLimits()).containsExactly(DueSearch.AT_ONCE, 2 * DueSearch.AT_ONCE);
        assertThatAllExpired("q0");
        assertThatAllExpired("q" + DueSearch.AT_ONCE);
    }

    /** Until nothing more is due so soon that the next search follows at once. */
    private void searchAll() {
        do {
            Objects.requireNonNull(searches.poll()).run();
        } while (pauseMs < 10_000 && !searches.isEmpty());
    }

    private void assertThatAllExpired(String name) {
        nowMs = PUBLISHED_AT_MS + TTL_MS;
        Queue queue = vhost.queues().find(name, connection);
        // Each look lets a slice of them go.
        for (int i = 0; i < 50 && queue.counts().ready() > 0; i++) {
            assertThat(queue.get(true)).as(name).isNull();
            drain();
        }
        assertThat(queue.counts().ready()).as(name).isZero();
    }

    private void drain() {
        while (!pool.isEmpty()) {
            pool.remove().run();
        }
    }

    private Queue declare(String name) {
        return vhost.queues().declare(durable(name, FieldTable.EMPTY), connection, ACCESS);
    }

    private void publish(Queue... queues) {
        Journal journal = Objects.requireNonNull(vhost.journal());
        Bursts bursts = vhost.newBursts(journal.newWriter());
        Message message = new Message(new Address("", "key"), PERSISTENT, new byte[3]);
        QueueBurst[] targets = new QueueBurst[queues.length];
        for (int i = 0; i < queues.length; i++) {
            targets[i] = bursts.of(queues[i]);
            assertThat(targets[i].admit(message)).isTrue();
        }
        bursts.publish(message, targets, TTL_MS);
        bursts.flush();
    }

    private void restart() {
        store = store.reopen();
        pool.clear();
        searches.clear();
        vhost = open();
    }

    private VirtualHost open() {
        Work work = new Work(Runnable::run, this::take, this::after, () -> Instant.ofEpochMilli(nowMs));
        return new VirtualHost(
                "/", DeprecatedFeatures.defaults(), MemoryBudget.unlimited(), new Journal(store, readers), work);
    }

    private void take(Runnable task) {
        (task instanceof DueSearch ? searches : pool).add(task);
    }

    private Cancellable after(long delayMs, Runnable task) {
        if (task instanceof DueSearch) {
            pauseMs = delayMs;
            searches.add(task);
        }
        return Cancellable.NOTHING;
    }
}
