package io.leveret.persistence.store;

import io.leveret.persistence.disk.Disk;
import io.leveret.persistence.index.TableWriter;
import io.leveret.persistence.log.LogPlace;
import io.leveret.persistence.log.LogResources;
import io.leveret.persistence.log.MessageLog;
import io.leveret.persistence.log.SegmentId;
import io.leveret.persistence.log.Segments;
import io.leveret.persistence.log.StoreCorruptException;
import io.leveret.persistence.state.Checkpoint;
import io.leveret.persistence.state.IndexedOrdinals;
import io.leveret.persistence.state.SegmentUse;
import io.leveret.persistence.state.StoreState;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/** Opens one store: its newest checkpoint, and the log from there on. Used once. */
final class Opening {

    private static final Logger LOG = LoggerFactory.getLogger(Opening.class);

    private final Disk disk;
    private final Disk logDisk;
    private final StoreSettings settings;
    private final LogResources resources;
    private final Relay relay;
    private final Checkpoints checkpoints;
    private final Indexes indexes;
    private Generations generations = new Generations();
    private @Nullable MessageLog log;

    Opening(Disk disk, StoreSettings settings, LogResources resources, StoreListener listener) throws IOException {
        this.disk = disk;
        this.logDisk = disk.folder(DiskStore.LOG_FOLDER);
        this.settings = settings;
        this.resources = resources;
        this.relay = new Relay(listener);
        this.checkpoints = new Checkpoints(disk);
        this.indexes = new Indexes(logDisk);
    }

    DiskStore open() throws IOException {
        try {
            return openOrThrow();
        } catch (UncheckedIOException e) {
            closeAll(e);
            throw e.getCause();
        } catch (IOException | RuntimeException e) {
            closeAll(e);
            throw e;
        }
    }

    private DiskStore openOrThrow() throws IOException {
        IndexedOrdinals ordinals = (segment, queueId, ordinal) ->
                indexes.ask(generations.fileOf(segment), index -> index.ordinalsAbove(queueId, ordinal));
        Checkpoint checkpoint = checkpoints.readNewest(ordinals);
        StoreState state = checkpoint == null ? new StoreState(ordinals) : checkpoint.state();
        LogPlace from = checkpoint == null ? LogPlace.START : checkpoint.place();
        if (checkpoint == null) {
            requireNew();
            checkpoints.write(state, from, generations);
        } else {
            generations = new Generations(checkpoint.generations());
        }
        MessageLog opened = MessageLog.open(logDisk, settings.log(), resources, relay, from, state);
        log = opened;
        requireSegments(opened.segments(), state);
        deleteUnfinished(disk);
        deleteUnfinished(logDisk);
        deleteStale(opened);
        return assemble(opened, state, from);
    }

    private DiskStore assemble(MessageLog opened, StoreState state, LogPlace from) {
        LogState logState =
                new LogState(opened, state, indexes, generations, opened.durablePlace(), relay::tellDurable);
        Disposal disposal = new Disposal(logDisk, opened.segments(), logState, checkpoints);
        Compactor compactor = new Compactor(logDisk, opened.segments(), logState, indexes, checkpoints);
        Checkpointer checkpointer = new Checkpointer(
                settings, resources.keepers(), opened, logState, checkpoints, disposal, compactor, from);
        relay.to(checkpointer);
        if (checkpoints.fellBack() || disposal.waitsForCheckpoint()) {
            checkpointer.checkpointSoon();
        }
        // After a clean stop there is nothing to tell.
        LOG.atLevel(opened.replayedBatches() + opened.cutBytes() == 0 ? Level.DEBUG : Level.INFO)
                .log(
                        "Opened a store folder={} queues={} replayedBatches={} cutBytes={}",
                        disk.describe(),
                        state.queueIds().length,
                        opened.replayedBatches(),
                        opened.cutBytes());
        return new DiskStore(opened, logState, indexes, checkpointer);
    }

    /** A store has a checkpoint before it has a log. */
    private void requireNew() throws IOException {
        if (!Segments.in(logDisk).ids().isEmpty()) {
            throw new StoreCorruptException(Checkpoint.fileName(1), 0, "there is a log, but no checkpoint");
        }
    }

    /** Replay only reads the segments behind the checkpoint, so that one before it could be missing unnoticed. */
    private void requireSegments(Segments segments, StoreState state) throws IOException {
        var files = segments.ids();
        for (SegmentUse use : state.segments().values()) {
            SegmentId id = generations.fileOf(use.segment());
            if (!files.contains(id)) {
                throw new StoreCorruptException(
                        id.fileName(), 0, "the segment is missing, with " + use.liveEntries() + " live entries");
            }
        }
    }

    private static void deleteUnfinished(Disk disk) throws IOException {
        for (String name : disk.list()) {
            if (TableWriter.isUnfinished(name)) {
                disk.delete(name);
            }
        }
    }

    /**
     * Deletes the compacted files that no checkpoint came to name, and the indexes of what is gone or may go on otherwise than they say.
     * Files of lower generations than the checkpoint names are the older checkpoint's.
     */
    private void deleteStale(MessageLog opened) throws IOException {
        Segments segments = opened.segments();
        for (SegmentId id : segments.ids()) {
            if (id.generation() > generations.fileOf(id.segment()).generation()) {
                segments.delete(id);
            }
        }
        var files = segments.ids();
        for (String name : logDisk.list()) {
            SegmentId indexed = Indexes.segmentOf(name);
            boolean stale = indexed != null
                    && (indexed.segment() >= opened.durablePlace().segment() || !files.contains(indexed));
            if (stale) {
                logDisk.delete(name);
            }
        }
    }

    private void closeAll(Exception cause) {
        try {
            indexes.close();
            if (log != null) {
                log.close();
            }
        } catch (IOException e) {
            cause.addSuppressed(e);
        }
    }
}
