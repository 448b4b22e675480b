package io.leveret.broker.vhost;

import io.leveret.broker.message.Message;
import io.leveret.broker.queue.Priorities;
import io.leveret.broker.queue.Queue;
import io.leveret.broker.queue.QueueBurst;
import io.leveret.broker.storage.JournalWriter;
import io.leveret.persistence.record.Batch;
import java.util.ArrayList;
import java.util.List;

/** The levels of queues that begin with the present batch: a store learns of a level with its first message. Of who has the batch. */
final class BegunLevels {

    private final List<Level> begun = new ArrayList<>(0);

    private record Level(Queue queue, int level) {}

    /** A message is about to be written to the batch. */
    void begin(Message message, boolean persistent, QueueBurst[] queues, Batch batch) {
        for (QueueBurst burst : queues) {
            Queue queue = burst.queue();
            Priorities priorities = queue.priorities();
            if (priorities.highest() == 0 || !queue.stores(persistent)) {
                continue;
            }
            int level = priorities.levelOf(message);
            if (burst.beginsLevel(level)) {
                batch.addQueue(queue.id(level));
                begun.add(new Level(queue, level));
            }
        }
    }

    /** The batch was brought. Who deleted a queue meanwhile did not know of its new levels. */
    void endDeleted(JournalWriter to) {
        if (begun.isEmpty()) {
            return;
        }
        for (Level each : begun) {
            if (each.queue().isDeleted()) {
                to.batch().deleteQueue(each.queue().id(each.level()));
            }
        }
        forget();
        to.append();
        to.brought();
    }

    /** The batch is over, or could not be written. */
    void forget() {
        begun.clear();
    }
}
