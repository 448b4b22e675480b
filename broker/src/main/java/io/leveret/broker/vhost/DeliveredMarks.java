package io.leveret.broker.vhost;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.leveret.broker.queue.DeliveryNotices;
import io.leveret.broker.queue.Queue;
import io.leveret.broker.storage.JournalWriter;
import io.leveret.persistence.record.Batch;
import java.util.List;

/** Writes down how far each durable queue has been delivered, so that after a restart a repetition can be told. */
final class DeliveredMarks {

    /** For so many queues that are marked at a time there is a turn without. */
    static final int QUEUES_A_TURN = 500;

    /** However long a disk took, as when it was full, or when marking failed. */
    static final int MOST_RESTS = 20;

    @GuardedBy("this")
    private final JournalWriter writer;

    private final DeliveryNotices notices;

    /** How many turns the disk has taken for the last marks. */
    @GuardedBy("this")
    private int waited;

    /** How many turns are to pass without marks. */
    @GuardedBy("this")
    private int rests;

    /** @param notices of the queues that are to be marked */
    DeliveredMarks(JournalWriter writer, DeliveryNotices notices) {
        this.writer = writer;
        this.notices = notices;
    }

    /**
     * Takes a turn: records what has changed since the last time, unless the disk has yet to take that, or took long for it, or there were very
     * many. So a slow disk has half of its time for others.
     */
    synchronized void turn() {
        if (writer.appendedBatch() > writer.durableBatch()) {
            waited++;
            return;
        }
        rests += Math.min(waited, MOST_RESTS);
        waited = 0;
        if (rests > 0) {
            rests--;
        } else {
            rests = MOST_RESTS;
            rests = record() / QUEUES_A_TURN;
        }
    }

    /**
     * Records what has changed since the last time.
     *
     * @return how many queues have given something out
     */
    synchronized int record() {
        List<Queue> changed = notices.take();
        try {
            Batch batch = writer.batch();
            for (Queue queue : changed) {
                queue.delivered((level, position) -> batch.deliveredThrough(queue.id(level), position));
            }
            writer.append();
            writer.brought();
        } catch (RuntimeException | Error e) {
            // With an index, which takes no memory.
            for (int i = 0; i < changed.size(); i++) {
                changed.get(i).deliveredUntold();
            }
            writer.drop();
            throw e;
        }
        return changed.size();
    }
}
