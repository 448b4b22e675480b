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
import io.leveret.broker.queue.StoredDeadline;
import io.leveret.broker.settings.DeprecatedFeatures;
import io.leveret.broker.storage.FakeStore;
import io.leveret.broker.storage.Journal;
import io.leveret.broker.storage.WorkerPool;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Messages that expire while only the store has them: read together to be dead-lettered. */
class StoredDeadLettersTest {

    private static final int MESSAGES = 700;
    private static final int TTL_MS = 5_000;

    private final WorkerPool readers = new WorkerPool("reader", 1);
    private final ArrayDeque<Runnable> pool = new ArrayDeque<>();
    private final ArrayDeque<Runnable> timers = new ArrayDeque<>();
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
                Runnable::run,
                pool::add,
                (delayMs, task) -> {
                    if (!(task instanceof DueSearch)) {
                        timers.add(task);
                    }
                    return Cancellable.NOTHING;
                },
                () -> Instant.ofEpochMilli(nowMs));
        return new VirtualHost("/", DeprecatedFeatures.defaults(), budget, new Journal(store, readers), work);
    }

    @Test
    void theBudgetHasWhatIsInMemoryBeforeAndAfterwards() {
        declare("dead", FieldTable.builder());
        publish(declare(
                "q",
                FieldTable.builder()
                        .put("x-message-ttl", TTL_MS)
                        .put("x-dead-letter-exchange", "")
                        .put("x-dead-letter-routing-key", "dead")));
        restart();
        Queue queue = vhost.queues().find("q", connection);
        Queue dead = vhost.queues().find("dead", connection);
        assertThat(budget.usedBytes()).isZero();

        List<Long> positions = store.positions(queue.id(0));
        queue.dueSoon(positions.stream()
                .map(position -> new StoredDeadline(nowMs + TTL_MS, 0, position))
                .toList());
        nowMs += TTL_MS;
        while (!timers.isEmpty() || !pool.isEmpty()) {
            (pool.isEmpty() ? timers : pool).remove().run();
        }

        assertThat(dead.counts().ready()).isEqualTo(MESSAGES);
        assertThat(budget.usedBytes()).isEqualTo(dead.bytes().memory());
    }

    private void restart() {
        store = store.reopen();
        pool.clear();
        timers.clear();
        budget = MemoryBudget.unlimited();
        vhost = open();
    }

    private Queue declare(String name, FieldTable.Builder arguments) {
        return vhost.queues().declare(durable(name, arguments.build()), connection, ACCESS);
    }

    private void publish(Queue queue) {
        Bursts bursts = vhost.newBursts(Objects.requireNonNull(vhost.journal()).newWriter());
        BasicProperties persistent = BasicProperties.builder().deliveryMode(2).build();
        for (int i = 0; i < MESSAGES; i++) {
            Message message = new Message(new Address("", queue.name()), persistent, new byte[1000]);
            bursts.publish(message, new QueueBurst[] {bursts.of(queue)}, TTL_MS);
        }
        bursts.flush();
    }
}
