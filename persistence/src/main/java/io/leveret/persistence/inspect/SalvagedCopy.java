package io.leveret.persistence.inspect;

import io.leveret.persistence.disk.Disk;
import io.leveret.persistence.log.Background;
import io.leveret.persistence.log.LogResources;
import io.leveret.persistence.log.WriteBuffers;
import io.leveret.persistence.record.Batch;
import io.leveret.persistence.record.Target;
import io.leveret.persistence.state.QueueState;
import io.leveret.persistence.state.StoreState;
import io.leveret.persistence.store.DiskStore;
import io.leveret.persistence.store.StoreListener;
import io.leveret.persistence.store.StoreSettings;
import java.io.Closeable;
import java.io.IOException;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The new store of a salvage. One thread does everything, the store's background work too. */
final class SalvagedCopy implements Closeable, Background, StoreListener {

    private static final int BUFFER_BYTES = 1 << 20;
    private static final long BATCH_BYTES = 1 << 20;

    private final ArrayDeque<Runnable> tasks = new ArrayDeque<>();
    private final Batch batch = new Batch();
    private final DiskStore store;
    private final Map<Long, Long> deliveredThrough = new HashMap<>();
    private @Nullable Throwable failure;

    private SalvagedCopy(Disk disk) throws IOException {
        LogResources resources = new LogResources(this, this, new WriteBuffers(BUFFER_BYTES), InstantSource.system());
        store = DiskStore.openUnfinished(disk, StoreSettings.DEFAULT, resources, this);
    }

    static SalvagedCopy begin(Disk disk) throws IOException {
        return new SalvagedCopy(disk);
    }

    /** To which catalog, queues and state may be added. */
    Batch batch() {
        return batch;
    }

    /** Writes a message; returns its new position. */
    long publish(byte[] head, byte[] body, List<Target> targets) throws IOException {
        // In a batch of its own, since its position must be known; groups gather them.
        flush();
        batch.publish(head, new byte[0], body);
        targets.forEach(batch::target);
        store.append(batch);
        long position = batch.firstPosition();
        if (store.pendingBytes() > BATCH_BYTES) {
            work();
        }
        return position;
    }

    /** What the old store knew of an entry beside its message. */
    void entry(QueueState queue, long oldPosition, long newPosition) {
        int deliveryCount = queue.deliveryCount(oldPosition);
        long notBeforeMs = queue.notBeforeMs(oldPosition);
        if (deliveryCount != 0 || notBeforeMs != 0) {
            batch.update(queue.id(), newPosition, deliveryCount, notBeforeMs);
        }
        if (oldPosition <= queue.deliveredThrough()) {
            deliveredThrough.merge(queue.id(), newPosition, Math::max);
        }
    }

    /** Everything was told. */
    void finish(StoreState old) throws IOException {
        deliveredThrough.forEach((queueId, position) -> {
            if (old.queue(queueId) != null) {
                batch.deliveredThrough(queueId, position);
            }
        });
        flush();
        work();
        store.force();
        work();
    }

    private void flush() {
        if (!batch.isEmpty()) {
            store.append(batch);
        }
    }

    private void work() throws IOException {
        for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
            task.run();
        }
        if (failure != null) {
            throw new IOException("the new store failed: " + failure, failure);
        }
        if (store.isFull()) {
            throw new IOException("no room for the new store");
        }
    }

    @Override
    public void close() throws IOException {
        store.close();
    }

    @Override
    public void execute(Runnable task) {
        tasks.add(task);
    }

    /** Nothing in here waits for a time. */
    @Override
    public void schedule(Runnable task, long delayMs) {}

    @Override
    public void durable() {}

    @Override
    public void full(boolean full) {}

    @Override
    public void failed(Throwable cause) {
        failure = cause;
    }
}
