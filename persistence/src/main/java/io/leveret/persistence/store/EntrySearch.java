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
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;

/** Finds where entries lie: what is live the state knows, where it lies the indexes. Any thread may use it; blocks. */
final class EntrySearch {

    private final LogState state;
    private final Indexes indexes;

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

    /** Finds live entries, in the order of their positions. What can't be read only ends what is found. */
    List<Located> find(Range range) throws IOException {
        state.catchUp(range.through());
        return state.look((read, place, generations) -> {
            List<Located> found = new ArrayList<>();
            QueueState queue = read.queue(range.queueId());
            if (queue == null) {
                return found;
            }
            try {
                for (Backlog backlog : queue.backlogs()) {
                    if (found.size() < range.limit() && backlog.live() > 0 && range.contains(backlog.segment())) {
                        SegmentId file = generations.fileOf(backlog.segment());
                        for (SegmentEntry entry : entries(read, backlog, file, range, range.limit() - found.size())) {
                            found.add(located(queue, entry, file));
                        }
                    }
                }
            } catch (IOException e) {
                if (found.isEmpty()) {
                    throw e;
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
     * Finds live entries of a queue whose hash is one of some, in the order of their positions. What has the same hash need not be
     * the same.
     *
     * @param hashes none of them 0, growing
     * @param afterPosition where the search before this ended; {@link Position#NONE} for the first
     */
    List<HashedEntry> withHashes(long queueId, long[] hashes, long afterPosition, int limit) throws IOException {
        state.catchUp();
        List<HashedEntry> found = new ArrayList<>();
        for (long segment : segmentsOf(queueId, Position.segment(afterPosition))) {
            if (found.size() < limit) {
                found.addAll(withHashesIn(segment, queueId, hashes, afterPosition, limit - found.size()));
            }
        }
        return found;
    }

    private List<Long> segmentsOf(long queueId, long fromSegment) throws IOException {
        return state.look((read, place, generations) -> {
            QueueState queue = read.queue(queueId);
            return queue == null
                    ? List.of()
                    : queue.backlogs().stream()
                            .filter(backlog -> backlog.live() > 0 && backlog.segment() >= fromSegment)
                            .map(Backlog::segment)
                            .toList();
        });
    }

    /** By itself, so that the log's readers wait for one index at most. */
    private List<HashedEntry> withHashesIn(long segment, long queueId, long[] hashes, long afterPosition, int limit)
            throws IOException {
        return state.look((read, place, generations) -> {
            if (!read.segments().containsKey(segment)) {
                return List.of();
            }
            Predicate<EntryReference> wanted = each -> each.queueId() == queueId
                    && each.position() > afterPosition
                    && read.isLive(queueId, each.position());
            SegmentEntries gathered = read.unindexed(segment);
            List<EntryReference> found = gathered != null
                    ? gathered.withHashes(hashes, limit, wanted)
                    : indexes.ask(generations.fileOf(segment), index -> index.withHashes(hashes, limit, wanted));
            return found.stream()
                    .map(each -> new HashedEntry(each.key(), each.position()))
                    .toList();
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
