package io.leveret.broker.vhost;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.leveret.broker.queue.Queue;
import io.leveret.broker.storage.JournalWriter;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;

/** Writes down how far each durable queue has been delivered, so that after a restart a repetition can be told. */
final class DeliveredMarks {

    private final JournalWriter writer;

    /** Of the queues that are there, by id. */
    @GuardedBy("this")
    private Map<Long, Long> recorded = new HashMap<>();

    DeliveredMarks(JournalWriter writer) {
        this.writer = writer;
    }

    /** Records what has changed since the last time. */
    synchronized void record(Collection<Queue> queues) {
        Map<Long, Long> now = new HashMap<>();
        for (Queue queue : queues) {
            if (queue.hasStore()) {
                queue.delivered((level, position) -> now.put(queue.id(level), position));
            }
        }
        now.forEach((id, position) -> {
            if (position > recorded.getOrDefault(id, 0L)) {
                writer.batch().deliveredThrough(id, position);
            }
        });
        recorded = now;
        writer.append();
        writer.brought();
    }
}
