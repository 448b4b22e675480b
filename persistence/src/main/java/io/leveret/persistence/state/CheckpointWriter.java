package io.leveret.persistence.state;

import io.leveret.persistence.disk.Disk;
import io.leveret.persistence.index.GatheredEntries;
import io.leveret.persistence.index.PackedOutput;
import io.leveret.persistence.index.SegmentEntries;
import io.leveret.persistence.index.TableWriter;
import io.leveret.persistence.log.LogPlace;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Map;
import org.roaringbitmap.RoaringBitmap;

/** Writes one checkpoint; used once, by the state's owner. */
final class CheckpointWriter {

    /** Later formats keep the header's key, and begin it with their number, so that each tells the other from damage. */
    static final int FORMAT = 1;

    static final int HEADER = 0;
    static final int GENERATION = 1;
    static final int CATALOG = 2;
    static final int QUEUE = 3;
    static final int BACKLOG = 4;
    static final int UPDATES = 5;
    static final int STATE = 6;
    static final int ENTRIES = 7;

    /** How many bytes of small things share a value. */
    private static final int BLOCK_BYTES = 3900;

    private final Checkpoint checkpoint;
    private final StoreState state;
    private final long[] queueIds;
    private final PackedOutput value = new PackedOutput();
    private long blocks;

    CheckpointWriter(Checkpoint checkpoint) {
        this.checkpoint = checkpoint;
        this.state = checkpoint.state();
        this.queueIds = state.queueIds();
    }

    void write(Disk disk) throws IOException {
        try (TableWriter table = TableWriter.create(disk, Checkpoint.fileName(checkpoint.sequence()))) {
            writeHeader(table);
            writeGenerations(table);
            writeCatalog(table);
            writeQueues(table);
            writeBacklogs(table);
            for (long queueId : queueIds) {
                writeUpdates(table, queue(queueId));
            }
            writeStates(table);
            for (SegmentEntries entries : state.unindexed()) {
                GatheredEntries.write(table, ENTRIES, entries);
            }
            table.finish();
        }
    }

    private void writeHeader(TableWriter table) throws IOException {
        LogPlace place = checkpoint.place();
        value.unsigned(FORMAT);
        value.unsigned(place.segment());
        value.unsigned(place.offset());
        value.unsigned(place.ordinal());
        value.unsigned(state.nextQueueId());
        table.put(HEADER, checkpoint.sequence(), 0, value);
        value.clear();
    }

    private void writeGenerations(TableWriter table) throws IOException {
        blocks = 0;
        for (Map.Entry<Long, Long> generation : checkpoint.generations().entrySet()) {
            value.unsigned(generation.getKey());
            value.unsigned(generation.getValue());
            flush(table, GENERATION, 0, BLOCK_BYTES);
        }
        flush(table, GENERATION, 0, 1);
    }

    private void writeCatalog(TableWriter table) throws IOException {
        blocks = 0;
        for (Map.Entry<byte[], byte[]> entry : state.catalog().entrySet()) {
            value.bytes(entry.getKey());
            value.bytes(entry.getValue());
            flush(table, CATALOG, 0, BLOCK_BYTES);
        }
        flush(table, CATALOG, 0, 1);
    }

    private void writeQueues(TableWriter table) throws IOException {
        for (long queueId : queueIds) {
            QueueState queue = queue(queueId);
            value.unsigned(queue.deliveredThrough());
            value.unsigned(queue.purgedThrough());
            table.put(QUEUE, queueId, 0, value);
            value.clear();
        }
    }

    private void writeBacklogs(TableWriter table) throws IOException {
        for (long queueId : queueIds) {
            for (Backlog backlog : queue(queueId).backlogs()) {
                if (backlog.live() > 0) {
                    pack(backlog);
                    table.put(BACKLOG, queueId, backlog.segment(), value);
                    value.clear();
                }
            }
        }
    }

    private void pack(Backlog backlog) {
        value.unsigned(backlog.floor());
        value.unsigned(backlog.last() - backlog.floor());
        value.unsigned(backlog.live());
        value.unsigned(backlog.bytes());
        value.unsigned(backlog.sharedBytes());
        RoaringBitmap holes = backlog.packedHoles();
        if (holes != null) {
            byte[] packed = new byte[holes.serializedSizeInBytes()];
            holes.serialize(ByteBuffer.wrap(packed));
            value.raw(packed, 0, packed.length);
        }
    }

    private void writeUpdates(TableWriter table, QueueState queue) throws IOException {
        // One value: a million of them are 5 MB.
        long[] before = new long[1];
        queue.forEachUpdate((position, deliveryCount, notBeforeMs) -> {
            value.unsigned(position - before[0]);
            value.unsigned(deliveryCount);
            value.unsigned(notBeforeMs);
            before[0] = position;
        });
        blocks = 0;
        flush(table, UPDATES, queue.id(), 1);
    }

    private void writeStates(TableWriter table) throws IOException {
        for (long owner : state.owners()) {
            blocks = 0;
            for (Map.Entry<byte[], byte[]> entry : state.stateOf(owner).entrySet()) {
                value.bytes(entry.getKey());
                value.bytes(entry.getValue());
                flush(table, STATE, owner, BLOCK_BYTES);
            }
            flush(table, STATE, owner, 1);
        }
    }

    /** Writes what is gathered as a block once there is enough of it. */
    private void flush(TableWriter table, int kind, long a, int fullBytes) throws IOException {
        if (value.size() >= fullBytes) {
            table.put(kind, a, blocks++, value);
            value.clear();
        }
    }

    private QueueState queue(long queueId) {
        QueueState queue = state.queue(queueId);
        if (queue == null) {
            throw new IllegalStateException("queue " + queueId + " went while the checkpoint was written");
        }
        return queue;
    }
}
