package io.leveret.bench.load;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;

/** One message's frames, encoded once, and as many copies of them in a row as one write takes. Owned by the loop. */
final class Publish {

    private static final int BURST_BYTES = 64 * 1024;

    private final byte[] burst;
    private final int bytes;
    private final int stampOffset;

    Publish(String exchange, String routingKey, int sizeBytes, boolean persistent) {
        this(exchange, routingKey, sizeBytes, persistent, BURST_BYTES);
    }

    /** A persistent publish that is written one at a time. */
    static Publish single(String exchange, String routingKey, int sizeBytes) {
        return new Publish(exchange, routingKey, sizeBytes, true, 1);
    }

    private Publish(String exchange, String routingKey, int sizeBytes, boolean persistent, int burstBytes) {
        ByteBuf one = Frames.publish(exchange, routingKey, sizeBytes, persistent);
        bytes = one.readableBytes();
        stampOffset = firstBody(one) + Frames.HEADER_BYTES;
        int count = Math.max(1, burstBytes / bytes);
        burst = new byte[count * bytes];
        for (int i = 0; i < count; i++) {
            one.getBytes(0, burst, i * bytes, bytes);
        }
    }

    /** Messages that one write takes at most. */
    int burstMax() {
        return burst.length / bytes;
    }

    /** A buffer, the caller's own, with {@code count} publishes whose stamps are still to be set. */
    ByteBuf burst(ByteBufAllocator allocator, int count) {
        return allocator.directBuffer(count * bytes).writeBytes(burst, 0, count * bytes);
    }

    void stamp(ByteBuf burst, int index, long stampNanos) {
        burst.setLong(index * bytes + stampOffset, stampNanos);
    }

    private static int firstBody(ByteBuf publish) {
        int frame = 0;
        while (publish.getByte(frame) != Frames.BODY) {
            frame += publish.getInt(frame + 3) + Frames.OVERHEAD_BYTES;
        }
        return frame;
    }
}
