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
import io.leveret.broker.queue.QueueEntry;
import io.leveret.broker.queue.QueueSettings;
import io.leveret.broker.settings.DeprecatedFeatures;
import io.leveret.broker.storage.FakeStore;
import io.leveret.broker.storage.Journal;
import io.leveret.broker.storage.WorkerPool;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a store keeps of queues with priorities, and of how often messages were tried. */
class PriorityRecoveryTest {

    private static final FieldTable TEN =
            FieldTable.builder().put("x-max-priority", 9).build();
    private static final FieldTable QUORUM =
            FieldTable.builder().put("x-queue-type", "quorum").build();

    private final WorkerPool readers = new WorkerPool("reader", 1);
    private final Object connection = new Object();
    private FakeStore store = new FakeStore();
    private VirtualHost vhost = open();
    private Bursts bursts = newBursts();

    @AfterEach
    void stop() {
        readers.close();
    }

    private VirtualHost open() {
        return new VirtualHost(
                "/",
                DeprecatedFeatures.defaults(),
                MemoryBudget.unlimited(),
                new Journal(store, readers),
                Work.atOnce());
    }

    private Bursts newBursts() {
        return vhost.newBursts(Objects.requireNonNull(vhost.journal()).newWriter());
    }

    private Queue restart() {
        store = store.reopen();
        vhost = open();
        bursts = newBursts();
        return vhost.queues().find("q", connection);
    }

    private Queue declare(String name, FieldTable arguments) {
        return vhost.queues().declare(durable(name, arguments), connection, ACCESS);
    }

    private void publish(Bursts by, Queue queue, int priority, String body) {
        BasicProperties properties =
                BasicProperties.builder().deliveryMode(2).priority(priority).build();
        Message message = new Message(new Address("", "q"), properties, body.getBytes(StandardCharsets.UTF_8));
        by.publish(message, new QueueBurst[] {by.of(queue)}, QueueSettings.NONE);
    }

    private QueueEntry get(Queue queue) throws Exception {
        while (true) {
            CompletableFuture<Boolean> read = new CompletableFuture<>();
            QueueEntry entry = queue.get(false, () -> read.complete(true)).entry();
            if (entry != null) {
                return entry;
            }
            read.get(10, TimeUnit.SECONDS);
        }
    }

    private List<String> take(Queue queue, int count) throws Exception {
        List<String> bodies = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            QueueEntry entry = get(queue);
            bodies.add(new String(entry.message().body(), StandardCharsets.UTF_8)
                    + (entry.redelivered() ? " redelivered" : ""));
        }
        return bodies;
    }

    @Test
    void everyPriorityIsBackInItsOrderAndOnlyWhatWasDeliveredIsSaidToBe() throws Exception {
        Queue queue = declare("q", TEN);
        publish(bursts, queue, 1, "1a");
        publish(bursts, queue, 9, "9a");
        publish(bursts, queue, 1, "1b");
        publish(bursts, queue, 9, "9b");
        publish(bursts, queue, 5, "5a");
        bursts.flush();
        get(queue);
        vhost.recordDelivered();

        Queue again = restart();

        assertThat(again.counts().ready()).isEqualTo(5);
        assertThat(take(again, 5)).containsExactly("9a redelivered", "9b", "5a", "1a", "1b");
    }

    @Test
    void idsOfPrioritiesThatWereNeverUsedAreNobodyElses() throws Exception {
        Queue queue = declare("q", TEN);
        restart();
        Queue other = declare("other", FieldTable.EMPTY);
        assertThat(other.id(0)).isGreaterThan(queue.id(9));

        publish(bursts, vhost.queues().find("q", connection), 1, "of q");
        publish(bursts, other, 1, "of other");
        bursts.flush();

        assertThat(take(restart(), 1)).containsExactly("of q");
        assertThat(vhost.queues().find("other", connection).counts().ready()).isEqualTo(1);
    }

    @Test
    void twoConnectionsMayBeginTheSamePriority() throws Exception {
        Queue queue = declare("q", TEN);
        Bursts second = newBursts();
        publish(bursts, queue, 5, "first");
        publish(second, queue, 5, "second");
        bursts.flush();
        second.flush();

        assertThat(take(restart(), 2)).containsExactly("first", "second");
    }

    @Test
    void aPriorityThatBeginsInADeletedQueueLeavesNothing() {
        Queue queue = declare("q", TEN);
        publish(bursts, queue, 5, "late");
        vhost.queues().delete("q", false, false, connection, ACCESS);
        bursts.flush();

        assertThat(store.queues()).isEmpty();
    }

    @Test
    void aPurgeOfAllPrioritiesLeavesWhatIsGivenOut() throws Exception {
        Queue queue = declare("q", TEN);
        publish(bursts, queue, 1, "1a");
        publish(bursts, queue, 9, "9a");
        publish(bursts, queue, 9, "9b");
        bursts.flush();
        get(queue);

        assertThat(vhost.purges().purge(queue).count()).isEqualTo(2);

        assertThat(take(restart(), 1)).containsExactly("9a");
    }

    @Test
    void theNumberOfFailuresSurvives() throws Exception {
        Queue queue = declare("q", QUORUM);
        publish(bursts, queue, 4, "m");
        bursts.flush();
        for (int i = 0; i < 3; i++) {
            QueueEntry entry = get(queue);
            assertThat(bursts.giveBack(entry, true)).isTrue();
            bursts.flush();
            queue.requeue(List.of(entry));
        }

        assertThat(get(restart()).failures()).isEqualTo(3);
    }
}
