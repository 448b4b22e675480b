package io.leveret.amqp.frame;

import io.leveret.amqp.AmqpException;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import org.jspecify.annotations.Nullable;

/**
 * Finds the frames in a connection's bytes and hands each payload to the listener where it lies; makes no object of a frame that is
 * there whole and keeps none of its bytes. Owned by the connection's event loop.
 *
 * <p>A frame that breaks the rules throws {@link AmqpException}, with the code and text of RabbitMQ 4.3. After one from the frame layer
 * nothing that follows can be trusted. One that the listener throws leaves the buffer behind its frame, so decoding may go on.
 */
public final class FrameDecoder {

    /** What must have come of a body frame until it is handed on in parts, so that nobody has to keep the whole of it. */
    static final int PART_BYTES = 4 * 1024;

    /** So that a frame is not larger than a buffer can be. */
    private static final int SIZE_MAX = Integer.MAX_VALUE - Frame.OVERHEAD_BYTES;

    private final FrameListener listener;
    private int frameMaxBytes;
    private @Nullable BodyFrame begun;

    /** A body frame of which a part has been handed on. */
    private static final class BodyFrame {
        final int channel;
        /** For the answer, if its end is broken. */
        final byte[] shown;

        int payloadLeft;

        BodyFrame(int channel, byte[] shown, int payloadBytes) {
            this.channel = channel;
            this.shown = shown;
            this.payloadLeft = payloadBytes;
        }
    }

    /** {@code frameMaxBytes} is the whole frame's, 0 for no limit. */
    public FrameDecoder(FrameListener listener, int frameMaxBytes) {
        this.listener = listener;
        this.frameMaxBytes = frameMaxBytes;
    }

    public void frameMax(int bytes) {
        frameMaxBytes = bytes;
    }

    /** Reads all whole frames and the beginning of a large body; what is left readable belongs to what comes next. */
    public void decode(ByteBuf in) {
        if (begun != null && !goOn(begun, in)) {
            return;
        }
        while (in.readableBytes() >= Frame.HEADER_BYTES && !listener.isClosed()) {
            int start = in.readerIndex();
            int head = in.getInt(start);
            long size = in.getUnsignedInt(start + 3);
            int type = head >>> 24;
            // Before the payload is there: a size that is not allowed is not worth waiting for.
            checkSize(type, in, start + Frame.HEADER_BYTES, size);
            if (in.readableBytes() < size + Frame.OVERHEAD_BYTES) {
                if (type == Frame.BODY) {
                    begin((head >>> 8) & 0xFFFF, in, start + Frame.HEADER_BYTES, (int) size);
                }
                return;
            }
            int from = start + Frame.HEADER_BYTES;
            frame(type, (head >>> 8) & 0xFFFF, in, from, from + (int) size);
        }
    }

    /**
     * How many octets must follow these until {@link #decode} takes some of them, and if there are no more takes all; 0 if it would take
     * some now, or find a fault.
     */
    public int missing(ByteBuf in) {
        return Math.max(0, wanted(in) - in.readableBytes());
    }

    private int wanted(ByteBuf in) {
        if (begun != null) {
            return begun.payloadLeft > PART_BYTES ? PART_BYTES : begun.payloadLeft + 1;
        }
        if (in.readableBytes() < Frame.HEADER_BYTES) {
            return Frame.HEADER_BYTES;
        }
        int start = in.readerIndex();
        long size = in.getUnsignedInt(start + 3);
        if (size > sizeMax()) {
            return 0;
        }
        int head = in.getInt(start);
        boolean inParts = head >>> 24 == Frame.BODY && ((head >>> 8) & 0xFFFF) != 0 && size > PART_BYTES;
        return inParts ? Frame.HEADER_BYTES + PART_BYTES : (int) size + Frame.OVERHEAD_BYTES;
    }

    private void begin(int channel, ByteBuf in, int from, int size) {
        if (channel != 0 && in.writerIndex() - from >= PART_BYTES) {
            BodyFrame body = new BodyFrame(channel, MalformedFrame.shown(in, from), size);
            begun = body;
            in.readerIndex(from);
            part(body, in);
        }
    }

