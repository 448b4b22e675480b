package io.leveret.broker.vhost;

import io.leveret.broker.queue.Queue;
import io.leveret.broker.queue.StoredDeadline;
import io.leveret.broker.storage.Journal;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds the deadlines of what only the store has before their time comes, and tells the queues: so no entry is read just to learn
 * when it expires, and memory does not grow with their number. By one thread at a time, which may block.
 */
final class DueSearch implements Runnable {

    private static final Logger LOG = LoggerFactory.getLogger(DueSearch.class);

    /** How far it looks ahead. */
    private static final long AHEAD_MS = 60_000;

    private static final long EACH_MS = AHEAD_MS / 2;

    private final Topology topology;
    private final Journal journal;
    private final Work work;

    DueSearch(Topology topology, Journal journal, Work work) {
        this.topology = topology;
        this.journal = journal;
        this.work = work;
    }

    void start() {
        work.pool().execute(this);
    }

    @Override
    public void run() {
        if (journal.hasFailed()) {
            return;
        }
        try {
            search();
        } catch (IOException | RuntimeException e) {
            LOG.error("Looking for messages that expire failed, next attempt in {} ms", EACH_MS, e);
        }
        work.timer().after(EACH_MS, this);
    }

    private void search() throws IOException {
        Map<Long, List<StoredDeadline>> byQueue = new HashMap<>();
        journal.searchDue(work.clock().millis() + AHEAD_MS, (deadline, queueId) -> byQueue.computeIfAbsent(
                        queueId, id -> new ArrayList<>())
                .add(deadline));
        if (byQueue.isEmpty()) {
            return;
        }
        for (Queue queue : topology.queues()) {
            List<StoredDeadline> due = queue.hasStore() ? byQueue.get(queue.id()) : null;
            if (due != null) {
                queue.dueSoon(due);
            }
        }
    }
}
