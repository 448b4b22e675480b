package io.leveret.persistence.state;

import io.leveret.persistence.Position;
import io.leveret.persistence.index.SegmentEntries;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a log comes to for one queue. Owned by its {@link StoreState}'s thread; what is read from it is a moment's view. */
public final class QueueState {

    private static final int[] NOTHING = {};

    private final long id;

    /** By segment. The last may be empty, since its segment may go on. */
    private final List<Backlog> backlogs = new ArrayList<>();

    private int found;
    private long live;
    private long deliveredThrough;
    private long purgedThrough;
    private @Nullable Updates updates;

    QueueState(long id) {
        this.id = id;
    }

    public long id() {
        return id;
    }

    /** How many entries are not settled. */
    public long live() {
        return live;
    }

    /** Of all live entries; see {@link Backlog#bytes} for how exact it is. */
    public long bytes() {
        long bytes = 0;
        for (Backlog backlog : backlogs) {
            bytes += backlog.bytes();
        }
        return bytes;
    }

    /** The segments that have entries of the queue, in their order. The newest may have no live one. */
    public List<Backlog> backlogs() {
        return Collections.unmodifiableList(backlogs);
    }

    /** Every entry up to there was delivered to somebody; {@link Position#NONE} if none was. */
    public long deliveredThrough() {
        return deliveredThrough;
    }

    /** Every entry that comes at or below is settled when it comes; {@link Position#NONE} if nothing was purged. */
    public long purgedThrough() {
        return purgedThrough;
    }

    /** Whether an entry of the queue at that position is not settled. Of no meaning for positions of other queues. */
    public boolean isLive(long position) {
        Backlog backlog = backlog(Position.segment(position));
        return backlog != null && backlog.isLive(Position.ordinal(position));
    }

    /** How often an entry was delivered, as was last told; 0 if it never was. */
    public int deliveryCount(long position) {
        return updates == null ? 0 : updates.deliveryCount(position);
    }

    /** When an entry may be delivered, in milliseconds since 1970; 0 for at once. */
    public long notBeforeMs(long position) {
        return updates == null ? 0 : updates.notBeforeMs(position);
    }

    /** What delivery counts and times take of the heap. */
    long updateBytes() {
        return updates == null ? 0 : updates.bytes();
    }

    /** Visits what changed of live entries, by position. */
    public void forEachUpdate(UpdateVisitor visitor) {
        if (updates != null) {
            updates.forEach(visitor);
        }
    }

    /** Takes what changed of one entry. */
    public interface UpdateVisitor {

        void visit(long position, int deliveryCount, long notBeforeMs);
    }

    void restore(long deliveredThroughPosition, long purgedThroughPosition) {
        deliveredThrough = deliveredThroughPosition;
        purgedThrough = purgedThroughPosition;
    }

    void restore(Backlog backlog) {
        backlogs.add(backlog);
        live += backlog.live();
    }

    void publish(long position, int length, int sharers, SegmentEntries gathered) {
        tail(Position.segment(position)).publish(Position.ordinal(position), length, sharers);
        live++;
        if (position <= purgedThrough) {
            settle(position, gathered);
        }
    }

    void settle(long position, @Nullable SegmentEntries gathered) {
        Backlog backlog = backlog(Position.segment(position));
        int ordinal = Position.ordinal(position);
        // What never came can't be settled: its publish may be missing where a damaged log is salvaged.
        boolean known = gathered == null || gathered.find(ordinal) >= 0;
        if (backlog == null || !known || !backlog.settle(ordinal, gathered)) {
            return;
        }
        live--;
        if (updates != null) {
            updates.remove(position);
        }
        if (backlog.live() == 0 && found != backlogs.size() - 1) {
            backlogs.remove(found);
        }
    }

    void deliveredThrough(long position) {
        deliveredThrough = Math.max(deliveredThrough, position);
    }

    void update(long position, int deliveryCount, long notBeforeMs) {
        if (!isLive(position)) {
            return;
        }
        if (updates == null) {
            updates = new Updates();
        }
        updates.put(position, deliveryCount, notBeforeMs);
    }

    /** Where a purge mark cuts a segment in two, someone must know what is above it. */
    interface Above {

        @Nullable
        SegmentEntries gathered(long segment);

        int[] ordinals(long segment, int ordinal);
    }

    void purge(long through, long[] except, Above above) {
        for (Backlog backlog : backlogs) {
            if (backlog.segment() <= Position.segment(through) && backlog.live() > 0) {
                purge(backlog, through, except, above);
            }
        }
        purgedThrough = Math.max(purgedThrough, through);
        backlogs.removeIf(backlog -> backlog.live() == 0 && backlog != backlogs.get(backlogs.size() - 1));
        live = backlogs.stream().mapToLong(Backlog::live).sum();
        if (updates != null) {
            updates.keepOnly(this::isLive);
        }
    }

    private void purge(Backlog backlog, long through, long[] except, Above above) {
        long lastPosition = Position.of(backlog.segment(), backlog.last());
        int ordinal = Position.ordinal(Math.min(through, lastPosition));
        int[] kept = Arrays.stream(except)
                .filter(position -> position <= through && Position.segment(position) == backlog.segment())
                .mapToInt(Position::ordinal)
                .filter(backlog::isLive)
                .toArray();
        int[] left = lastPosition <= through
                ? NOTHING
                : Arrays.stream(above.ordinals(backlog.segment(), ordinal))
                        .filter(backlog::isLive)
                        .toArray();
        backlog.settleThrough(ordinal, kept, left, above.gathered(backlog.segment()));
    }

    /** The backlog of a segment, or null; leaves in {@link #found} where it stands. */
    @Nullable
    Backlog backlog(long segment) {
        // Several threads may look while nothing is changed, so the field is read once.
        int last = found;
        if (last < backlogs.size() && backlogs.get(last).segment() == segment) {
            return backlogs.get(last);
        }
        int low = 0;
        int high = backlogs.size() - 1;
        while (low <= high) {
            int middle = (low + high) >>> 1;
            long here = backlogs.get(middle).segment();
            if (here == segment) {
                found = middle;
                return backlogs.get(middle);
            }
            low = here < segment ? middle + 1 : low;
            high = here < segment ? high : middle - 1;
        }
        return null;
    }

    private Backlog tail(long segment) {
        Backlog tail = backlogs.isEmpty() ? null : backlogs.get(backlogs.size() - 1);
        if (tail != null && tail.segment() == segment) {
            return tail;
        }
        if (tail != null && tail.live() == 0) {
            backlogs.remove(backlogs.size() - 1);
        }
        Backlog next = new Backlog(segment);
        backlogs.add(next);
        return next;
    }
}
