package io.leveret.persistence.index;

import io.leveret.persistence.Position;
import io.leveret.persistence.record.Content;
import io.leveret.persistence.record.Target;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.IntPredicate;
import java.util.function.IntToLongFunction;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The publishes of one segment and the queues that took them, gathered in columns until the segment's index is written: about 40
 * bytes a message. Owned by one thread, as a rule the checkpointer; others may read while nothing is added. Never forgets what is settled, so that it comes out the same
 * whenever it is gathered from the segment again.
 */
public final class SegmentEntries {

    private static final int NONE = -1;

    private final long segment;

    private int publishes;
    private int[] ordinals = new int[16];
    private long[] offsets = new long[16];
    private int[] headLengths = new int[16];
    private int[] bodyLengths = new int[16];
    private int[] sums = new int[16];
    private int[] firstTargets = new int[16];

    private int targets;
    private int[] publishOf = new int[16];
    private long[] queueIds = new long[16];
    private byte @Nullable [] levels;
    private long @Nullable [] deadlines;
    private long @Nullable [] hashes;
    private int[] nextOfQueue = new int[16];
    private final Map<Long, Chain> chains = new HashMap<>();

    /** Takes entries in the order of their positions, those of one message one after the other. */
    public interface Visitor {

        void visit(long queueId, SegmentEntry entry) throws IOException;
    }

    public SegmentEntries(long segment) {
        this.segment = segment;
    }

    public long segment() {
        return segment;
    }

    /** How many messages there are. */
    public int publishes() {
        return publishes;
    }

    /** How many entries there are: a message has one for each queue that took it. */
    public int entries() {
        return targets;
    }

    /**
     * A message came; its queues follow by {@link #target}.
     *
     * @throws IllegalArgumentException if its ordinal is not above the one before
     */
    public void publish(int ordinal, Content content) {
        if (publishes > 0 && ordinal <= ordinals[publishes - 1]) {
            throw new IllegalArgumentException("segment " + segment + ": ordinal " + ordinal + " after "
                    + ordinals[publishes - 1] + " (expected: a higher one)");
        }
        if (publishes == ordinals.length) {
            growPublishes(publishes * 2);
        }
        ordinals[publishes] = ordinal;
        offsets[publishes] = content.offset();
        headLengths[publishes] = content.headLength();
        bodyLengths[publishes] = content.bodyLength();
        sums[publishes] = content.crc32c();
        firstTargets[publishes] = targets;
        publishes++;
    }

    /**
     * A message came into queues.
     *
     * @throws IllegalArgumentException if its ordinal is not above the one before
     */
    public void add(int ordinal, Content content, List<Target> to) {
        publish(ordinal, content);
        for (int i = 0; i < to.size(); i++) {
            Target target = to.get(i);
            target(target.queueId(), target.deadlineMs(), target.level(), target.hash());
        }
    }

    /** A queue took the message that came last. */
    public void target(long queueId, long deadlineMs, int level, long hash) {
        if (targets == queueIds.length) {
            growTargets(targets * 2);
        }
        publishOf[targets] = publishes - 1;
        chain(queueId);
        queueIds[targets] = queueId;
        if (level != 0) {
            levels = levels == null ? new byte[queueIds.length] : levels;
            levels[targets] = (byte) level;
        }
        if (deadlineMs != 0) {
            deadlines = deadlines == null ? new long[queueIds.length] : deadlines;
            deadlines[targets] = deadlineMs;
        }
        if (hash != 0) {
            hashes = hashes == null ? new long[queueIds.length] : hashes;
            hashes[targets] = hash;
        }
        targets++;
    }

    /** Where a message stands here, for {@link #length} and {@link #share}; -1 if there is none with that ordinal. */
    public int find(int ordinal) {
        // Ordinals are dense but for what was compacted away: the distance from the first is the place, nearly always.
        int guess = publishes == 0 ? -1 : ordinal - ordinals[0];
        if (guess >= 0 && guess < publishes && ordinals[guess] == ordinal) {
            return guess;
        }
        return Math.max(-1, Arrays.binarySearch(ordinals, 0, publishes, ordinal));
    }

