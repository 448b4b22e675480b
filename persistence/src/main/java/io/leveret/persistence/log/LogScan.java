package io.leveret.persistence.log;

import io.leveret.persistence.record.RecordSink;
import java.io.Closeable;
import java.io.IOException;

/**
 * Reads a stretch of the log that is known to be whole: for checkpoints, for indexes, for verifying. It belongs to one thread, and holds
 * the segment that it is in.
 */
public final class LogScan implements Closeable {

    private final LogWalk walk;
    private final LogPlace end;

    /**
     * @param end as {@link MessageLog#durablePlace} or {@link MessageLog#forcedPlace} told it
     * @param checkContents whether the bytes of messages are read and checked too
     */
    public LogScan(Segments segments, LogPlace from, LogPlace end, boolean checkContents) {
        this.walk = new LogWalk(segments, from, end, checkContents);
        this.end = end;
    }

    /** Behind the last batch that was read. */
    public LogPlace place() {
        return walk.place();
    }

    /**
     * Reads the next batch into the sink.
     *
     * @return false at the end
     * @throws StoreCorruptException if something is wrong before the end
     */
    public boolean next(RecordSink sink) throws IOException {
        try {
            if (walk.next(sink)) {
                return true;
            }
        } catch (BadFrameException e) {
            throw e.asCorruption("");
        }
        if (walk.place().compareTo(end) < 0) {
            throw new StoreCorruptException(
                    new SegmentId(walk.place().segment(), 0).fileName(),
                    walk.place().offset(),
                    "the log ends here (expected: at segment " + end.segment() + ", offset " + end.offset() + ")");
        }
        return false;
    }

    /**
     * Reads all batches of one segment's file, of whatever generation: for its index.
     *
     * @throws StoreCorruptException if it is not whole
     */
    public static void readAll(SegmentFile file, boolean checkContents, RecordSink sink) throws IOException {
        LogPlace start = new LogPlace(file.id().segment(), 0, 0);
        FrameReader reader = new FrameReader(file, start, file.size(), checkContents);
        try {
            while (reader.next(sink) != FrameReader.Step.END) {
                // The sink has it.
            }
            reader.requireZeros();
        } catch (BadFrameException e) {
            throw e.asCorruption("");
        }
    }

    @Override
    public void close() {
        walk.close();
    }
}
