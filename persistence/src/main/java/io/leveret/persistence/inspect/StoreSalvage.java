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
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Copies all that can be read of a stopped store into a new one: catalog, queues with their ids, and live messages in their order, though
 * in other positions. Never changes the old one.
 */
public final class StoreSalvage {

    private final StoppedStore store;
    private final SalvagedCopy copy;
    private final List<StoreReport.Segment> segments = new ArrayList<>();

    /** An entry and the queues in which it is live. */
    private record Live(SegmentEntry entry, List<Target> targets) {}

    private StoreSalvage(StoppedStore store, SalvagedCopy copy) {
        this.store = store;
        this.copy = copy;
    }

    /**
     * Makes a new store of what can be read. Blocks. Nobody may have the old one open.
     *
     * @param to an empty folder
     * @return what could not be read; the segments tell what was copied of each
     * @throws IOException if a disk fails, or the new folder is not empty
     */
    public static StoreReport salvage(Disk from, Disk to) throws IOException {
        if (!to.list().isEmpty()) {
            throw new IOException(to.describe() + ": not empty (expected: an empty folder for the salvaged store)");
        }
        try (StoppedStore store = StoppedStore.read(from);
                SalvagedCopy copy = SalvagedCopy.begin(to)) {
            StoreSalvage salvage = new StoreSalvage(store, copy);
            salvage.copyTopology();
            for (SegmentUse use : store.uses().values()) {
                salvage.copySegment(use.segment());
            }
            copy.finish(store.state());
            return store.report(salvage.segments);
        }
    }

    private void copyTopology() {
        StoreState state = store.state();
        for (long queueId : state.queueIds()) {
            copy.batch().addQueue(queueId);
        }
        long highest = state.nextQueueId() - 1;
        if (highest > 0 && state.queue(highest) == null) {
            // So that no id is used again.
            copy.batch().addQueue(highest);
            copy.batch().deleteQueue(highest);
        }
        state.catalog().forEach(copy.batch()::catalog);
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
                last.targets().add(new Target(queueId, entry.deadlineMs(), entry.level(), entry.hash()));
            }
        });
        return live;
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
            if (queue != null) {
                copy.entry(queue, live.entry().position(), position);
            }
        }
    }
}
