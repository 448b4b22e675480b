package io.leveret.amqp.frame;

import io.leveret.amqp.AmqpException;
import io.leveret.amqp.Malformed;
import io.netty.buffer.ByteBuf;

/**
 * Finds the frames in a connection's bytes and hands each payload to the listener where it lies; makes no object of a frame and keeps
 * none of the bytes. Owned by the connection's event loop.
 *
 * <p>A frame that breaks the rules throws {@link AmqpException}, with the code and text of RabbitMQ 4.3. After one from the frame layer
 * nothing that follows can be trusted. One that the listener throws leaves the buffer behind its frame, so decoding may go on.
 */
public final class FrameDecoder {

    private final FrameListener listener;
    private int frameMaxBytes;

    /** {@code frameMaxBytes} is the whole frame's, 0 for no limit. */
    public FrameDecoder(FrameListener listener, int frameMaxBytes) {
        this.listener = listener;
        this.frameMaxBytes = frameMaxBytes;
    }

    public void frameMax(int bytes) {
        frameMaxBytes = bytes;
    }

    /** Reads all whole frames; what is left readable is the beginning of the next one. */
    public void decode(ByteBuf in) {
        while (in.readableBytes() >= Frame.HEADER_BYTES && !listener.isClosed()) {
            int start = in.readerIndex();
            int head = in.getInt(start);
            long size = in.getUnsignedInt(start + 3);
            int type = head >>> 24;
            // Before the payload is there: a size that is not allowed is not worth waiting for.
            checkSize(type, in, start + Frame.HEADER_BYTES, size);
            if (in.readableBytes() < size + Frame.OVERHEAD_BYTES) {
                return;
            }
            int from = start + Frame.HEADER_BYTES;
            frame(type, (head >>> 8) & 0xFFFF, in, from, from + (int) size);
        }
    }

    /** Counts the payload alone, and so tolerates eight bytes more than frame_max says; RabbitMQ does for the sake of old clients. */
    private void checkSize(int type, ByteBuf in, int from, long size) {
        long limit = frameMaxBytes == 0 ? Integer.MAX_VALUE - Frame.OVERHEAD_BYTES : frameMaxBytes;
        if (size > limit) {
            String problem = "{frame_too_large," + size + "," + (limit - Frame.OVERHEAD_BYTES) + "}";
            throw MalformedFrame.broken(type, in, from, from, problem);
        }
    }

    private void frame(int type, int channel, ByteBuf in, int from, int to) {
        int end = in.getUnsignedByte(to);
        if (end != Frame.END) {
            throw MalformedFrame.broken(type, in, from, to, "{invalid_frame_end_marker," + end + "}");
        }
        int writerIndex = in.writerIndex();
        in.setIndex(from, to);
        try {
            dispatch(type, channel, in, from, to);
        } catch (IndexOutOfBoundsException e) {
            throw truncated(type, in, from, to, e);
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

    private static AmqpException truncated(int type, ByteBuf in, int from, int to, IndexOutOfBoundsException cause) {
        AmqpException fault = type == Frame.METHOD
                ? Malformed.arguments(in, from + Frame.METHOD_ID_BYTES, to)
                : Malformed.properties();
        // Kept, so that an index of our own that went wrong is not mistaken for the client's fault.
        fault.addSuppressed(cause);
        return fault;
    }
}
