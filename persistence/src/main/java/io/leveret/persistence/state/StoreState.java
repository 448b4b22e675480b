package io.leveret.persistence.state;

import io.leveret.persistence.Position;
import io.leveret.persistence.index.QueueCount;
import io.leveret.persistence.index.SegmentEntries;
import io.leveret.persistence.record.Content;
import io.leveret.persistence.record.RecordSink;
import io.leveret.persistence.record.Target;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The state machine over a log: takes its records in their order and knows at each moment what they come to. Owned by one thread at a
 * time, the checkpointer's or recovery's; not for others, and it never looks into live queues. Its size goes with what is settled out
 * of order and with the segments that are not indexed yet, not with the backlog. Records that name an unknown queue are ignored: it
 * was deleted.
 */
public final class StoreState implements RecordSink {

    private final IndexedOrdinals indexed;
    private final ByteMap catalog = new ByteMap();
    private final Map<Long, ByteMap> states = new HashMap<>();
    private final Map<Long, QueueState> queues = new HashMap<>();
    private final TreeMap<Long, SegmentEntries> unindexed = new TreeMap<>();

    /** The ones that were named last: most records name the same queue and segment as the one before. */
    private @Nullable QueueState lastQueue;

    private @Nullable SegmentEntries lastGathered;

    private long nextQueueId = 1;

    /** Of all queues; may be read by any thread. */
    private final AtomicLong updateBytes = new AtomicLong();

    public StoreState(IndexedOrdinals indexed) {
        this.indexed = indexed;
    }

    @Override
    public void publish(long position, Content content, List<Target> targets) {
        int sharers = knownQueues(targets);
        if (sharers == 0) {
            return;
        }
        SegmentEntries gathered = gathering(Position.segment(position));
        gathered.publish(Position.ordinal(position), content);
        // All of them first: an entry that is settled as it comes must be known with the others that share its bytes.
        for (int i = 0; i < targets.size(); i++) {
            Target target = targets.get(i);
            if (queue(target.queueId()) != null) {
                gathered.target(target.queueId(), target.deadlineMs(), target.level(), target.hash());
            }
        }
        for (int i = 0; i < targets.size(); i++) {
            QueueState queue = queue(targets.get(i).queueId());
            if (queue != null) {
                queue.publish(position, content.length(), sharers, gathered);
            }
        }
    }

    @Override
    public void settle(long queueId, long[] positions) {
        QueueState queue = queue(queueId);
        if (queue == null) {
            return;
        }
        long before = queue.updateBytes();
        for (long position : positions) {
            queue.settle(position, gathered(Position.segment(position)));
        }
        long freed = before - queue.updateBytes();
        if (freed != 0) {
            updateBytes.addAndGet(-freed);
        }
    }

    @Override
    public void deliveredThrough(long queueId, long position) {
        QueueState queue = queue(queueId);
        if (queue != null) {
            queue.deliveredThrough(position);
        }
    }

    @Override
    public void update(long queueId, long position, int deliveryCount, long notBeforeMs) {
        QueueState queue = queue(queueId);
        if (queue != null) {
            long before = queue.updateBytes();
            queue.update(position, deliveryCount, notBeforeMs);
            updateBytes.addAndGet(queue.updateBytes() - before);
        }
    }

    /**
     * {@inheritDoc}
     *
     * @throws UncheckedIOException if an index that must be asked can't be read; this state is of no use then
     */
    @Override
    public void purge(long queueId, long throughPosition, long[] except) {
        QueueState queue = queue(queueId);
        if (queue != null) {
            long before = queue.updateBytes();
            queue.purge(throughPosition, except, new AboveMark(queueId));
            updateBytes.addAndGet(queue.updateBytes() - before);
        }
    }

    @Override
    public void addQueue(long queueId) {
        nextQueueId = Math.max(nextQueueId, queueId + 1);
        queues.putIfAbsent(queueId, new QueueState(queueId));
    }

