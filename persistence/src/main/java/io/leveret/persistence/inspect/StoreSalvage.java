package io.leveret.persistence.inspect;

import io.leveret.persistence.Position;
import io.leveret.persistence.disk.Disk;
import io.leveret.persistence.index.SegmentEntries;
import io.leveret.persistence.index.SegmentEntry;
import io.leveret.persistence.log.SegmentFile;
import io.leveret.persistence.log.SegmentId;
import io.leveret.persistence.log.StoreCorruptException;
import io.leveret.persistence.record.Target;
import io.leveret.persistence.state.QueueState;
import io.leveret.persistence.state.SegmentUse;
import io.leveret.persistence.state.StoreState;
import io.leveret.persistence.store.UnfinishedSalvage;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Copies all that can be read of a stopped store into a new one: catalog, queues with their ids, and live messages in their order, though
 * in other positions. What a queue whose declaration is lost had is kept without deadlines, so that nothing leaves by itself. Never changes
 * the old one.
 */
public final class StoreSalvage {

    private final StoppedStore store;
    private final SalvagedCopy copy;
    private final CatalogRepair.Repaired repaired;
    private final List<StoreReport.Segment> segments = new ArrayList<>();

    /** An entry and the queues in which it is live. */
    private record Live(SegmentEntry entry, List<Target> targets) {}

    private StoreSalvage(StoppedStore store, SalvagedCopy copy, CatalogRepair.Repaired repaired) {
        this.store = store;
        this.copy = copy;
        this.repaired = repaired;
    }

    /**
     * Makes a new store of what can be read. Blocks. Nobody may have the old one open. Until it has come to its end, the new one can't be
     * opened: neither if this fails, nor after a crash.
     *
     * @param to an empty folder
     * @param repair of the catalog, which may have lost a part
     * @return what could not be read; the segments tell what was copied of each
     * @throws io.leveret.persistence.FormatVersionException if another version wrote the newest checkpoint or a segment
     * @throws IOException if a disk fails, the old folder has a part of a salvage in it, or the new one is not empty
     */
    public static StoreReport salvage(Disk from, Disk to, CatalogRepair repair) throws IOException {
        UnfinishedSalvage.requireNone(from);
        UnfinishedSalvage.requireNone(to);
        if (!to.list().isEmpty()) {
            throw new IOException(to.describe() + ": not empty (expected: an empty folder for the salvaged store)");
        }
        UnfinishedSalvage.mark(to);
        StoreReport report = copy(from, to, repair);
        UnfinishedSalvage.unmark(to);
        return report;
    }

    /** What it has copied is forced. */
    private static StoreReport copy(Disk from, Disk to, CatalogRepair repair) throws IOException {
        try (StoppedStore store = StoppedStore.read(from);
                SalvagedCopy copy = SalvagedCopy.begin(to)) {
            CatalogRepair.Repaired repaired = repair.repair(store.state().catalog(), liveEntries(store.state()));
            repaired.notes().forEach(store::note);
            StoreSalvage salvage = new StoreSalvage(store, copy, repaired);
            salvage.copyTopology();
            for (SegmentUse use : store.uses().values()) {
                salvage.copySegment(use.segment());
            }
            copy.finish(store.state());
            return store.report(salvage.segments);
        }
    }

    private static SortedMap<Long, Long> liveEntries(StoreState state) {
        SortedMap<Long, Long> live = new TreeMap<>();
        for (long queueId : state.queueIds()) {
            QueueState queue = state.queue(queueId);
            live.put(queueId, queue == null ? 0 : queue.live());
        }
        return live;
    }

    private void copyTopology() {
        StoreState state = store.state();
        for (long queueId : repaired.queueIds()) {
            copy.batch().addQueue(queueId);
        }
        long highest = state.nextQueueId() - 1;
        if (highest > 0 && !repaired.queueIds().contains(highest)) {
            // So that no id is used again.
            copy.batch().addQueue(highest);
            copy.batch().deleteQueue(highest);
        }
        repaired.catalog().forEach(copy.batch()::catalog);
        for (long owner : state.owners()) {
            state.stateOf(owner).forEach((key, value) -> copy.batch().state(owner, key, value));
        }
    }

    private void copySegment(long segment) throws IOException {
        SegmentId id = store.fileOf(segment);
        SegmentFile file = store.segments().acquire(id);
        if (file == null) {
            store.damage(id.fileName(), 0, "the segment is missing");
            return;
        }
        long entries = 0;
        long bytes = 0;
        try {
            for (Live live : live(segment)) {
                byte[] message = read(file, live);
                if (message != null) {
                    publish(live, message);
                    entries += live.targets().size();
                    bytes += message.length;
                }
            }
            segments.add(new StoreReport.Segment(id.fileName(), file.size(), 0, entries, bytes));
        } finally {
            file.release();
        }
    }

    private List<Live> live(long segment) throws IOException {
        SegmentEntries all = store.entries(segment);
        List<Live> live = new ArrayList<>();
        all.forEach((queueId, entry) -> {
            if (store.state().isLive(queueId, entry.position())) {
                Live last = live.isEmpty() ? null : live.get(live.size() - 1);
                if (last == null || last.entry().position() != entry.position()) {
                    last = new Live(entry, new ArrayList<>(1));
                    live.add(last);
                }
                last.targets().add(target(queueId, entry));
            }
        });
        return live;
    }

    private Target target(long queueId, SegmentEntry entry) {
        return repaired.foundlings().contains(queueId)
                ? Target.of(queueId)
                : new Target(queueId, entry.deadlineMs(), entry.level(), entry.hash());
    }

    private byte @Nullable [] read(SegmentFile file, Live live) throws IOException {
        try {
            return file.read(live.entry().content());
        } catch (StoreCorruptException e) {
            store.damage(
                    e.file(),
                    e.offset(),
                    "message " + Position.describe(live.entry().position()) + " can't be read: " + e.getMessage());
            return null;
        }
    }

    private void publish(Live live, byte[] message) throws IOException {
        int headLength = live.entry().content().headLength();
        long position = copy.publish(
                Arrays.copyOf(message, headLength),
                Arrays.copyOfRange(message, headLength, message.length),
                live.targets());
        for (Target target : live.targets()) {
            QueueState queue = store.state().queue(target.queueId());
            if (queue != null && !repaired.foundlings().contains(target.queueId())) {
                copy.entry(queue, live.entry().position(), position);
            }
        }
    }
}
