package io.leveret.broker.vhost;

import io.leveret.broker.queue.Queue;
import io.leveret.broker.queue.StoredDeadline;
import io.leveret.broker.storage.Journal;
import io.leveret.persistence.Position;
import io.leveret.persistence.store.DueEntries;
import io.leveret.persistence.store.DueEntry;
import io.leveret.persistence.store.DueIndex;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.function.LongPredicate;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds the deadlines of what only the store has before their time comes, and tells the queues: so no entry is read just to learn
 * when it expires. It looks a minute ahead, or less far where more expires than should be remembered, so that memory does not grow
 * with what waits. By one thread at a time, which may block.
 */
final class DueSearch implements Runnable {

    private static final Logger LOG = LoggerFactory.getLogger(DueSearch.class);

    private static final long AHEAD_MS = 60_000;
    private static final long EACH_MS = AHEAD_MS / 2;

    /** After a search that failed, or while what was found has not left yet. */
    private static final long PAUSE_MS = 100;

    /** How long before its time an entry has to be known. */
    private static final long MARGIN_MS = 2_000;

    /** How many are looked for at once in each segment, however many are due in the same millisecond. */
    static final int AT_ONCE = 10_000;

    private final Topology topology;
    private final Journal journal;
    private final DeadLettering deadLettering;
    private final Work work;
    private final DueIndex index;

    /** Everything before this was found, and of what is due just then what stands at or before the position. */
    private long fromMs = 1;

    private long afterPosition = Position.NONE;

    /** From here on something could not be read, and has to be looked for again; the largest number if all could. */
    private long againFromMs = Long.MAX_VALUE;

    private int limit = AT_ONCE;

    /** What was appended when the queues were last told to forget what has left. */
    private long turnedAtBatch;

    private long turnAtMs;

    /** @param queues those whose entries may expire, by their ids */
    DueSearch(Topology topology, Journal journal, DeadLettering deadLettering, Work work, LongPredicate queues) {
        this.index = journal.store().dueIndex(queues);
        this.topology = topology;
        this.journal = journal;
        this.deadLettering = deadLettering;
        this.work = work;
    }

    void start() {
        work.pool().execute(this);
    }

    @Override
    public void run() {
        if (journal.isOver()) {
            return;
        }
        long pauseMs = EACH_MS;
        try {
            if (deadLettering.isFull()) {
                pauseMs = PAUSE_MS;
            } else {
                long durable = journal.store().durableBatch();
                pauseMs = search(work.clock().millis());
                turn(work.clock().millis(), durable);
            }
        } catch (IOException | RuntimeException e) {
            // Of a store that has failed it has been told, and one that was closed is none.
            if (!journal.isOver()) {
                LOG.error("Looking for messages that expire failed, next attempt in {} ms", EACH_MS, e);
            }
        } finally {
            work.timer().after(pauseMs, this);
        }
    }

    /** One piece; says when the next one follows. */
    private long search(long nowMs) throws IOException {
        long throughMs = nowMs + AHEAD_MS;
        // First, so that who leaves an entry to the store from now on knows that it may not be found.
        journal.dueSearchedThroughMs(throughMs);
        DueEntries due = index.read(fromMs, afterPosition, throughMs, limit);
        List<DueEntry> found = due.entries();
        if (!due.complete()) {
            againFromMs = Math.min(againFromMs, fromMs);
        }
        if (found.size() < limit) {
            tell(found);
            // What comes twice does no harm.
            fromMs = Math.min(againFromMs, throughMs + 1);
            againFromMs = Long.MAX_VALUE;
            afterPosition = Position.NONE;
            limit = AT_ONCE;
            return EACH_MS;
        }
        // All that come before this one are here; its message may be in more queues.
        DueEntry last = found.get(limit - 1);
        List<DueEntry> before = found.stream()
                .filter(each -> each.deadlineMs() < last.deadlineMs() || each.position() < last.position())
                .toList();
        if (before.isEmpty()) {
            // One message: no more can come than it has queues.
            limit *= 2;
            return PAUSE_MS;
        }
        tell(before);
        fromMs = last.deadlineMs();
        afterPosition = last.position() - 1;
        limit = AT_ONCE;
        return Math.max(PAUSE_MS, Math.min(EACH_MS, last.deadlineMs() - nowMs - MARGIN_MS));
    }

    private void tell(List<DueEntry> found) {
        Map<Long, List<DueEntry>> byId = found.stream().collect(Collectors.groupingBy(DueEntry::queueId));
        if (byId.isEmpty()) {
            return;
        }
        for (Queue queue : topology.queues()) {
            for (int level : queue.hasStore() ? queue.storedLevels().all() : new int[0]) {
                List<DueEntry> due = byId.get(queue.id(level));
                if (due != null) {
                    queue.dueSoon(due.stream()
                            .map(each -> new StoredDeadline(each.deadlineMs(), level, each.position()))
                            .toList());
                }
            }
        }
    }

    /**
     * A search reads the log to its durable end, so that what was settled long before does not show any more.
     *
     * @param durable what was durable when the search began
     */
    private void turn(long nowMs, long durable) {
        if (nowMs >= turnAtMs && durable >= turnedAtBatch) {
            topology.queues().forEach(Queue::forgetDeparted);
            turnedAtBatch = journal.store().appendedBatch();
            turnAtMs = nowMs + EACH_MS;
        }
    }
}
