package io.leveret.amqp.frame;

import io.leveret.amqp.method.BasicDeliver;
import io.leveret.amqp.method.Method;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;

/**
 * Writes frames behind what a buffer holds. Never leaves half a frame there, and never writes a body frame above frame_max; the caller
 * owns the buffer.
 */
public final class FrameEncoder {

    private static final int BASIC_CLASS = 60;

    /** Between the consumer tag and the exchange: delivery tag and redelivered. */
    private static final int DELIVER_FIXED_BYTES = Frame.METHOD_ID_BYTES + Long.BYTES + 1;

    private FrameEncoder() {}

    public static void writeMethod(ByteBuf out, int channel, Method method) {
        int start = out.writerIndex();
        try {
            writeHead(out, Frame.METHOD, channel, 0);
            out.writeInt(method.id());
            method.writeArguments(out);
        } catch (IllegalArgumentException e) {
            out.writerIndex(start);
            throw e;
        }
        out.setInt(start + 3, out.writerIndex() - start - Frame.HEADER_BYTES);
        out.writeByte(Frame.END);
    }

    public static void writeHeartbeat(ByteBuf out) {
        writeHead(out, Frame.HEARTBEAT, 0, 0);
        out.writeByte(Frame.END);
    }

    /** Content header and body frames; an empty body has none. {@code frameMaxBytes} is the whole frame's, 0 for no limit. */
    public static void writeContent(
            ByteBuf out, int channel, byte[] encodedProperties, byte[] body, int frameMaxBytes) {
        out.ensureWritable(contentSize(encodedProperties, body, frameMaxBytes));
        writeHead(out, Frame.HEADER, channel, Frame.CONTENT_HEADER_BYTES + encodedProperties.length);
        writeContentAfterHead(out, channel, encodedProperties, body, frameMaxBytes);
    }

    /**
     * Writes {@code basic.deliver} with its content, from parts that are encoded already. An end octet and the head of the frame after it
     * are eight octets and go out as one long.
     */
    public static void writeDeliver(
            ByteBuf out,
            int channel,
            byte[] consumerTagShortString,
            long deliveryTag,
            boolean redelivered,
            byte[] exchangeAndKeyShortStrings,
            byte[] encodedProperties,
            byte[] body,
            int frameMaxBytes) {
        out.ensureWritable(deliverSize(
                consumerTagShortString, exchangeAndKeyShortStrings, encodedProperties, body, frameMaxBytes));
        writeDeliverArguments(
                out, channel, consumerTagShortString, deliveryTag, redelivered, exchangeAndKeyShortStrings);
        writeNextHead(out, Frame.HEADER, channel, Frame.CONTENT_HEADER_BYTES + encodedProperties.length);
        writeContentAfterHead(out, channel, encodedProperties, body, frameMaxBytes);
    }

    /** Writes {@code basic.deliver} alone; its content follows as {@link ContentFrames}. */
    public static void writeDeliverMethod(
            ByteBuf out,
            int channel,
            byte[] consumerTagShortString,
            long deliveryTag,
            boolean redelivered,
            byte[] exchangeAndKeyShortStrings) {
        writeDeliverArguments(
                out, channel, consumerTagShortString, deliveryTag, redelivered, exchangeAndKeyShortStrings);
        out.writeByte(Frame.END);
    }

    /** The frame without its end octet. */
    private static void writeDeliverArguments(
            ByteBuf out,
            int channel,
            byte[] consumerTagShortString,
            long deliveryTag,
            boolean redelivered,
            byte[] exchangeAndKeyShortStrings) {
        int size = DELIVER_FIXED_BYTES + consumerTagShortString.length + exchangeAndKeyShortStrings.length;
        out.writeLong((head(Frame.METHOD, channel, size) << 8) | (BasicDeliver.ID >>> 24));
        out.writeMedium(BasicDeliver.ID);
        out.writeBytes(consumerTagShortString);
        out.writeLong(deliveryTag);
        out.writeByte(redelivered ? 1 : 0);
        out.writeBytes(exchangeAndKeyShortStrings);
    }

    /** How many bytes {@link #writeDeliver} writes. */
    public static int deliverSize(
            byte[] consumerTagShortString,
            byte[] exchangeAndKeyShortStrings,
            byte[] encodedProperties,
            byte[] body,
            int frameMaxBytes) {
        return Frame.OVERHEAD_BYTES
                + DELIVER_FIXED_BYTES
                + consumerTagShortString.length
                + exchangeAndKeyShortStrings.length
                + contentSize(encodedProperties, body, frameMaxBytes);
    }

    /** How many bytes {@link #writeDeliverMethod} writes. */
    public static int deliverMethodSize(byte[] consumerTagShortString, byte[] exchangeAndKeyShortStrings) {
        return Frame.OVERHEAD_BYTES
                + DELIVER_FIXED_BYTES
                + consumerTagShortString.length
                + exchangeAndKeyShortStrings.length;
    }

    /** How many bytes {@link #writeContent} writes. */
    public static int contentSize(byte[] encodedProperties, byte[] body, int frameMaxBytes) {
        int chunk = chunkBytes(body, frameMaxBytes);
        int bodyFrames = body.length == 0 ? 0 : (body.length - 1) / chunk + 1;
        return Frame.OVERHEAD_BYTES * (1 + bodyFrames)
                + Frame.CONTENT_HEADER_BYTES
                + encodedProperties.length
                + body.length;
    }

    static int chunkBytes(byte[] body, int frameMaxBytes) {
        return frameMaxBytes == 0 ? Math.max(1, body.length) : frameMaxBytes - Frame.OVERHEAD_BYTES;
    }

    private static void writeContentAfterHead(
            ByteBuf out, int channel, byte[] encodedProperties, byte[] body, int frameMaxBytes) {
        out.writeInt(BASIC_CLASS << 16);
        out.writeLong(body.length);
        out.writeBytes(encodedProperties);
        int chunk = chunkBytes(body, frameMaxBytes);
        for (int from = 0; from < body.length; from += chunk) {
            int size = Math.min(chunk, body.length - from);
            writeNextHead(out, Frame.BODY, channel, size);
            out.writeBytes(body, from, size);
        }
        out.writeByte(Frame.END);
    }

    private static void writeNextHead(ByteBuf out, int type, int channel, int size) {
        out.writeLong(((long) Frame.END << 56) | head(type, channel, size));
    }

    private static void writeHead(ByteBuf out, int type, int channel, int size) {
        out.writeByte(type);
        out.writeShort(channel);
        out.writeInt(size);
    }

    /** The seven octets of a frame's head in the lower part of a long. */
    private static long head(int type, int channel, int size) {
        return ((long) type << 48) | ((long) channel << 32) | size;
    }

    /** A content header frame up to where its properties begin. */
    static byte[] contentHead(int channel, byte[] encodedProperties, byte[] body) {
        ByteBuf out = Unpooled.buffer(Frame.HEADER_BYTES + Frame.CONTENT_HEADER_BYTES);
        writeHead(out, Frame.HEADER, channel, Frame.CONTENT_HEADER_BYTES + encodedProperties.length);
        out.writeInt(BASIC_CLASS << 16);
        out.writeLong(body.length);
        return out.array();
    }

    /** The end of a frame and the head of the body frame after it. */
    static byte[] seam(int channel, int size) {
        ByteBuf out = Unpooled.buffer(Long.BYTES);
        writeNextHead(out, Frame.BODY, channel, size);
        return out.array();
    }

    static byte[] end() {
        return new byte[] {(byte) Frame.END};
    }
}
