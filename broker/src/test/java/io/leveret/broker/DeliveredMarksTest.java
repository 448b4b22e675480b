package io.leveret.broker;

import static org.assertj.core.api.Assertions.assertThat;

import io.leveret.amqp.BasicProperties;
import io.leveret.amqp.FieldTable;
import io.leveret.amqp.method.QueueDeclare;
import io.leveret.broker.auth.Access;
import io.leveret.broker.auth.Authenticator;
import io.leveret.broker.auth.User;
import io.leveret.broker.message.Address;
import io.leveret.broker.message.Message;
import io.leveret.broker.queue.Queue;
import io.leveret.broker.queue.QueueBurst;
import io.leveret.broker.settings.BrokerSettings;
import io.leveret.broker.settings.LoginSettings;
import io.leveret.broker.storage.DiskThreads;
import io.leveret.broker.storage.Journal;
import io.leveret.broker.storage.JournalWriter;
import io.leveret.broker.storage.Storage;
import io.leveret.broker.storage.StoredMessages;
import io.leveret.broker.storage.WorkerPool;
import io.leveret.broker.vhost.VirtualHost;
import io.leveret.persistence.disk.FolderDisk;
import io.leveret.persistence.store.Store;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** That a running broker writes down how far queues have been delivered, whatever its disk does. */
@Timeout(60)
class DeliveredMarksTest {

    private static final long TIMEOUT_SECONDS = 20;
    private static final long MARKS_MS = 10;
    /** More than any of the pools has threads. */
    private static final int TASKS = 10;

    private final CountDownLatch over = new CountDownLatch(1);

    @TempDir
    private Path data = Path.of("");

    @Test
    void marksAreWrittenWhileEveryOtherThreadOfTheDiskIsBusy() throws Exception {
        Storage storage = new Storage(data, FolderDisk::open, settings().storage());
        try (Broker broker = Broker.start(settings(), data, storage, MARKS_MS, () -> {})) {
            VirtualHost vhost = Objects.requireNonNull(broker.virtualHost("/"));
            Journal journal = Objects.requireNonNull(vhost.journal());
            Queue queue = vhost.queues().declare(durable("q"), this, access());
            publish(queue, journal);
            try {
                occupyAllButTheMarker(storage.threads());
                long before = journal.store().appendedBatch();
                assertThat(queue.get(false, () -> {}).entry()).isNotNull();

                assertThat(awaitBatchAfter(before, journal.store())).isEqualTo(before + 1);
            } finally {
                over.countDown();
            }
        }
    }

    private static BrokerSettings settings() {
        BrokerSettings defaults = BrokerSettings.defaults();
        InetSocketAddress anyPort = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        return defaults.withNetwork(defaults.network().withListeners(List.of(anyPort)));
    }

    private static QueueDeclare durable(String queue) {
        return new QueueDeclare(queue, false, true, false, false, false, FieldTable.EMPTY);
    }

    private static Access access() {
        User user = new User("guest", List.of("administrator"));
        return Objects.requireNonNull(new Authenticator(LoginSettings.defaults()).access(user, "/"));
    }

    private static void publish(Queue queue, Journal journal) throws IOException {
        Message message = new Message(new Address("", queue.name()), BasicProperties.EMPTY, new byte[1]);
        JournalWriter writer = journal.newWriter();
        QueueBurst burst = new QueueBurst(queue);
        int index = StoredMessages.write(message, writer.batch());
        writer.batch().target(queue.id(0));
        burst.publish(message, index);
        burst.flush(writer.append());
        writer.brought();
        journal.store().force();
    }

    private void occupyAllButTheMarker(DiskThreads threads) {
        for (WorkerPool pool : List.of(threads.readers(), threads.keepers(), threads.writers())) {
            for (int i = 0; i < TASKS; i++) {
                pool.execute(this::awaitEnd);
            }
        }
    }

    private void awaitEnd() {
        try {
            over.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Nothing tells of a batch, so that is asked for again and again. */
    private static long awaitBatchAfter(long before, Store store) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(TIMEOUT_SECONDS);
        while (store.appendedBatch() == before && System.nanoTime() < deadline) {
            Thread.onSpinWait();
        }
        return store.appendedBatch();
    }
}
