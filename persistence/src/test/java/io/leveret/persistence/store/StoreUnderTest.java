package io.leveret.persistence.store;

import io.leveret.persistence.disk.MemoryDisk;
import io.leveret.persistence.log.LogResources;
import io.leveret.persistence.log.LogSettings;
import io.leveret.persistence.log.ManualBackground;
import io.leveret.persistence.log.SyncMode;
import io.leveret.persistence.log.WriteBuffers;
import io.leveret.persistence.record.Batch;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A store on a disk in memory whose background and clock move when the test says so, with what its listener heard. */
final class StoreUnderTest implements StoreListener {

    static final StoreSettings SMALL = settings(SyncMode.FSYNC);

    final MemoryDisk disk;
    final ManualBackground background = new ManualBackground();
    final Batch batch = new Batch();
    final List<String> heard = new ArrayList<>();
    final DiskStore store;

    @Nullable
    Throwable failure;

    StoreUnderTest(MemoryDisk disk, StoreSettings settings) throws IOException {
        this.disk = disk;
        LogResources resources = new LogResources(background, background, new WriteBuffers(700), background);
        store = DiskStore.open(disk, settings, resources, this);
    }

    StoreUnderTest(MemoryDisk disk) throws IOException {
        this(disk, SMALL);
    }

    /** Segments of 4 KB, and a checkpoint after three of them. */
    static StoreSettings settings(SyncMode mode) {
        return new StoreSettings(new LogSettings(mode, 4096, 60, 0, 0), 12_000, 60_000);
    }

    /** One message, in a batch of its own, for some queues. */
    long publish(int number, int length, long... queueIds) {
        PlainStore.Message message = new PlainStore.Message(number, length);
        batch.publish(message.head(), new byte[0], message.body());
        for (long queueId : queueIds) {
            batch.target(queueId);
        }
        store.append(batch);
        return batch.firstPosition();
    }

    void settle(long queueId, long... positions) {
        for (long position : positions) {
            batch.settle(queueId, position);
        }
        store.append(batch);
    }

    void addQueue(long queueId) {
        batch.addQueue(queueId);
        store.append(batch);
        background.runAll();
    }

    /** All live entries of a queue's plain level. */
    List<StoredEntry> entries(long queueId) throws IOException {
        List<StoredEntry> all = new ArrayList<>();
        List<StoredEntry> next = store.entries(queueId, 0, 0, Long.MAX_VALUE, 100_000, Long.MAX_VALUE);
        while (!next.isEmpty()) {
            all.addAll(next);
            // One that can't be read ends what is read before it, and fails when it is the first.
            long from = next.get(next.size() - 1).position() + 1;
            next = store.entries(queueId, 0, from, Long.MAX_VALUE, 100_000, Long.MAX_VALUE);
        }
        return all;
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
