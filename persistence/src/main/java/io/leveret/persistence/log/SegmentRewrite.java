package io.leveret.persistence.log;

import io.leveret.persistence.record.Batch;
import io.leveret.persistence.record.SealedBatch;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Writes another file for a segment that is finished, of the next generation: what is left of it, each message in its old position. The
 * file is of no use before {@link #finish}, and counts only when a checkpoint names it. Owned by one thread.
 */
public final class SegmentRewrite implements Closeable {

    private static final int BUFFER_BYTES = 128 << 10;

    private final Segments segments;
    private final SegmentFile file;
    private final FrameHeader header;
    private final ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES);
    private long flushed;
    private boolean finished;

    private SegmentRewrite(Segments segments, SegmentFile file, long salt) {
        this.segments = segments;
        this.file = file;
        this.header = new FrameHeader(file.id(), salt);
    }

    /** Makes the file; one of that name that never counted gives way. */
    public static SegmentRewrite begin(Segments segments, SegmentId id) throws IOException {
        SegmentFile file = segments.create(id);
        long salt = segments.newSalt();
        SegmentRewrite rewrite = new SegmentRewrite(segments, file, salt);
        // How long the segment before is, and what is forced, is told by the first generation alone.
        new SegmentHeader(id, 0, salt).putTo(rewrite.buffer);
        rewrite.buffer.put(rewrite.header.group(LogPlace.START), 0, FrameHeader.BYTES);
        return rewrite;
    }

    /**
     * Writes a batch, which is empty then.
     *
     * @param firstOrdinal that of its first message; the others' follow from their gaps
     */
    public void append(Batch batch, int firstOrdinal) throws IOException {
        SealedBatch sealed = batch.seal();
        put(header.batch(sealed, firstOrdinal), FrameHeader.BYTES);
        put(sealed.meta(), sealed.metaLength());
        for (int i = 0; i < sealed.contentCount(); i++) {
            byte[] content = sealed.contents()[i];
            put(content, content.length);
        }
    }

    /** Forces the file; its name is certain once the folder is forced. */
    public void finish() throws IOException {
        flush();
        file.file().force();
        finished = true;
    }

    /** Deletes the file unless it was finished. */
    @Override
    public void close() throws IOException {
        file.release();
        if (!finished) {
            segments.delete(file.id());
        }
    }

    private void put(byte[] bytes, int length) throws IOException {
        int at = 0;
        while (at < length) {
            if (!buffer.hasRemaining()) {
                flush();
            }
            int part = Math.min(buffer.remaining(), length - at);
            buffer.put(bytes, at, part);
            at += part;
        }
    }

    private void flush() throws IOException {
        buffer.flip();
        int length = buffer.remaining();
        file.file().write(flushed, buffer);
        flushed += length;
        buffer.clear();
    }
}
