package io.leveret.amqp.frame;

import io.netty.buffer.ByteBuf;

/**
 * Content header and body frames of one large message, written in pieces as there is room: remembers how far it came, and copies
 * nothing but into the buffers it is given. Owned by one event loop; the arrays are not to be changed.
 */
public final class ContentFrames {

    /** What is written after the current slice. */
    private enum Next {
        PROPERTIES,
        SEAM,
        BODY,
        NOTHING
    }

    private final int channel;
    private final byte[] properties;
    private final byte[] body;
    private final int chunkBytes;

    private byte[] slice;
    private int at;
    private int end;
    private Next next = Next.PROPERTIES;
    private int bodyAt;
    private long left;

    /** {@code frameMaxBytes} is the whole frame's, 0 for no limit. */
    public ContentFrames(int channel, byte[] encodedProperties, byte[] body, int frameMaxBytes) {
        this.channel = channel;
        this.properties = encodedProperties;
        this.body = body;
        this.chunkBytes = FrameEncoder.chunkBytes(body, frameMaxBytes);
        this.left = FrameEncoder.contentSize(encodedProperties, body, frameMaxBytes);
        this.slice = FrameEncoder.contentHead(channel, encodedProperties, body);
        this.end = slice.length;
    }

    /** How many octets are still to be written. */
    public long left() {
        return left;
    }

    /** Writes as much as the buffer has room for without growing; true if that was the rest. */
    public boolean writeTo(ByteBuf out) {
        while (left > 0 && out.isWritable()) {
            if (at == end) {
                advance();
            }
            int size = Math.min(end - at, out.writableBytes());
            out.writeBytes(slice, at, size);
            at += size;
            left -= size;
        }
        return left == 0;
    }

    private void advance() {
        switch (next) {
            case PROPERTIES -> {
                slice(properties, 0, properties.length);
                next = Next.SEAM;
            }
            case SEAM -> {
                int size = chunk();
                byte[] seam = size == 0 ? FrameEncoder.end() : FrameEncoder.seam(channel, size);
                slice(seam, 0, seam.length);
                next = size == 0 ? Next.NOTHING : Next.BODY;
            }
            case BODY -> {
                int size = chunk();
                slice(body, bodyAt, size);
                bodyAt += size;
                next = Next.SEAM;
            }
            case NOTHING -> throw new AssertionError("more was left than there is");
        }
    }

    private int chunk() {
        return Math.min(chunkBytes, body.length - bodyAt);
    }

    private void slice(byte[] bytes, int from, int size) {
        slice = bytes;
        at = from;
        end = from + size;
    }
}
