package io.leveret.broker.vhost;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.leveret.broker.queue.Queue;
import io.leveret.broker.queue.QueueContext.Deliveries;
import io.leveret.broker.storage.JournalWriter;
import io.leveret.persistence.record.Batch;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;

/** Writes down how far each durable queue has been delivered, so that after a restart a repetition can be told. */
final class DeliveredMarks implements Deliveries {

    @GuardedBy("this")
    private final JournalWriter writer;

    /** Each at most once: it comes back only when it was asked. */
    private final ConcurrentLinkedQueue<Queue> changed = new ConcurrentLinkedQueue<>();

    DeliveredMarks(JournalWriter writer) {
        this.writer = writer;
    }

    @Override
    public void delivered(Queue queue) {
        changed.add(queue);
    }

    /** Records what has changed since the last time, once the disk has that: so that slow disks are not given ever more. */
    synchronized void recordNext() {
        if (writer.appendedBatch() <= writer.durableBatch()) {
            record();
        }
    }

    /** Records what has changed since the last time. */
    synchronized void record() {
        Batch batch = writer.batch();
        for (Queue queue : takeChanged()) {
            queue.delivered((level, position) -> batch.deliveredThrough(queue.id(level), position));
        }
        writer.append();
        writer.brought();
    }

    /** All at once, since a busy queue is there again as soon as it was asked. */
    private List<Queue> takeChanged() {
        List<Queue> taken = new ArrayList<>();
        for (Queue queue = changed.poll(); queue != null; queue = changed.poll()) {
            taken.add(queue);
        }
        return taken;
    }
}
