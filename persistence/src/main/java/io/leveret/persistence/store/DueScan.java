package io.leveret.persistence.store;

import io.leveret.persistence.Position;
import io.leveret.persistence.index.EntryReference;
import io.leveret.persistence.index.SegmentEntries;
import io.leveret.persistence.log.SegmentId;
import io.leveret.persistence.state.StoreState;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongPredicate;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks for deadlines in one segment after the other: what is live the state knows, when it is due the indexes. Any thread may use it;
 * blocks.
 */
final class DueScan implements DueIndex {

    private static final Logger LOG = LoggerFactory.getLogger(DueScan.class);

    private static final Comparator<DueEntry> BY_DEADLINE =
            Comparator.comparingLong(DueEntry::deadlineMs).thenComparingLong(DueEntry::position);

    private final LogState state;
    private final Indexes indexes;
    private final LongPredicate queues;

    /** Of the segments' files whose indexes were searched. */
    private final Map<SegmentId, FirstDeadline> firstDeadlines = new ConcurrentHashMap<>();

    /**
     * The first deadline of these queues in a file from a time on.
     *
     * @param timeMs the largest number if there is none
     */
    private record FirstDeadline(long fromMs, long timeMs) {

        boolean holds(long from) {
            return fromMs <= from && timeMs >= from;
        }
    }

    /** What is looked for in one segment. */
    private record Range(long fromMs, long afterPosition, long toMs, int limit) {

        boolean contains(EntryReference each) {
            return each.key() > fromMs || each.position() > afterPosition;
        }
    }

    /** @param queues whether a queue's entries are wanted, by its id; always the same answer */
    DueScan(LogState state, Indexes indexes, LongPredicate queues) {
        this.state = state;
        this.indexes = indexes;
        this.queues = queues;
    }

    /** A segment that can't be read is told to the log and left out. */
    @Override
    public DueEntries read(long fromMs, long afterPosition, long toMs, int limit) throws IOException {
        state.catchUp();
        Set<Long> segments = state.look(
                (read, place, generations) -> new TreeSet<>(read.segments().keySet()));
        boolean complete = true;
        List<DueEntry> found = new ArrayList<>();
        long boundMs = toMs;
        for (long segment : segments) {
            try {
                found.addAll(readIn(segment, new Range(fromMs, afterPosition, boundMs, limit)));
            } catch (IOException e) {
                complete = false;
                LOG.error("Deadlines can't be read, so that some messages may be late segment={}", segment, e);
            }
            if (found.size() >= limit) {
                found.sort(BY_DEADLINE);
                found = new ArrayList<>(found.subList(0, limit));
                // What has the same deadline in a later segment has a higher position.
                boundMs = found.get(limit - 1).deadlineMs() - 1;
            }
        }
        found.sort(BY_DEADLINE);
        firstDeadlines.keySet().removeIf(file -> !segments.contains(file.segment()));
        return new DueEntries(found, complete);
    }

    /** By itself, so that the log's readers wait for one index at most. */
    private List<DueEntry> readIn(long segment, Range range) throws IOException {
        boolean isBehind = segment < Position.segment(range.afterPosition());
        Range wanted = isBehind ? new Range(range.fromMs() + 1, Position.NONE, range.toMs(), range.limit()) : range;
        if (wanted.fromMs() > wanted.toMs()) {
            return List.of();
        }
        return state.look((read, place, generations) ->
                read.segments().containsKey(segment) ? readIn(read, generations.fileOf(segment), wanted) : List.of());
    }

    private List<DueEntry> readIn(StoreState read, SegmentId file, Range range) throws IOException {
        Predicate<EntryReference> wanted = each ->
                queues.test(each.queueId()) && range.contains(each) && read.isLive(each.queueId(), each.position());
        SegmentEntries gathered = read.unindexed(file.segment());
        List<EntryReference> due = gathered != null
                ? gathered.due(range.fromMs(), range.toMs(), range.limit(), wanted)
                : dueInIndex(file, range, wanted);
        return due.stream()
                .map(each -> new DueEntry(each.key(), each.queueId(), each.position()))
                .toList();
    }

    /** Most segments have no deadline, or none that is near: their indexes are not opened again for this. */
    private List<EntryReference> dueInIndex(SegmentId file, Range range, Predicate<EntryReference> wanted)
            throws IOException {
        FirstDeadline known = firstDeadlines.get(file);
        boolean holds = known != null && known.holds(range.fromMs());
        if (known != null && holds && known.timeMs() > range.toMs()) {
            return List.of();
        }
        return indexes.ask(file, index -> {
            if (!holds) {
                List<EntryReference> first =
                        index.due(range.fromMs(), Long.MAX_VALUE, 1, each -> queues.test(each.queueId()));
                long timeMs = first.isEmpty() ? Long.MAX_VALUE : first.get(0).key();
                firstDeadlines.put(file, new FirstDeadline(range.fromMs(), timeMs));
            }
            return index.due(range.fromMs(), range.toMs(), range.limit(), wanted);
        });
    }
}
