package io.leveret.broker.connection;

import io.leveret.amqp.frame.ContentFrames;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * What a connection has to write and its socket does not take yet, in order: on the heap, large bodies as the messages' own
 * arrays. Owned by the connection's event loop; holds no buffer that somebody has to release.
 */
final class OutputBacklog {

    /** A buffer of frames is closed at this size, and the next one begun. */
    private static final int PIECE_BYTES = 64 * 1024;

    private final ArrayDeque<Piece> pieces = new ArrayDeque<>(2);

    /** The last piece, if frames may still be appended to it; not counted in {@link #counted}. */
    private @Nullable ByteBuf open;

    private long counted;

    /** What all closed pieces hold. */
    private long total;

    private sealed interface Piece {

        /** How much of it is left and counts. */
        long counted();

        /** How many octets it holds that are nobody else's. */
        long held();

        /** Writes what there is room for; true if that was the rest. */
        boolean writeTo(ByteBuf out);
    }

    private record Frames(ByteBuf frames) implements Piece {

        @Override
        public long counted() {
            return frames.readableBytes();
        }

        @Override
        public long held() {
            return frames.readableBytes();
        }

        @Override
        public boolean writeTo(ByteBuf out) {
            out.writeBytes(frames, Math.min(frames.readableBytes(), out.writableBytes()));
            return !frames.isReadable();
        }
    }

    private record Content(ContentFrames content, boolean delivery) implements Piece {

        @Override
        public long counted() {
            return delivery ? 0 : content.left();
        }

        @Override
        public long held() {
            return 0;
        }

        @Override
        public boolean writeTo(ByteBuf out) {
            return content.writeTo(out);
        }
    }

    boolean isEmpty() {
        return pieces.isEmpty();
    }

    /** How many octets wait, without the large bodies that queues sent, which the outbox bounds. */
    long askedBytes() {
        return counted + (open == null ? 0 : open.readableBytes());
    }

    /** How much of the heap is held, without large bodies: they are the messages', which their queues count. */
    long heldBytes() {
        return total + (open == null ? 0 : open.readableBytes());
    }

    /** A buffer to append frames to. */
    ByteBuf buffer(int bytes) {
        ByteBuf last = open;
        if (last == null || last.readableBytes() + bytes > PIECE_BYTES) {
            close();
            last = Unpooled.buffer(Math.max(bytes, 256));
            open = last;
            pieces.addLast(new Frames(last));
        }
        return last.ensureWritable(bytes);
    }

    void add(ContentFrames content, boolean delivery) {
        close();
        Content piece = new Content(content, delivery);
        counted += piece.counted();
        pieces.addLast(piece);
    }

    /** Puts octets before everything else. */
    void addFirst(ByteBuf heapBuffer) {
        counted += heapBuffer.readableBytes();
        total += heapBuffer.readableBytes();
        pieces.addFirst(new Frames(heapBuffer));
    }

    /** Moves as much to {@code out} as it has room for without growing. */
    void moveTo(ByteBuf out) {
        Piece first = pieces.peekFirst();
        while (first != null && out.isWritable()) {
            if (pieces.size() == 1) {
                close();
            }
            long before = first.counted();
            long held = first.held();
            boolean all = first.writeTo(out);
            counted -= before - first.counted();
            total -= held - first.held();
            if (all) {
                pieces.removeFirst();
                first = pieces.peekFirst();
            }
        }
    }

    void clear() {
        pieces.clear();
        open = null;
        counted = 0;
        total = 0;
    }

    private void close() {
        if (open != null) {
            counted += open.readableBytes();
            total += open.readableBytes();
            open = null;
        }
    }
}
