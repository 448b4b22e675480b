package io.leveret.broker.connection;

import io.leveret.broker.queue.MemoryBudget;
import io.leveret.broker.settings.BrokerSettings;
import io.leveret.broker.settings.DeprecatedFeatures;
import io.leveret.broker.storage.FakeStore;
import io.leveret.broker.storage.Journal;
import io.leveret.broker.storage.WorkerPool;
import io.leveret.broker.vhost.VirtualHost;
import io.leveret.broker.vhost.Work;

/** A {@link TestServer} with a disk that waits for the test's word, once it was told to hold. */
final class DurableServer implements AutoCloseable {

    private final WorkerPool readers = new WorkerPool("reader", 1);
    final FakeStore store = new FakeStore();
    final Journal journal = new Journal(store, readers);
    final VirtualHost vhost = new VirtualHost(
            "/",
            DeprecatedFeatures.defaults(),
            new MemoryBudget(1 << 30, readers, () -> 0),
            journal,
            Work.on(readers, readers));
    final TestServer server = new TestServer(BrokerSettings.defaults(), vhost);

    /** All that was appended is durable, and who waits for that goes on. */
    void becomeDurable() {
        store.release();
        journal.durableMoved();
        server.run();
    }

    @Override
    public void close() {
        server.close();
        readers.close();
    }
}
