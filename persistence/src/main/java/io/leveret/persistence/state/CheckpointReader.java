package io.leveret.persistence.state;

import io.leveret.persistence.FormatVersionException;
import io.leveret.persistence.disk.Disk;
import io.leveret.persistence.index.GatheredEntries;
import io.leveret.persistence.index.MalformedValueException;
import io.leveret.persistence.index.PackedInput;
import io.leveret.persistence.index.SegmentEntries;
import io.leveret.persistence.index.Table;
import io.leveret.persistence.index.TableCorruptException;
import io.leveret.persistence.log.LogPlace;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.roaringbitmap.RoaringBitmap;

/** Makes a state from one checkpoint; used once, by one thread. */
final class CheckpointReader {

    private final long sequence;
    private final StoreState state;
    private final Map<Long, SegmentEntries> gathered = new TreeMap<>();

    CheckpointReader(long sequence, IndexedOrdinals indexed) {
        this.sequence = sequence;
        this.state = new StoreState(indexed);
    }

    Checkpoint read(Disk disk) throws IOException {
        try (Table table = Table.open(disk, Checkpoint.fileName(sequence))) {
            LogPlace place = readHeader(table);
            SortedMap<Long, Long> generations = readGenerations(table);
            readCatalog(table);
            readQueues(table);
            readStates(table);
            readEntries(table);
            return new Checkpoint(sequence, place, generations, state);
        }
    }

    private LogPlace readHeader(Table table) throws IOException {
        PackedInput header = table.get(CheckpointWriter.HEADER, sequence, 0);
        if (header == null) {
            throw new TableCorruptException(table.name() + ": no checkpoint " + sequence);
        }
        long format = header.unsigned();
        if (format != CheckpointWriter.FORMAT) {
            throw new FormatVersionException(table.name(), format, CheckpointWriter.FORMAT);
        }
        LogPlace place = new LogPlace(header.unsigned(), header.unsigned(), header.unsignedInt());
        state.restoreNextQueueId(header.unsigned());
        return place;
    }

    private static SortedMap<Long, Long> readGenerations(Table table) throws IOException {
        TreeMap<Long, Long> generations = new TreeMap<>();
        table.forEach(CheckpointWriter.GENERATION, (a, block, in) -> {
            while (in.hasMore()) {
                generations.put(in.unsigned(), in.unsigned());
            }
            return true;
        });
        return generations;
    }

    private void readCatalog(Table table) throws IOException {
        table.forEach(CheckpointWriter.CATALOG, (a, block, in) -> {
            while (in.hasMore()) {
                state.catalog(in.bytes(), in.bytes());
            }
            return true;
        });
    }

    private void readQueues(Table table) throws IOException {
        table.forEach(CheckpointWriter.QUEUE, (queueId, b, in) -> {
            QueueState queue = new QueueState(queueId);
            queue.restore(in.unsigned(), in.unsigned());
            state.restore(queue);
            return true;
        });
        table.forEach(CheckpointWriter.BACKLOG, (queueId, segment, in) -> {
            queue(queueId).restore(backlog(segment, in));
            return true;
        });
        table.forEach(CheckpointWriter.UPDATES, (queueId, b, in) -> {
            long position = 0;
            while (in.hasMore()) {
                position += in.unsigned();
                state.update(queueId, position, in.unsignedInt(), in.unsigned());
            }
            return true;
        });
    }

    private static Backlog backlog(long segment, PackedInput in) throws IOException {
        int floor = in.unsignedInt();
        int last = floor + in.unsignedInt();
        int live = in.unsignedInt();
        long bytes = in.unsigned();
        long sharedBytes = in.unsigned();
        RoaringBitmap holes = null;
        if (in.hasMore()) {
            holes = new RoaringBitmap();
            holes.deserialize(ByteBuffer.wrap(in.rest()));
        }
        return new Backlog(segment, floor, last, live, bytes, sharedBytes, holes);
    }

    private void readStates(Table table) throws IOException {
        table.forEach(CheckpointWriter.STATE, (owner, block, in) -> {
            while (in.hasMore()) {
                state.state(owner, in.bytes(), in.bytes());
            }
            return true;
        });
    }

    private void readEntries(Table table) throws IOException {
        table.forEach(CheckpointWriter.ENTRIES, (segment, block, in) -> {
            GatheredEntries.read(in, gathered.computeIfAbsent(segment, SegmentEntries::new));
            return true;
        });
        gathered.values().forEach(state::restore);
    }

    private QueueState queue(long queueId) {
        QueueState queue = state.queue(queueId);
        if (queue == null) {
            throw new MalformedValueException("backlog of queue " + queueId + ", which is not in the checkpoint");
        }
        return queue;
    }
}
