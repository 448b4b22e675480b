package io.leveret.broker.channel;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/** The frames of a channel that came while an answer of it waited, in order. Owned by the channel's event loop. */
public final class HeldFrames {

    /** What a frame takes besides its payload; only an estimate. */
    private static final int OVERHEAD_BYTES = 64;

    public enum Kind {
        METHOD,
        HEADER,
        BODY
    }

    public record HeldFrame(Kind kind, ByteBuf payload) {}

    private final ArrayDeque<HeldFrame> frames = new ArrayDeque<>();
    private long bytes;

    /** Keeps a copy: what was read belongs to the socket. */
    void add(Kind kind, ByteBuf payload) {
        bytes += OVERHEAD_BYTES + payload.readableBytes();
        frames.add(new HeldFrame(kind, Unpooled.wrappedBuffer(ByteBufUtil.getBytes(payload))));
    }

    @Nullable
    HeldFrame poll() {
        HeldFrame frame = frames.poll();
        if (frame != null) {
            bytes -= OVERHEAD_BYTES + frame.payload().readableBytes();
        }
        return frame;
    }

    long bytes() {
        return bytes;
    }
}
