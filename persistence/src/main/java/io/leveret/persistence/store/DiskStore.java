package io.leveret.persistence.store;

import io.leveret.persistence.Position;
import io.leveret.persistence.disk.Disk;
import io.leveret.persistence.log.LogPlace;
import io.leveret.persistence.log.LogResources;
import io.leveret.persistence.log.MessageLog;
import io.leveret.persistence.log.SegmentId;
import io.leveret.persistence.log.StoreCorruptException;
import io.leveret.persistence.record.Batch;
import io.leveret.persistence.record.Content;
import io.leveret.persistence.state.QueueState;
import io.leveret.persistence.store.EntrySearch.Range;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiConsumer;
import java.util.function.LongPredicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A store in a folder of a disk. */
public final class DiskStore implements Store {

    /** The folder, within the store's, that has the segments and their indexes. */
    public static final String LOG_FOLDER = "log";

    private static final Logger LOG = LoggerFactory.getLogger(DiskStore.class);

    private final MessageLog log;
    private final LogState state;
    private final Indexes indexes;
    private final EntrySearch search;
    private final EntryReader reader;
    private final Checkpointer checkpointer;
    private final AtomicBoolean closed = new AtomicBoolean();

    DiskStore(MessageLog log, LogState state, Indexes indexes, Checkpointer checkpointer) {
        this.log = log;
        this.state = state;
        this.indexes = indexes;
        this.search = new EntrySearch(state, indexes);
        this.reader = new EntryReader(log.segments());
        this.checkpointer = checkpointer;
    }

    /**
     * Opens the store of a folder, or makes one if the folder is empty: reads the newest checkpoint and the log behind it. Blocks.
     *
     * @param listener is not called before this returns
     * @throws StoreCorruptException if something is wrong below what was forced; nothing was changed then
     * @throws io.leveret.persistence.FormatVersionException if another version wrote the newest checkpoint or a segment that was
     *     read; but for indexes that were made again nothing was changed then
     * @throws IOException if a disk fails, or the folder has a part of a salvage in it
     */
    public static DiskStore open(Disk disk, StoreSettings settings, LogResources resources, StoreListener listener)
            throws IOException {
        UnfinishedSalvage.requireNone(disk);
        return openUnfinished(disk, settings, resources, listener);
    }

    /** As {@link #open}, for the salvage itself: a folder that it has marked is no error. */
    public static DiskStore openUnfinished(
            Disk disk, StoreSettings settings, LogResources resources, StoreListener listener) throws IOException {
        return new Opening(disk, settings, resources, listener).open();
    }

    @Override
    public long append(Batch batch) {
        return log.append(batch);
    }

    @Override
    public long durableBatch() {
        return log.durableBatch();
    }

    @Override
    public long appendedBatch() {
        return log.appendedBatch();
    }

    @Override
    public long nextPosition() {
        return log.nextPosition();
    }

    @Override
    public long durablePosition() {
        LogPlace place = log.durablePlace();
        return Position.of(place.segment(), place.ordinal());
    }

    @Override
    public long pendingBytes() {
        return log.pendingBytes() + checkpointer.lagBytes();
    }

    @Override
    public long updateBytes() {
        return state.updateBytes();
    }

    @Override
    public boolean isFull() {
        return log.isFull();
    }

    /** How many batches were read behind the checkpoint when it was opened. */
    public long replayedBatches() {
        return log.replayedBatches();
    }

    @Override
    public void catalog(BiConsumer<byte[], byte[]> sink) {
        ask((read, place, generations) -> {
            read.catalog().forEach(sink);
            return place;
        });
    }

    @Override
    public void state(long owner, BiConsumer<byte[], byte[]> sink) throws IOException {
        state.catchUp();
        state.read((read, place, generations) -> {
            read.stateOf(owner).forEach(sink);
            return place;
        });
    }

    @Override
    public Map<Long, StoredQueue> queues() {
        return ask((read, place, generations) -> {
            Map<Long, StoredQueue> queues = new HashMap<>();
            for (long id : read.queueIds()) {
                QueueState queue = read.queue(id);
                if (queue != null) {
                    queues.put(id, new StoredQueue(id, queue.live(), queue.bytes(), queue.deliveredThrough()));
                }
            }
            return queues;
        });
    }

    @Override
    public long nextQueueId() {
        return ask((read, place, generations) -> read.nextQueueId());
    }

    @Override
    public List<StoredEntry> entries(long queueId, int level, long from, long through, int maxEntries, long maxBytes)
            throws IOException {
        Range range = new Range(queueId, level, from, through, maxEntries);
        return read(() -> search.find(range), maxBytes);
    }

    @Override
    public List<ListedEntry> list(long queueId, int level, long from, long through, int maxEntries) throws IOException {
        return search.find(new Range(queueId, level, from, through, maxEntries)).stream()
                .map(DiskStore::listed)
                .toList();
    }

    private static ListedEntry listed(Located located) {
        Content content = located.entry().content();
        return new ListedEntry(
                located.entry().position(), content.headLength(), content.bodyLength(), located.notBeforeMs());
    }

    @Override
    public List<StoredEntry> entries(long queueId, long[] positions, long maxBytes) throws IOException {
        return read(() -> search.find(queueId, positions), maxBytes);
    }

    private interface Search {

        List<Located> find() throws IOException;
    }

    private List<StoredEntry> read(Search wanted, long maxBytes) throws IOException {
        List<Located> located = wanted.find();
        List<StoredEntry> read = reader.read(located, maxBytes);
        while (read == null) {
            // The segment was compacted or deleted meanwhile.
            SegmentId missing = located.get(0).file();
            located = wanted.find();
            requireOther(missing, located);
            read = reader.read(located, maxBytes);
        }
        return read;
    }

    @Override
    public DueIndex dueIndex(LongPredicate queues) {
        return new DueScan(state, indexes, queues);
    }

    @Override
    public List<HashedEntry> withHashes(long queueId, long[] hashes, long afterPosition, int limit) throws IOException {
        return search.withHashes(queueId, hashes, afterPosition, limit);
    }

    @Override
    public void hashes(HashSink sink) throws IOException {
        search.hashes(sink);
    }

    /** Before a file goes, nothing is found in it any more. */
    private static void requireOther(SegmentId missing, List<Located> located) throws IOException {
        if (!located.isEmpty() && located.get(0).file().equals(missing)) {
            throw new StoreCorruptException(missing.fileName(), 0, "the segment is missing");
        }
    }

    /** For what is answered from memory. */
    private <T> T ask(LogState.Reader<T> question) {
        try {
            return state.read(question);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void force() throws IOException {
        log.force();
    }

    @Override
    public void checkpoint() throws IOException {
        checkpointer.checkpoint();
    }

    @Override
    public void close() throws IOException {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        boolean usable = !log.hasFailed();
        log.seal();
        try {
            if (usable) {
                log.force();
                checkpointLast();
            }
        } finally {
            checkpointer.stop();
            try {
                indexes.close();
            } finally {
                log.close();
            }
        }
    }

    /** Nothing is lost without it: the next opening has to read more. */
    private void checkpointLast() {
        try {
            checkpointer.close();
        } catch (IOException e) {
            LOG.warn("The last checkpoint of a store could not be written", e);
        }
    }
}
