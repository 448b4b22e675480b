package io.leveret.persistence.inspect;

import io.leveret.persistence.FormatVersionException;
import io.leveret.persistence.disk.Disk;
import io.leveret.persistence.index.SegmentIndex;
import io.leveret.persistence.index.TableCorruptException;
import io.leveret.persistence.inspect.StoreReport.Segment;
import io.leveret.persistence.log.LogPlace;
import io.leveret.persistence.log.LogSurvey;
import io.leveret.persistence.log.SegmentFile;
import io.leveret.persistence.log.SegmentId;
import io.leveret.persistence.log.StoreCorruptException;
import io.leveret.persistence.record.Content;
import io.leveret.persistence.record.PublishSink;
import io.leveret.persistence.record.Target;
import io.leveret.persistence.state.SegmentUse;
import io.leveret.persistence.store.DiskStore;
import io.leveret.persistence.store.UnfinishedSalvage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;

/** Reads every byte of a stopped store and says what is wrong with it. Changes nothing. */
public final class StoreVerify {

    private final StoppedStore store;

    private StoreVerify(StoppedStore store) {
        this.store = store;
    }

    /**
     * Verifies the store in a folder. Blocks. Nobody may have the store open.
     *
     * @throws FormatVersionException if another version wrote the newest checkpoint or a segment
     * @throws IOException if the disk fails, or the folder has a part of a salvage in it; what is only corrupt is told in the report
     */
    public static StoreReport verify(Disk disk) throws IOException {
        UnfinishedSalvage.requireNone(disk);
        try (StoppedStore store = StoppedStore.read(disk)) {
            return new StoreVerify(store).verify();
        } catch (UncheckedIOException e) {
            // Of a message's content that the disk does not give.
            throw e.getCause();
        }
    }

    private StoreReport verify() throws IOException {
        List<Segment> segments = new ArrayList<>();
        List<SegmentId> files = store.segments().ids();
        for (SegmentId id : files) {
            segments.add(segment(id));
        }
        for (SegmentUse use : store.uses().values()) {
            SegmentId id = store.fileOf(use.segment());
            if (!files.contains(id)) {
                store.damage(id.fileName(), 0, "the segment is missing, with " + use.liveEntries() + " live entries");
            }
        }
        verifyIndexes();
        return store.report(segments);
    }

    private Segment segment(SegmentId id) throws IOException {
        SegmentFile file = store.segments().acquire(id);
        if (file == null) {
            throw new IOException(id.fileName() + " went while the store was verified");
        }
        try {
            LogSurvey.Found found = store.survey().read(id, new LogPlace(id.segment(), 0, 0), new ContentCheck(file));
            store.damages(found);
            SegmentUse use =
                    id.equals(store.fileOf(id.segment())) ? store.uses().get(id.segment()) : null;
            long preallocated = file.size() - found.endOffset();
            return use == null
                    ? new Segment(id.fileName(), file.size(), preallocated, 0, 0)
                    : new Segment(id.fileName(), file.size(), preallocated, use.liveEntries(), use.liveBytes());
        } finally {
            file.release();
        }
    }

    private void verifyIndexes() throws IOException {
        Disk folder = store.disk().folder(DiskStore.LOG_FOLDER);
        for (SegmentId id : store.segments().ids()) {
            String name = SegmentIndex.fileName(id.segment(), id.generation());
            if (folder.exists(name)) {
                try (SegmentIndex index = SegmentIndex.open(folder, id.segment(), id.generation())) {
                    index.counts();
                } catch (TableCorruptException e) {
                    store.damage(name, 0, e.getMessage() + "; it is made again when it is needed");
                } catch (FormatVersionException e) {
                    store.note(e.getMessage() + "; it is made again when it is needed");
                }
            }
        }
    }

    private final class ContentCheck implements PublishSink {

        private final SegmentFile file;

        ContentCheck(SegmentFile file) {
            this.file = file;
        }

        @Override
        public void publish(long position, Content content, List<Target> targets) {
            try {
                file.read(content);
            } catch (StoreCorruptException e) {
                store.damage(e.file(), e.offset(), String.valueOf(e.getMessage()));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