    /** Of head and body. */
    public int length(int publish) {
        return headLengths[publish] + bodyLengths[publish];
    }

    /** The length divided by the number of queues that took the message. */
    public int share(int publish) {
        return length(publish) / sharers(publish);
    }

    /** The ordinals above one, growing, of what a queue has here. Looks only at what is above. */
    public int[] ordinalsAbove(long queueId, int ordinal) {
        int[] found = new int[16];
        int count = 0;
        for (int row = targets - 1; row >= 0 && ordinalOf(row) > ordinal; row--) {
            if (queueIds[row] == queueId) {
                found = count == found.length ? Arrays.copyOf(found, count * 2) : found;
                found[count++] = ordinalOf(row);
            }
        }
        int[] growing = new int[count];
        for (int i = 0; i < count; i++) {
            growing[i] = found[count - 1 - i];
        }
        return growing;
    }

    /** The entries of a queue with one of these ordinals, which grow; by position. */
    public List<SegmentEntry> find(long queueId, int[] withOrdinals) {
        List<SegmentEntry> found = new ArrayList<>();
        for (int ordinal : withOrdinals) {
            int publish = find(ordinal);
            int end = publish < 0 ? 0 : firstTargets[publish] + sharers(publish);
            for (int row = publish < 0 ? 0 : firstTargets[publish]; row < end; row++) {
                if (queueIds[row] == queueId) {
                    found.add(entry(row));
                }
            }
        }
        return found;
    }

    /** At most {@code limit} entries of a queue and level, from an ordinal on, by position. */
    public List<SegmentEntry> read(long queueId, int level, int fromOrdinal, int limit) {
        return read(queueId, level, fromOrdinal, limit, any -> true);
    }

    /** As the other, only of ordinals that are wanted. */
    public List<SegmentEntry> read(long queueId, int level, int fromOrdinal, int limit, IntPredicate wanted) {
        List<SegmentEntry> found = new ArrayList<>();
        Chain chain = chains.get(queueId);
        for (int row = chain == null ? NONE : chain.find(fromOrdinal); row != NONE; row = nextOfQueue[row]) {
            if (found.size() == limit) {
                break;
            }
            int ordinal = ordinalOf(row);
            if (ordinal >= fromOrdinal && level == level(row) && wanted.test(ordinal)) {
                found.add(entry(row));
            }
        }
        return found;
    }

    private void chain(long queueId) {
        Chain chain = chains.get(queueId);
        nextOfQueue[targets] = NONE;
        if (chain == null) {
            chains.put(queueId, new Chain(targets));
        } else {
            nextOfQueue[chain.last] = targets;
            chain.last = targets;
        }
    }

    /** The rows of one queue: from each the next is found. Where the last search ended is remembered, since the next goes on there. */
    private final class Chain {

        private final int first;
        private int last;
        private int found;

        Chain(int first) {
            this.first = first;
            this.last = first;
            this.found = first;
        }

        int find(int fromOrdinal) {
            // Several threads may search at once, so the field is read once and written once.
            int before = found;
            int row = ordinalOf(before) <= fromOrdinal ? before : first;
            while (row != NONE && ordinalOf(row) < fromOrdinal) {
                before = row;
                row = nextOfQueue[row];
            }
            found = before;
            return row;
        }
    }

    /** Visits all entries. */
    public void forEach(Visitor visitor) throws IOException {
        for (int row = 0; row < targets; row++) {
            visitor.visit(queueIds[row], entry(row));
        }
    }

    /**
     * At most {@code limit} entries that are wanted, with a deadline in a range of milliseconds since 1970, both ends included, the
     * earliest first.
     */
    public List<EntryReference> due(long fromMs, long toMs, int limit, Predicate<EntryReference> wanted) {
        return deadlines == null
                ? List.of()
                : firstOf(row -> deadlineMs(row) >= Math.max(1, fromMs) && deadlineMs(row) <= toMs, this::deadlineMs)
                        .filter(wanted)
                        .limit(limit)
                        .toList();
    }

