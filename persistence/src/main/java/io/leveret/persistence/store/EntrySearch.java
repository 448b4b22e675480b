package io.leveret.persistence.store;

import io.leveret.persistence.Position;
import io.leveret.persistence.index.EntryReference;
import io.leveret.persistence.index.SegmentEntries;
import io.leveret.persistence.index.SegmentEntry;
import io.leveret.persistence.log.SegmentId;
import io.leveret.persistence.state.Backlog;
import io.leveret.persistence.state.QueueState;
import io.leveret.persistence.state.StoreState;
import io.leveret.persistence.store.Store.HashSink;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Finds where entries lie: what is live the state knows, where it lies the indexes. Any thread may use it; blocks. */
final class EntrySearch {

    private static final Logger LOG = LoggerFactory.getLogger(EntrySearch.class);

    private final LogState state;
    private final Indexes indexes;

    /** Of the segments' files whose indexes were searched for deadlines. */
    private final Map<SegmentId, FirstDeadline> firstDeadlines = new ConcurrentHashMap<>();

    /**
     * The first deadline in a file from a time on.
     *
     * @param timeMs the largest number if there is none
     */
    private record FirstDeadline(long fromMs, long timeMs) {

        boolean holds(long from) {
            return fromMs <= from && timeMs >= from;
        }
    }

    EntrySearch(LogState state, Indexes indexes) {
        this.state = state;
        this.indexes = indexes;
    }

    /** A range of one queue's entries. */
    record Range(long queueId, int level, long from, long through, int limit) {

        boolean contains(long segment) {
            return segment >= Position.segment(from) && segment <= Position.segment(through);
        }

        int firstOrdinal(long segment) {
            return segment == Position.segment(from) ? Position.ordinal(from) : 0;
        }

        int lastOrdinal(long segment) {
            return segment == Position.segment(through) ? Position.ordinal(through) : Position.MAX_ORDINAL;
        }
    }

    /** Finds live entries, in the order of their positions. */
    List<Located> find(Range range) throws IOException {
        state.catchUp(range.through());
        return state.look((read, place, generations) -> {
            List<Located> found = new ArrayList<>();
            QueueState queue = read.queue(range.queueId());
            if (queue == null) {
                return found;
            }
            for (Backlog backlog : queue.backlogs()) {
                if (found.size() < range.limit() && backlog.live() > 0 && range.contains(backlog.segment())) {
                    SegmentId file = generations.fileOf(backlog.segment());
                    for (SegmentEntry entry : entries(read, backlog, file, range, range.limit() - found.size())) {
                        found.add(located(queue, entry, file));
                    }
                }
            }
            return found;
        });
    }

    private List<SegmentEntry> entries(StoreState read, Backlog backlog, SegmentId file, Range range, int limit)
            throws IOException {
        int first = Math.max(range.firstOrdinal(file.segment()), backlog.floor());
        int last = range.lastOrdinal(file.segment());
        SegmentEntries gathered = read.unindexed(file.segment());
        if (gathered != null) {
            return upTo(last, gathered.read(range.queueId(), range.level(), first, limit, backlog::isLive));
        }
        return upTo(
                last,
                indexes.ask(file, index -> index.read(range.queueId(), range.level(), first, limit, backlog::isLive)));
    }

    private static List<SegmentEntry> upTo(int lastOrdinal, List<SegmentEntry> entries) {
        int end = entries.size();
        while (end > 0 && Position.ordinal(entries.get(end - 1).position()) > lastOrdinal) {
            end--;
        }
        return entries.subList(0, end);
    }

    /**
     * Finds live entries with a deadline in a range of milliseconds since 1970, both ends included, the earliest first. A segment that
     * can't be read is told to the log and left out.
     *
     * @param limit how many of each segment
     */
    DueEntries due(long fromMs, long toMs, int limit) throws IOException {
        state.catchUp();
        boolean complete = true;
        List<DueEntry> found = new ArrayList<>();
        Set<Long> segments = state.look(
                (read, place, generations) -> new TreeSet<>(read.segments().keySet()));
        long boundMs = toMs;
        for (long segment : segments) {
            try {
                found.addAll(dueIn(segment, fromMs, boundMs, limit));
            } catch (IOException e) {
                complete = false;
                LOG.error("Deadlines can't be read, so that some messages may expire late segment={}", segment, e);
            }
            if (found.size() > limit) {
                found.sort(Comparator.comparingLong(DueEntry::deadlineMs));
                long lastMs = found.get(limit - 1).deadlineMs();
                found.removeIf(each -> each.deadlineMs() > lastMs);
                boundMs = lastMs;
            }
        }
        found.sort(Comparator.comparingLong(DueEntry::deadlineMs));
        firstDeadlines.keySet().removeIf(file -> !segments.contains(file.segment()));
        return new DueEntries(found, complete);
    }