    /** {@inheritDoc} What it kept as the owner of state goes with it. */
    @Override
    public void deleteQueue(long queueId) {
        QueueState deleted = queues.remove(queueId);
        if (deleted != null) {
            updateBytes.addAndGet(-deleted.updateBytes());
        }
        states.remove(queueId);
        lastQueue = null;
    }

    @Override
    public void catalog(byte[] key, byte @Nullable [] value) {
        catalog.set(key, value);
    }

    @Override
    public void removeFromCatalog(byte[] keyPrefix) {
        catalog.removeRange(keyPrefix);
    }

    /** {@inheritDoc} An owner is known as queues are, whatever it is, so that nothing is left of one that is gone. */
    @Override
    public void state(long owner, byte[] key, byte @Nullable [] value) {
        if (queue(owner) == null) {
            return;
        }
        ByteMap map = states.computeIfAbsent(owner, any -> new ByteMap());
        map.set(key, value);
        if (map.isEmpty()) {
            states.remove(owner);
        }
    }

    /** The catalog's entries, by key. A view. */
    public SortedMap<byte[], byte[]> catalog() {
        return catalog.view();
    }

    /** Who keeps state, in growing order. */
    public long[] owners() {
        return sorted(states.keySet());
    }

    /** What an owner keeps, by key; empty for none. A view. */
    public SortedMap<byte[], byte[]> stateOf(long owner) {
        ByteMap map = states.get(owner);
        return map == null ? Collections.emptySortedMap() : map.view();
    }

    /** How many bytes of the heap delivery counts and times take, of all queues. Any thread may ask. */
    public long updateBytes() {
        return updateBytes.get();
    }

    /** The ids of all queues that are not deleted, in growing order. */
    public long[] queueIds() {
        return sorted(queues.keySet());
    }

    /** Above every queue id that ever was. */
    public long nextQueueId() {
        return nextQueueId;
    }

    /** A queue, or null if it is unknown or deleted. */
    public @Nullable QueueState queue(long queueId) {
        QueueState last = lastQueue;
        if (last != null && last.id() == queueId) {
            return last;
        }
        QueueState queue = queues.get(queueId);
        if (queue != null) {
            lastQueue = queue;
        }
        return queue;
    }

    /** Whether an entry that the log tells of is not settled, and its queue not deleted. */
    public boolean isLive(long queueId, long position) {
        QueueState queue = queue(queueId);
        return queue != null && queue.isLive(position);
    }

    /** What of each segment is needed, by segment. One that is missing has no live entry. Looks at every queue's backlogs. */
    public SortedMap<Long, SegmentUse> segments() {
        TreeMap<Long, SegmentUse> uses = new TreeMap<>();
        for (QueueState queue : queues.values()) {
            for (Backlog backlog : queue.backlogs()) {
                if (backlog.live() > 0) {
                    SegmentUse use = new SegmentUse(backlog.segment(), backlog.live(), backlog.sharedBytes());
                    uses.merge(backlog.segment(), use, StoreState::sum);
                }
            }
        }
        return uses;
    }

    /** The entries of the segments that are not indexed, by segment: all that was published, settled or not. A view. */
    public Collection<SegmentEntries> unindexed() {
        return Collections.unmodifiableCollection(unindexed.values());
    }

    /** The entries of one segment, settled or not; null if it is indexed, or has none. */
    public @Nullable SegmentEntries unindexed(long segment) {
        return gathered(segment);
    }

    /** Forgets the entries gathered for a segment, since its index is written and no publish into it follows. */
    public void indexed(long segment) {
        SegmentEntries gathered = unindexed.remove(segment);
        lastGathered = null;
        if (gathered != null) {
            raiseFloors(gathered);
        }
    }

