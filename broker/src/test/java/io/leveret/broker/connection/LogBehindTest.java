package io.leveret.broker.connection;

import static org.assertj.core.api.Assertions.assertThat;

import io.leveret.amqp.BasicProperties;
import io.leveret.amqp.FieldTable;
import io.leveret.amqp.method.BasicAck;
import io.leveret.amqp.method.BasicConsume;
import io.leveret.amqp.method.BasicConsumeOk;
import io.leveret.amqp.method.BasicDeliver;
import io.leveret.amqp.method.BasicPublish;
import io.leveret.amqp.method.QueueDeclare;
import io.leveret.amqp.method.QueueDeclareOk;
import io.leveret.broker.queue.MemoryBudget;
import io.leveret.broker.settings.BrokerSettings;
import io.leveret.broker.settings.DeprecatedFeatures;
import io.leveret.broker.storage.FakeStore;
import io.leveret.broker.storage.Journal;
import io.leveret.broker.storage.WorkerPool;
import io.leveret.broker.vhost.VirtualHost;
import io.leveret.broker.vhost.Work;
import io.leveret.persistence.log.PendingTotal;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Who publishes faster than the disk takes it is not read for a moment, and not told; nobody else notices. */
class LogBehindTest {

    /** What may wait for the disk while publishers go on. */
    private static final long MOST = 32 << 20;

    private static final BasicProperties PERSISTENT =
            BasicProperties.builder().deliveryMode(2).build();
    private static final BasicPublish TO_QUEUE = new BasicPublish("", "q", false, false);

    private final FakeStore store = new FakeStore();
    private final PendingTotal total = new PendingTotal();
    private final WorkerPool readers = new WorkerPool("reader", 1);
    private final Journal journal = new Journal(store, readers, total);
    private final TestServer server = new TestServer(
            BrokerSettings.defaults(),
            new VirtualHost(
                    "/",
                    DeprecatedFeatures.defaults(),
                    new MemoryBudget(1 << 30, readers, () -> 0),
                    journal,
                    Work.on(readers, readers)));
    private final TestClient publisher = server.open(1);
    private final TestClient consumer = server.open(1);

    @BeforeEach
    void declareQueue() {
        QueueDeclare durable = new QueueDeclare("q", false, true, false, false, false, FieldTable.EMPTY);
        publisher.call(1, durable, QueueDeclareOk.class);
    }

    @AfterEach
    void close() {
        server.close();
        readers.close();
    }

    @Test
    void isNotReadWhileTheLogIsBehindAndNotTold() {
        hold(MOST + 1);

        publish(PERSISTENT);

        assertThat(publisher.isHeard()).isFalse();
        assertThat(publisher.takeAll()).isEmpty();
    }

    @Test
    void isReadAgainOnceTheLogHasCaughtUp() {
        hold(MOST + 1);
        publish(PERSISTENT);

        journal.durableMoved();
        server.run();
        assertThat(publisher.isHeard()).as("while it is behind still").isFalse();

        release();
        assertThat(publisher.isHeard()).isTrue();
        assertThat(publisher.takeAll()).isEmpty();
    }

    @Test
    void isReadWhileTheLogIsNotFarBehind() {
        hold(MOST);

        publish(PERSISTENT);

        assertThat(publisher.isHeard()).isTrue();
    }

    @Test
    void isReadWhileItPublishesNothingForTheDisk() {
        hold(MOST + 1);

        publish(BasicProperties.EMPTY);

        assertThat(publisher.isHeard()).isTrue();
    }

    @Test
    void whoOnlyConsumesGoesOn() {
        BasicConsume consume = new BasicConsume("q", "c", false, false, false, false, FieldTable.EMPTY);
        consumer.call(1, consume, BasicConsumeOk.class);
        hold(MOST + 1);
        publish(PERSISTENT);
        consumer.expect(1, BasicDeliver.class);

        long before = store.batches();
        consumer.send(1, new BasicAck(1, false));

        assertThat(store.batches()).isEqualTo(before + 1);
        assertThat(consumer.isHeard()).isTrue();
    }

    /** A hundred virtual hosts on a disk that stands still must not take a hundred times as much. */
    @Test
    void isNotReadWhileAllVirtualHostsTogetherWaitForTooMuch() {
        total.add(MOST + 1);
        hold(1);

        publish(PERSISTENT);
        assertThat(publisher.isHeard()).isFalse();
        assertThat(publisher.takeAll()).isEmpty();

        total.add(-1);
        journal.durableMoved();
        server.run();
        assertThat(publisher.isHeard()).isTrue();
    }

    /** Another's disk may have stopped for good. */
    @Test
    void waitsForItsOwnVirtualHostOnly() {
        total.add(MOST + 1);
        hold(1);
        publish(PERSISTENT);
        assertThat(publisher.isHeard()).isFalse();

        release();

        assertThat(publisher.isHeard()).isTrue();
    }

    private void publish(BasicProperties properties) {
        publisher.write(new ClientStream().publish(1, TO_QUEUE, properties, "a"));
    }

    private void hold(long pendingBytes) {
        store.hold();
        store.pending(pendingBytes);
    }

    private void release() {
        store.release();
        store.pending(0);
        journal.durableMoved();
        server.run();
    }
}