    /** By itself, so that the log's readers wait for one index at most. */
    private List<DueEntry> dueIn(long segment, long fromMs, long toMs, int limit) throws IOException {
        return state.look((read, place, generations) -> read.segments().containsKey(segment)
                ? due(read, generations.fileOf(segment), fromMs, toMs, limit)
                : List.of());
    }

    private List<DueEntry> due(StoreState read, SegmentId file, long fromMs, long toMs, int limit) throws IOException {
        Predicate<EntryReference> live = each -> read.isLive(each.queueId(), each.position());
        SegmentEntries gathered = read.unindexed(file.segment());
        Stream<EntryReference> due = gathered != null
                ? gathered.due(fromMs, toMs).stream().filter(live).limit(limit)
                : dueInIndex(file, fromMs, toMs, limit, live).stream();
        return due.map(each -> new DueEntry(each.key(), each.queueId(), each.position()))
                .toList();
    }

    /** Most segments have no deadline, or none that is near: their indexes are not opened again for this. */
    private List<EntryReference> dueInIndex(
            SegmentId file, long fromMs, long toMs, int limit, Predicate<EntryReference> live) throws IOException {
        FirstDeadline known = firstDeadlines.get(file);
        boolean holds = known != null && known.holds(fromMs);
        if (known != null && holds && known.timeMs() > toMs) {
            return List.of();
        }
        return indexes.ask(file, index -> {
            if (!holds) {
                List<EntryReference> first = index.due(fromMs, Long.MAX_VALUE, 1, each -> true);
                long timeMs = first.isEmpty() ? Long.MAX_VALUE : first.get(0).key();
                firstDeadlines.put(file, new FirstDeadline(fromMs, timeMs));
            }
            return index.due(fromMs, toMs, limit, live);
        });
    }

    /** Hands over every live entry that has a hash. */
    void hashes(HashSink sink) throws IOException {
        state.catchUp();
        Set<Long> segments = state.look(
                (read, place, generations) -> new TreeSet<>(read.segments().keySet()));
        for (long segment : segments) {
            state.look((read, place, generations) -> {
                if (read.segments().containsKey(segment)) {
                    hashes(read, generations.fileOf(segment), sink);
                }
                return place;
            });
        }
    }

    private void hashes(StoreState read, SegmentId file, HashSink sink) throws IOException {
        SegmentEntries gathered = read.unindexed(file.segment());
        if (gathered != null) {
            gathered.forEachHash(each -> handOver(read, each, sink));
        } else {
            indexes.ask(file, index -> {
                index.forEachHash(each -> handOver(read, each, sink));
                return file;
            });
        }
    }

    private static void handOver(StoreState read, EntryReference entry, HashSink sink) {
        QueueState queue = read.queue(entry.queueId());
        if (queue != null && queue.isLive(entry.position())) {
            sink.entry(entry.queueId(), entry.position(), entry.key(), queue.notBeforeMs(entry.position()));
        }
    }

    /** Finds those that are live of a queue's entries with these positions, which grow. What can't be read only ends what is found. */
    List<Located> find(long queueId, long[] positions) throws IOException {
        if (positions.length > 0) {
            state.catchUp(positions[positions.length - 1]);
        }
        List<Located> found = new ArrayList<>();
        try {
            for (int from = 0; from < positions.length; ) {
                int to = endOfSegment(positions, from);
                found.addAll(findIn(queueId, Arrays.copyOfRange(positions, from, to)));
                from = to;
            }
        } catch (IOException e) {
            if (found.isEmpty()) {
                throw e;
            }
        }
        return found;
    }

    private static int endOfSegment(long[] positions, int from) {
        int to = from + 1;
        while (to < positions.length && Position.segment(positions[to]) == Position.segment(positions[from])) {
            to++;
        }
        return to;
    }

    /** Of one segment, by itself, so that the log's readers wait for one index at most. */
    private List<Located> findIn(long queueId, long[] positions) throws IOException {
        return state.look((read, place, generations) -> {
            QueueState queue = read.queue(queueId);
            if (queue == null) {
                return List.of();
            }
            int[] live = Arrays.stream(positions)
                    .filter(queue::isLive)
                    .mapToInt(Position::ordinal)
                    .toArray();
            if (live.length == 0) {
                return List.of();
            }
            SegmentId file = generations.fileOf(Position.segment(positions[0]));
            return entries(read, file, queueId, live).stream()
                    .map(entry -> located(queue, entry, file))
                    .toList();
        });
    }

    private List<SegmentEntry> entries(StoreState read, SegmentId file, long queueId, int[] ordinals)
            throws IOException {
        SegmentEntries gathered = read.unindexed(file.segment());
        return gathered != null
                ? gathered.find(queueId, ordinals)
                : indexes.ask(file, index -> index.find(queueId, ordinals));
    }

    private static Located located(QueueState queue, SegmentEntry entry, SegmentId file) {
        long position = entry.position();
        return new Located(
                queue.id(),
                entry,
                file,
                queue.deliveryCount(position),
                queue.notBeforeMs(position),
                position <= queue.deliveredThrough());
    }
}
