package io.leveret.persistence.store;

import io.leveret.persistence.disk.MemoryDisk;
import io.leveret.persistence.log.LogResources;
import io.leveret.persistence.log.LogSettings;
import io.leveret.persistence.log.ManualBackground;
import io.leveret.persistence.log.SyncMode;
import io.leveret.persistence.log.WriteBuffers;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A store on a disk in memory whose background and clock move when the test says so, with what its listener heard. */
final class StoreUnderTest implements StoreListener {

    static final StoreSettings SMALL = settings(SyncMode.FSYNC);

    final MemoryDisk disk;
    final ManualBackground background = new ManualBackground();
    final RecordedBatch batch = new RecordedBatch();
    final List<String> heard = new ArrayList<>();
    final DiskStore store;

    @Nullable
    Throwable failure;

    final @Nullable StoreWitness witness;
    private boolean closed;

    private StoreUnderTest(MemoryDisk disk, StoreSettings settings, @Nullable StoreWitness witness) throws IOException {
        this.disk = disk;
        this.witness = witness;
        LogResources resources = new LogResources(background, background, new WriteBuffers(700), background);
        store = DiskStore.open(disk, settings, resources, this);
        if (witness != null) {
            witness.opened(store);
        }
    }

    /** The power goes off at each of its operations, as far as {@link StoreWitness} says. */
    StoreUnderTest(MemoryDisk disk, StoreSettings settings) throws IOException {
        this(disk, settings, StoreWitness.watch(disk, settings));
    }

    StoreUnderTest(MemoryDisk disk) throws IOException {
        this(disk, SMALL);
    }

    /** For a test that sees to what goes wrong itself. */
    static StoreUnderTest unwatched(MemoryDisk disk, StoreSettings settings) throws IOException {
        disk.faults().unwatch();
        return new StoreUnderTest(disk, settings, null);
    }

    static StoreUnderTest unwatched(MemoryDisk disk) throws IOException {
        return unwatched(disk, SMALL);
    }

    /** Segments of 4 KB, and a checkpoint after three of them. */
    static StoreSettings settings(SyncMode mode) {
        return new StoreSettings(new LogSettings(mode, 4096, 60, 0, 0), 12_000, 60_000);
    }

    /** One message, in a batch of its own, for some queues. */
    long publish(int number, int length, long... queueIds) {
        PlainStore.Message message = PlainStore.Message.of(number, length);
        batch.publish(message.head(), new byte[0], message.body());
        for (long queueId : queueIds) {
            batch.target(queueId);
        }
        append();
        return batch.firstPosition();
    }

    void settle(long queueId, long... positions) {
        for (long position : positions) {
            batch.settle(queueId, position);
        }
        append();
    }

    void addQueue(long queueId) {
        batch.addQueue(queueId);
        append();
        background.runAll();
    }

    /** Appends what was gathered; returns what it changes. */
    List<Consumer<PlainStore>> append() {
        List<Consumer<PlainStore>> changes = batch.appendTo(store);
        if (witness != null) {
            witness.appended(changes);
        }
        return changes;
    }

    void force() throws IOException {
        long appended = store.appendedBatch();
        store.force();
        certainThrough(appended);
    }

    void checkpoint() throws IOException {
        long durable = store.durableBatch();
        store.checkpoint();
        certainThrough(durable);
    }

    void close() throws IOException {
        boolean closedBefore = closed;
        closed = true;
        long appended = store.appendedBatch();
        store.close();
        if (!closedBefore) {
            certainThrough(appended);
        }
    }

    /** A store that has failed does nothing for it, and says no more. */
    private void certainThrough(long batch) {
        if (witness != null && failure == null) {
            witness.certainThrough(batch);
        }
    }

    /** All live entries of a queue's plain level. */
    List<StoredEntry> entries(long queueId) throws IOException {
        return StoreComparison.entries(store, queueId, 0);
    }

    List<Integer> numbers(long queueId) throws IOException {
        return entries(queueId).stream().map(PlainStore.Message::numberOf).toList();
    }

    MemoryDisk logFolder() {
        return disk.folder("log");
    }

    List<String> files(String suffix) throws IOException {
        return logFolder().list().stream()
                .filter(name -> name.endsWith(suffix))
                .sorted()
                .toList();
    }

    List<String> checkpoints() throws IOException {
        return disk.list().stream()
                .filter(name -> name.startsWith("checkpoint"))
                .sorted()
                .toList();
    }

    void requireNoFailure() throws IOException {
        if (failure != null) {
            throw new IOException(failure);
        }
    }

    @Override
    public void durable() {
        heard.add("durable");
    }

    @Override
    public void full(boolean full) {
        heard.add("full " + full);
    }

    @Override
    public void failed(Throwable cause) {
        heard.add("failed");
        failure = cause;
    }
}
