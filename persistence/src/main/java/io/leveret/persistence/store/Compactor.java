package io.leveret.persistence.store;

import io.leveret.persistence.FormatVersionException;
import io.leveret.persistence.Position;
import io.leveret.persistence.disk.Disk;
import io.leveret.persistence.disk.DiskFile;
import io.leveret.persistence.disk.DiskFullException;
import io.leveret.persistence.index.QueueCount;
import io.leveret.persistence.index.SegmentEntries;
import io.leveret.persistence.index.SegmentEntry;
import io.leveret.persistence.index.SegmentIndex;
import io.leveret.persistence.log.SegmentId;
import io.leveret.persistence.log.SegmentRewrite;
import io.leveret.persistence.log.Segments;
import io.leveret.persistence.log.StoreCorruptException;
import io.leveret.persistence.record.Batch;
import io.leveret.persistence.record.Target;
import io.leveret.persistence.state.SegmentUse;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes segments anew that are mostly dead, with just what is live and each message in its position. Only such as both checkpoints have
 * left behind; the old file stays as long as one of them names it. Used by the checkpointer.
 */
final class Compactor {

    private static final Logger LOG = LoggerFactory.getLogger(Compactor.class);

    private static final byte[] NOTHING = {};
    private static final int BATCH_BYTES = 256 << 10;

    private final Disk disk;
    private final Segments segments;
    private final LogState state;
    private final Indexes indexes;
    private final Checkpoints checkpoints;
    private final EntryReader reader;

    /** Of finished files, which never change. */
    private final Map<SegmentId, Long> sizes = new HashMap<>();

    /** What could not be read stays as it is. */
    private final Set<SegmentId> bad = new HashSet<>();

    /** What the log was told of. */
    private final Set<SegmentId> failing = new HashSet<>();

    private record Candidate(SegmentId file, long liveBytes, long fileBytes) {}

    /** A message and where it goes. */
    private record Live(SegmentEntry entry, List<Target> targets) {}

    Compactor(Disk disk, Segments segments, LogState state, Indexes indexes, Checkpoints checkpoints) {
        this.disk = disk;
        this.segments = segments;
        this.state = state;
        this.indexes = indexes;
        this.checkpoints = checkpoints;
        this.reader = new EntryReader(segments);
    }

    /**
     * Compacts segments, those with the least in them first.
     *
     * @param budgetBytes after which no further one is begun
     * @param stop is asked between two
     */
    void run(long budgetBytes, BooleanSupplier stop) throws IOException {
        long bytes = 0;
        for (Candidate candidate : candidates()) {
            if (bytes >= budgetBytes || stop.getAsBoolean()) {
                return;
            }
            try {
                compact(candidate.file());
                bytes += candidate.liveBytes();
            } catch (DiskFullException e) {
                throw e;
            } catch (StoreCorruptException | FormatVersionException e) {
                bad.add(candidate.file());
                LOG.error("A segment can't be compacted, since it can't be read folder={}", disk.describe(), e);
            } catch (IOException e) {
                // The others are not worse for it, and this one may do the next time.
                if (failing.add(candidate.file())) {
                    LOG.error("A segment can't be compacted now folder={}", disk.describe(), e);
                }
            }
        }
    }

    private List<Candidate> candidates() throws IOException {
        sizes.keySet().retainAll(segments.ids());
        failing.retainAll(segments.ids());
        List<Candidate> candidates = new ArrayList<>();
        List<SegmentUse> uses = new ArrayList<>();
        Map<Long, SegmentId> files = new HashMap<>();
        state.read((read, place, generations) -> {
            for (SegmentUse use : read.segments().values()) {
                if (checkpoints.isBelow(use.segment()) && read.unindexed(use.segment()) == null) {
                    uses.add(use);
                    files.put(use.segment(), generations.fileOf(use.segment()));
                }
            }
            return place;
        });
        for (SegmentUse use : uses) {
            SegmentId file = files.get(use.segment());
            // One that no checkpoint names yet was made a moment ago.
            if (file != null && !bad.contains(file) && checkpoints.isNeededByNewest(file)) {
                long size = size(file);
                if (use.mostlyDead(size)) {
                    candidates.add(new Candidate(file, use.liveBytes(), size));
                }
            }
        }
        candidates.sort(
                Comparator.comparingDouble(candidate -> (double) candidate.liveBytes() / candidate.fileBytes()));
        return candidates;
    }

    /** Without keeping it open, for there may be thousands. */
    private long size(SegmentId id) throws IOException {
        Long known = sizes.get(id);
        if (known != null) {
            return known;
        }
        try (DiskFile file = disk.open(id.fileName())) {
            sizes.put(id, file.size());
            return file.size();
        }
    }

    private void compact(SegmentId old) throws IOException {
        SegmentId next = new SegmentId(old.segment(), old.generation() + 1);
        List<Live> live = live(old);
        if (live.isEmpty()) {
            return;
        }
        try (SegmentRewrite out = SegmentRewrite.begin(segments, next)) {
            write(old, live, out);
            out.finish();
        }
        try {
            indexes.write(indexes.gather(segments, next, true), next.generation());
            List<QueueCount> counts = indexes.ask(next, SegmentIndex::counts);
            disk.forceFolder();
            state.compacted(next, counts);
        } catch (IOException | RuntimeException e) {
            indexes.delete(next);
            segments.delete(next);
            throw e;
        }
        LOG.debug("Compacted a segment folder={} file={} bytes={}", disk.describe(), next.fileName(), size(next));
    }

    /** What is live now. It may be settled a moment later, but nothing becomes live. */
    private List<Live> live(SegmentId old) throws IOException {
        SegmentEntries all = indexes.gather(segments, old, false);
        List<Live> live = new ArrayList<>();
        state.look((read, place, generations) -> {
            all.forEach((queueId, entry) -> {
                if (read.isLive(queueId, entry.position())) {
                    Live last = live.isEmpty() ? null : live.get(live.size() - 1);
                    if (last == null || last.entry().position() != entry.position()) {
                        last = new Live(entry, new ArrayList<>(1));
                        live.add(last);
                    }
                    last.targets().add(new Target(queueId, entry.deadlineMs(), entry.level(), entry.hash()));
                }
            });
            return place;
        });
        return live;
    }

    private void write(SegmentId old, List<Live> live, SegmentRewrite out) throws IOException {
        List<Located> located = live.stream()
                .map(one -> new Located(0, one.entry(), old, 0, 0, false))
                .toList();
        int from = 0;
        while (from < live.size()) {
            List<StoredEntry> read = reader.read(located.subList(from, located.size()), BATCH_BYTES);
            if (read == null) {
                throw new StoreCorruptException(old.fileName(), 0, "the segment is missing");
            }
            Batch batch = new Batch();
            int first = ordinal(live.get(from));
            int next = first;
            for (int i = 0; i < read.size(); i++) {
                Live one = live.get(from + i);
                batch.publishAfterGap(
                        ordinal(one) - next,
                        read.get(i).head(),
                        NOTHING,
                        read.get(i).body());
                one.targets().forEach(batch::target);
                next = ordinal(one) + 1;
            }
            out.append(batch, first);
            from += read.size();
        }
    }

    private static int ordinal(Live live) {
        return Position.ordinal(live.entry().position());
    }
}