    /** Takes more of a body frame; true if that was the rest. */
    private boolean goOn(BodyFrame body, ByteBuf in) {
        if (listener.isClosed()) {
            return false;
        }
        int from = in.readerIndex();
        if (in.readableBytes() <= body.payloadLeft) {
            part(body, in);
            return false;
        }
        begun = null;
        int to = from + body.payloadLeft;
        int end = in.getUnsignedByte(to);
        if (end != Frame.END) {
            ByteBuf shown = Unpooled.wrappedBuffer(body.shown);
            throw MalformedFrame.broken(Frame.BODY, shown, 0, body.shown.length, invalidEnd(end));
        }
        body(body.channel, in, from, to, to + 1);
        return true;
    }

    /** The last octet of the payload waits for the end octet: a message is not complete before its frame is. */
    private void part(BodyFrame body, ByteBuf in) {
        int size = Math.min(in.readableBytes(), body.payloadLeft - 1);
        if (size >= PART_BYTES) {
            int from = in.readerIndex();
            body.payloadLeft -= size;
            body(body.channel, in, from, from + size, from + size);
        }
    }

    private void body(int channel, ByteBuf in, int from, int to, int next) {
        int writerIndex = in.writerIndex();
        in.setIndex(from, to);
        try {
            listener.onBody(channel, in);
        } finally {
            in.setIndex(next, writerIndex);
        }
    }

    /** Counts the payload alone, and so tolerates eight bytes more than frame_max says; RabbitMQ does for the sake of old clients. */
    private void checkSize(int type, ByteBuf in, int from, long size) {
        long limit = sizeMax();
        if (size > limit) {
            String problem = "{frame_too_large," + size + "," + (limit - Frame.OVERHEAD_BYTES) + "}";
            throw MalformedFrame.broken(type, in, from, from, problem);
        }
    }

    private long sizeMax() {
        return frameMaxBytes == 0 ? SIZE_MAX : Math.min(frameMaxBytes, SIZE_MAX);
    }

    private void frame(int type, int channel, ByteBuf in, int from, int to) {
        int end = in.getUnsignedByte(to);
        if (end != Frame.END) {
            throw MalformedFrame.broken(type, in, from, to, invalidEnd(end));
        }
        int writerIndex = in.writerIndex();
        in.setIndex(from, to);
        try {
            dispatch(type, channel, in, from, to);
        } finally {
            in.setIndex(to + 1, writerIndex);
        }
    }

    private void dispatch(int type, int channel, ByteBuf in, int from, int to) {
        int size = to - from;
        if (type == Frame.METHOD && size >= Frame.METHOD_ID_BYTES) {
            listener.onMethod(channel, in);
        } else if (type == Frame.BODY && channel != 0) {
            listener.onBody(channel, in);
        } else if (type == Frame.HEADER && channel != 0 && size >= Frame.CONTENT_HEADER_BYTES) {
            listener.onHeader(channel, in);
        } else if (type == Frame.HEARTBEAT && channel == 0 && size == 0) {
            listener.onHeartbeat(channel);
        } else {
            throw misfit(type, in, from, to);
        }
    }

    /** A frame that could be one elsewhere is unexpected, any other is unknown. */
    private static AmqpException misfit(int type, ByteBuf in, int from, int to) {
        int size = to - from;
        boolean misplaced = switch (type) {
            case Frame.HEARTBEAT -> size == 0;
            case Frame.HEADER -> size >= Frame.CONTENT_HEADER_BYTES;
            case Frame.BODY -> true;
            default -> false;
        };
        return misplaced
                ? MalformedFrame.misplaced(type, in, from, to)
                : MalformedFrame.broken(type, in, from, to, "unknown_frame");
    }

    private static String invalidEnd(int octet) {
        return "{invalid_frame_end_marker," + octet + "}";
    }
}