    /**
     * A segment's file was written anew, and its index with it, with what was live at some moment since.
     *
     * @param counts of the new index
     * @throws IllegalArgumentException if the new file lacks something that is live; nothing is changed then
     */
    public void compacted(long segment, List<QueueCount> counts) {
        Map<Long, QueueCount> byQueue = new HashMap<>();
        counts.forEach(count -> byQueue.merge(count.queueId(), count, StoreState::sum));
        for (QueueState queue : queues.values()) {
            Backlog backlog = queue.backlog(segment);
            QueueCount count = byQueue.get(queue.id());
            int entries = count == null ? 0 : count.entries();
            if (backlog != null && backlog.live() > entries) {
                throw new IllegalArgumentException("segment " + segment + " compacted: queue " + queue.id() + " has "
                        + entries + " entries (expected: at least the " + backlog.live() + " that are live)");
            }
        }
        for (QueueCount count : byQueue.values()) {
            QueueState queue = queues.get(count.queueId());
            Backlog backlog = queue == null ? null : queue.backlog(segment);
            if (backlog != null) {
                backlog.compacted(count.entries(), count.bytes(), count.sharedBytes());
            }
        }
    }

    void restoreNextQueueId(long queueId) {
        nextQueueId = queueId;
    }

    /** @param queue to which nothing is restored any more */
    void restore(QueueState queue) {
        queues.put(queue.id(), queue);
        updateBytes.addAndGet(queue.updateBytes());
    }

    void restore(SegmentEntries gathered) {
        unindexed.put(gathered.segment(), gathered);
    }

    private int knownQueues(List<Target> targets) {
        int known = 0;
        for (int i = 0; i < targets.size(); i++) {
            known += queue(targets.get(i).queueId()) == null ? 0 : 1;
        }
        return known;
    }

    private SegmentEntries gathering(long segment) {
        SegmentEntries gathered = gathered(segment);
        if (gathered == null) {
            gathered = new SegmentEntries(segment);
            unindexed.put(segment, gathered);
            lastGathered = gathered;
        }
        return gathered;
    }

    private @Nullable SegmentEntries gathered(long segment) {
        SegmentEntries last = lastGathered;
        if (last != null && last.segment() == segment) {
            return last;
        }
        SegmentEntries gathered = unindexed.get(segment);
        if (gathered != null) {
            lastGathered = gathered;
        }
        return gathered;
    }

    /** While it is known which ordinals are a queue's, what it settled in order needs no bitmap any more. */
    private void raiseFloors(SegmentEntries gathered) {
        Set<Backlog> raised = new HashSet<>();
        gathered.forEachOrdinal((queueId, ordinal) -> {
            QueueState queue = queue(queueId);
            Backlog backlog = queue == null ? null : queue.backlog(gathered.segment());
            if (backlog != null && backlog.isLive(ordinal) && raised.add(backlog)) {
                backlog.raiseFloor(ordinal);
            }
        });
    }

    private static SegmentUse sum(SegmentUse a, SegmentUse b) {
        return new SegmentUse(a.segment(), a.liveEntries() + b.liveEntries(), a.liveBytes() + b.liveBytes());
    }

    private static QueueCount sum(QueueCount a, QueueCount b) {
        return new QueueCount(
                a.queueId(),
                a.level(),
                a.entries() + b.entries(),
                a.bytes() + b.bytes(),
                a.sharedBytes() + b.sharedBytes(),
                Math.min(a.firstOrdinal(), b.firstOrdinal()),
                Math.max(a.lastOrdinal(), b.lastOrdinal()));
    }

    private static long[] sorted(Set<Long> ids) {
        return ids.stream().mapToLong(id -> id).sorted().toArray();
    }

    private final class AboveMark implements QueueState.Above {

        private final long queueId;

        AboveMark(long queueId) {
            this.queueId = queueId;
        }

        @Override
        public @Nullable SegmentEntries gathered(long segment) {
            return StoreState.this.gathered(segment);
        }

        @Override
        public int[] ordinals(long segment, int ordinal) {
            SegmentEntries gathered = gathered(segment);
            if (gathered != null) {
                return gathered.ordinalsAbove(queueId, ordinal);
            }
            try {
                return indexed.above(segment, queueId, ordinal);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
