package io.leveret.broker.connection;

import static io.leveret.broker.connection.Calls.consumeNoAck;
import static io.leveret.broker.connection.Calls.declare;
import static io.leveret.broker.connection.Calls.delete;
import static org.assertj.core.api.Assertions.assertThat;

import io.leveret.amqp.BasicProperties;
import io.leveret.amqp.FieldTable;
import io.leveret.amqp.method.BasicGet;
import io.leveret.amqp.method.BasicGetOk;
import io.leveret.amqp.method.BasicPublish;
import io.leveret.amqp.method.ChannelClose;
import io.leveret.amqp.method.ChannelOpen;
import io.leveret.amqp.method.ConnectionClose;
import io.leveret.amqp.method.QueueDeclare;
import io.leveret.amqp.method.QueueDeclareOk;
import io.leveret.amqp.method.QueueDeleteOk;
import io.leveret.broker.queue.MemoryBudget;
import io.leveret.broker.settings.BrokerSettings;
import io.leveret.broker.settings.DeprecatedFeatures;
import io.leveret.broker.storage.FakeStore;
import io.leveret.broker.storage.Journal;
import io.leveret.broker.storage.WorkerPool;
import io.leveret.broker.vhost.VirtualHost;
import io.leveret.broker.vhost.Work;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a client sends while an answer waits is done afterwards, unless the channel or the connection has ended by then. */
class HeldFramesTest {

    private static final BasicProperties PERSISTENT =
            BasicProperties.builder().deliveryMode(2).build();
    private static final BasicPublish TO_QUEUE = new BasicPublish("", "q", false, false);
    private static final BasicPublish IMMEDIATE = new BasicPublish("", "q", false, true);

    private final FakeStore store = new FakeStore();
    private final WorkerPool readers = new WorkerPool("reader", 1);

    @AfterEach
    void close() {
        readers.close();
    }

    @Test
    void nothingIsDoneOnceAHeldFrameHasEndedTheConnection() {
        Journal journal = new Journal(store, readers);
        try (TestServer server = server(journal)) {
            TestClient client = server.open(1);
            TestClient other = server.open(1);
            other.call(1, declareDurable("q"), QueueDeclareOk.class);
            store.hold();
            client.write(new ClientStream()
                    .method(1, declareDurable("r"))
                    .publish(1, IMMEDIATE, PERSISTENT, "not implemented")
                    .method(1, new ChannelOpen())
                    .method(1, consumeNoAck("q", "nobody")));
            store.release();
            journal.durableMoved();
            server.run();

            client.expect(1, QueueDeclareOk.class);
            assertThat(client.expect(0, ConnectionClose.class).replyCode()).isEqualTo(540);
            assertThat(client.takeAll()).isEmpty();
            client.disconnect();
            server.run();
            QueueDeclare passive = new QueueDeclare("q", true, true, false, false, false, FieldTable.EMPTY);
            assertThat(other.call(1, passive, QueueDeclareOk.class).consumerCount())
                    .isZero();
        }
    }

    @Test
    void aConnectionIsReadAgainAfterMuchWasHeld() {
        Journal journal = new Journal(store, readers);
        try (TestServer server = server(journal)) {
            TestClient client = server.open(1);
            store.hold();
            ClientStream stream = new ClientStream().method(1, declareDurable("q"));
            for (int i = 0; i < 50; i++) {
                stream.publish(1, TO_QUEUE, BasicProperties.EMPTY, "x".repeat(4_000));
            }
            client.write(stream);
            assertThat(client.isHeard()).isFalse();
            store.release();
            journal.durableMoved();
            server.run();

            client.expect(1, QueueDeclareOk.class);
            assertThat(client.isHeard()).isTrue();
        }
    }

    @Test
    void aGetThatWaitsIsToldWhenItsQueueIsDeleted() throws Exception {
        storeOneMessage();
        try (TestServer server = server(new Journal(store.reopen(), readers))) {
            TestClient client = server.open(2);
            CountDownLatch go = holdReaders();
            client.write(new ClientStream()
                    .method(1, new BasicGet("q", true))
                    .method(2, delete("q"))
                    .method(1, declare("not done any more")));
            client.expect(2, QueueDeleteOk.class);
            go.countDown();
            awaitReaders();
            server.run();

            assertThat(client.expect(1, ChannelClose.class))
                    .isEqualTo(new ChannelClose(404, "NOT_FOUND - no queue 'q' in vhost '/'", 60, 70));
            assertThat(client.takeAll()).isEmpty();
        }
    }

    @Test
    void whatFollowsAGetThatWaitedIsDoneAfterIt() throws Exception {
        storeOneMessage();
        try (TestServer server = server(new Journal(store.reopen(), readers))) {
            TestClient client = server.open(1);
            CountDownLatch go = holdReaders();
            client.write(new ClientStream().method(1, new BasicGet("q", true)).method(1, declare("next")));
            assertThat(client.takeAll()).isEmpty();
            go.countDown();
            awaitReaders();
            server.run();

            assertThat(client.next().method()).isInstanceOf(BasicGetOk.class);
            client.expect(1, QueueDeclareOk.class);
        }
    }

    private void storeOneMessage() {
        try (TestServer server = server(new Journal(store, readers))) {
            TestClient client = server.open(1);
            client.call(1, declareDurable("q"), QueueDeclareOk.class);
            client.write(new ClientStream().publish(1, TO_QUEUE, PERSISTENT, "stored"));
        }
    }

    private TestServer server(Journal journal) {
        MemoryBudget budget = new MemoryBudget(1 << 30, readers, () -> 0);
        return new TestServer(
                BrokerSettings.defaults(),
                new VirtualHost("/", DeprecatedFeatures.defaults(), budget, journal, Work.on(readers, readers)));
    }

    /** What is to be read waits until the latch is counted down. */
    private CountDownLatch holdReaders() {
        CountDownLatch go = new CountDownLatch(1);
        readers.execute(() -> {
            try {
                go.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        return go;
    }

    /** There is one reader, so what was asked for before has been read. */
    private void awaitReaders() throws Exception {
        CompletableFuture.runAsync(() -> {}, readers).get();
    }

    private static QueueDeclare declareDurable(String queue) {
        return new QueueDeclare(queue, false, true, false, false, false, FieldTable.EMPTY);
    }
}
