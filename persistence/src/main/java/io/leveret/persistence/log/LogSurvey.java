package io.leveret.persistence.log;

import io.leveret.persistence.record.RecordSink;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads what can be read of a stopped log's segments, and goes on behind what can't. It changes nothing; used by one thread. A batch
 * that was forced is read though a message in it is damaged, which reading the message will tell.
 */
public final class LogSurvey {

    private final Segments segments;
    private final LogPlace checkpoint;

    /**
     * A stretch of a file that is not what was written.
     *
     * @param offset where it begins
     * @param tail whether it may be what a crash left of the last group, which opening the store cuts: no damage
     */
    public record Damage(String file, long offset, String problem, boolean tail) {}

    /**
     * What one segment's file has.
     *
     * @param endOffset behind which nothing was ever written
     */
    public record Found(List<Damage> damages, long endOffset) {}

    /** @param checkpoint below which everything was forced; {@link LogPlace#START} if that is not known */
    public LogSurvey(Segments segments, LogPlace checkpoint) {
        this.segments = segments;
        this.checkpoint = checkpoint;
    }

    /**
     * Reads the records of one segment's file, which must be there.
     *
     * @param from where to begin: an offset that a {@link LogPlace} told, or 0
     * @param sink may see a part of the records of a batch that is damaged
     */
    public Found read(SegmentId id, LogPlace from, RecordSink sink) throws IOException {
        SegmentFile file = segments.acquire(id);
        if (file == null) {
            return new Found(List.of(new Damage(id.fileName(), 0, "the segment is missing", false)), 0);
        }
        try {
            return read(file, from, sink);
        } finally {
            file.release();
        }
    }

    private Found read(SegmentFile file, LogPlace from, RecordSink sink) throws IOException {
        List<Damage> damages = new ArrayList<>();
        if (file.size() < from.offset()) {
            damages.add(new Damage(file.id().fileName(), file.size(), "the file ends before the checkpoint", false));
            return new Found(damages, file.size());
        }
        // As opening does it: below the checkpoint the messages' bytes don't decide what is whole.
        boolean contents = file.id().segment() >= checkpoint.segment();
        FrameReader reader = new FrameReader(file, from, file.size(), contents);
        boolean more = true;
        while (more) {
            try {
                if (reader.next(sink) == FrameReader.Step.END) {
                    reader.requireZeros();
                    more = false;
                }
            } catch (BadFrameException e) {
                Damage damage = damage(file.id(), reader.place(), String.valueOf(e.getMessage()));
                damages.add(damage);
                more = (!damage.tail() && reader.trustContents()) || reader.skipToNextFrame();
            } catch (StoreCorruptException e) {
                // No crash has done that.
                damages.add(new Damage(file.id().fileName(), e.offset(), String.valueOf(e.getMessage()), false));
                more = reader.skipToNextFrame();
            }
        }
        return new Found(damages, reader.place().offset());
    }

    private Damage damage(SegmentId id, LogPlace bad, String problem) throws IOException {
        boolean tail =
                id.generation() == 0 && bad.compareTo(checkpoint) >= 0 && new TailSearch(segments, bad).proof() == null;
        return new Damage(id.fileName(), bad.offset(), problem, tail);
    }
}
