package io.leveret.persistence.log;

import io.leveret.persistence.FormatVersionException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * How a segment's file begins: its header, and the first frame. They tell the file's salt, without which no frame can be told from what
 * a message has in it. Immutable.
 */
final class SegmentStart {

    private final SegmentId id;
    private final byte[] bytes;

    private SegmentStart(SegmentId id, byte[] bytes) {
        this.id = id;
        this.bytes = bytes;
    }

    static SegmentStart read(SegmentFile file) throws IOException {
        byte[] bytes = new byte[(int) Math.min(file.size(), SegmentHeader.BYTES + FrameHeader.BYTES)];
        file.file().read(0, ByteBuffer.wrap(bytes));
        return new SegmentStart(file.id(), bytes);
    }

    /**
     * The file's header.
     *
     * @throws BadFrameException if it is not whole
     * @throws FormatVersionException if it is, but of another version
     * @throws StoreCorruptException if it is, but is none of this file: so no crash has torn it
     */
    SegmentHeader header() throws IOException {
        String problem = SegmentHeader.problemOf(bytes);
        if (problem != null) {
            throw new BadFrameException(id, 0, problem);
        }
        requireVersion();
        String mismatch = SegmentHeader.mismatchOf(bytes, id);
        if (mismatch != null) {
            throw new StoreCorruptException(id.fileName(), 0, mismatch);
        }
        return SegmentHeader.of(bytes);
    }

    /** @throws FormatVersionException if the header is whole, but of another version */
    void requireVersion() throws FormatVersionException {
        if (SegmentHeader.problemOf(bytes) == null && SegmentHeader.versionOf(bytes) != SegmentHeader.VERSION) {
            throw new FormatVersionException(id.fileName(), SegmentHeader.versionOf(bytes), SegmentHeader.VERSION);
        }
    }

    /**
     * How the file's frames are told, if its header is damaged by the group behind it: where that stands no message can. Null if that is
     * not whole either, as when the file's first group was torn.
     */
    @Nullable
    FrameHeader frames() {
        if (isOurs()) {
            return new FrameHeader(id, SegmentHeader.of(bytes).salt());
        }
        if (bytes.length < SegmentHeader.BYTES + FrameHeader.BYTES) {
            return null;
        }
        return FrameHeader.ofGroup(id, Arrays.copyOfRange(bytes, SegmentHeader.BYTES, bytes.length), 0);
    }

    private boolean isOurs() {
        return SegmentHeader.problemOf(bytes) == null
                && SegmentHeader.versionOf(bytes) == SegmentHeader.VERSION
                && SegmentHeader.mismatchOf(bytes, id) == null;
    }
}