    /** At most {@code limit} entries that are wanted with one of these hashes, which grow; by position. */
    public List<EntryReference> withHashes(long[] wantedHashes, int limit, Predicate<EntryReference> wanted) {
        return hashes == null
                ? List.of()
                : IntStream.range(0, targets)
                        .filter(row -> hash(row) != 0 && Arrays.binarySearch(wantedHashes, hash(row)) >= 0)
                        .mapToObj(row -> reference(row, hash(row)))
                        .filter(wanted)
                        .limit(limit)
                        .toList();
    }

    private Stream<EntryReference> firstOf(IntPredicate rows, IntToLongFunction column) {
        int[] sorted = IntStream.range(0, targets).filter(rows).toArray();
        RowOrder.sort(sorted, column);
        return Arrays.stream(sorted).mapToObj(row -> reference(row, column.applyAsLong(row)));
    }

    private EntryReference reference(int row, long key) {
        return new EntryReference(key, queueIds[row], level(row), Position.of(segment, ordinalOf(row)));
    }

    /** Shows the entries that have a hash. */
    public void forEachHash(Consumer<EntryReference> sink) {
        for (int row = 0; hashes != null && row < targets; row++) {
            if (hashes[row] != 0) {
                sink.accept(new EntryReference(
                        hashes[row], queueIds[row], level(row), Position.of(segment, ordinalOf(row))));
            }
        }
    }

    /** Takes which ordinals are whose. */
    public interface OrdinalVisitor {

        void visit(long queueId, int ordinal);
    }

    /** Visits all entries by name only, in the order of their positions. */
    public void forEachOrdinal(OrdinalVisitor visitor) {
        for (int row = 0; row < targets; row++) {
            visitor.visit(queueIds[row], ordinalOf(row));
        }
    }

    Content content(int publish) {
        return new Content(offsets[publish], headLengths[publish], bodyLengths[publish], sums[publish]);
    }

    int ordinal(int publish) {
        return ordinals[publish];
    }

    int firstTarget(int publish) {
        return firstTargets[publish];
    }

    int publishOf(int row) {
        return publishOf[row];
    }

    int sharers(int publish) {
        int end = publish + 1 < publishes ? firstTargets[publish + 1] : targets;
        return end - firstTargets[publish];
    }

    int ordinalOf(int row) {
        return ordinals[publishOf[row]];
    }

    long queueId(int row) {
        return queueIds[row];
    }

    int level(int row) {
        return levels == null ? 0 : levels[row] & 0xFF;
    }

    long deadlineMs(int row) {
        return deadlines == null ? 0 : deadlines[row];
    }

    long hash(int row) {
        return hashes == null ? 0 : hashes[row];
    }

    /** All rows by queue, then by level, then by position. */
    int[] byQueue() {
        int[] rows = new int[targets];
        Arrays.setAll(rows, row -> row);
        if (levels != null) {
            RowOrder.sort(rows, this::level);
        }
        RowOrder.sort(rows, this::queueId);
        return rows;
    }

    private SegmentEntry entry(int row) {
        int publish = publishOf[row];
        return new SegmentEntry(
                Position.of(segment, ordinals[publish]), content(publish), deadlineMs(row), level(row), hash(row));
    }

    private void growPublishes(int capacity) {
        ordinals = Arrays.copyOf(ordinals, capacity);
        offsets = Arrays.copyOf(offsets, capacity);
        headLengths = Arrays.copyOf(headLengths, capacity);
        bodyLengths = Arrays.copyOf(bodyLengths, capacity);
        sums = Arrays.copyOf(sums, capacity);
        firstTargets = Arrays.copyOf(firstTargets, capacity);
    }

    private void growTargets(int capacity) {
        publishOf = Arrays.copyOf(publishOf, capacity);
        queueIds = Arrays.copyOf(queueIds, capacity);
        nextOfQueue = Arrays.copyOf(nextOfQueue, capacity);
        levels = levels == null ? null : Arrays.copyOf(levels, capacity);
        deadlines = deadlines == null ? null : Arrays.copyOf(deadlines, capacity);
        hashes = hashes == null ? null : Arrays.copyOf(hashes, capacity);
    }
}
