package io.leveret.bench.load;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import org.jspecify.annotations.Nullable;

/** Counts deliveries by their frames: checks sizes, reads stamps, decodes nothing else. Owned by the loop. */
final class Consumer implements Traffic {

    private final int sizeBytes;
    private final int ackEvery;
    private final Tally tally;
    private final Runnable progress;
    private @Nullable Channel channel;
    private long bodyBytesLeft;
    private long stampNanos;
    private long delivered;
    private long acked;

    Consumer(Load load, Tally tally, Runnable progress) {
        this.sizeBytes = load.sizeBytes();
        this.ackEvery = load.ackEvery();
        this.tally = tally;
        this.progress = progress;
    }

    @Override
    public void opened(Channel channel) {
        this.channel = channel;
    }

    @Override
    public void header(long bodyBytes) {
        if (bodyBytes != sizeBytes) {
            throw new LoadException("a delivery of %d bytes (expected: %d)".formatted(bodyBytes, sizeBytes));
        }
        bodyBytesLeft = bodyBytes;
    }

    @Override
    public void body(ByteBuf in, int start, int length) {
        if (bodyBytesLeft == sizeBytes) {
            stampNanos = in.getLong(start);
        }
        bodyBytesLeft -= length;
        if (bodyBytesLeft == 0) {
            delivered++;
            tally.delivered(System.nanoTime() - stampNanos);
        }
    }

    @Override
    public void burstRead() {
        if (ackEvery > 0 && delivered - acked >= ackEvery && channel != null) {
            channel.writeAndFlush(acks(channel), channel.voidPromise());
        }
        progress.run();
    }

    /** Delivery tags of a channel count from 1 without gaps, so the count is the tag. */
    private ByteBuf acks(Channel channel) {
        ByteBuf acks = channel.alloc().directBuffer();
        while (delivered - acked >= ackEvery) {
            acked += ackEvery;
            Frames.ackThrough(acked, acks);
        }
        return acks;
    }
}
