package io.leveret.bench.load;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import org.jspecify.annotations.Nullable;

/**
 * Takes the messages of groups, checks their order, and acknowledges after each read all but the newest, which it keeps as a consumer does that
 * is at work on them. Owned by the loop.
 */
final class GroupsConsumer implements Traffic {

    private final GroupsInFlight groups;
    private final int keeps;
    private final Runnable progress;

    /** The groups of what is not acknowledged, by number of the delivery. */
    private final int[] unacked;

    private @Nullable Channel channel;
    private long delivered;
    private long acked;

    /**
     * @param prefetch of this consumer
     * @param keeps how many deliveries it leaves unacknowledged, fewer than its prefetch
     */
    GroupsConsumer(GroupsInFlight groups, int prefetch, int keeps, Runnable progress) {
        this.groups = groups;
        this.keeps = keeps;
        this.progress = progress;
        this.unacked = new int[prefetch];
    }

    @Override
    public void opened(Channel channel) {
        this.channel = channel;
    }

    @Override
    public void body(ByteBuf in, int start, int length) {
        if (delivered - acked == unacked.length) {
            throw new LoadException("a delivery beyond the prefetch of " + unacked.length);
        }
        int group = in.getInt(start);
        groups.receive(group, in.getInt(start + Integer.BYTES));
        unacked[(int) (delivered++ % unacked.length)] = group;
    }

    @Override
    public void burstRead() {
        if (channel != null && delivered - keeps > acked) {
            while (acked < delivered - keeps) {
                groups.settle(unacked[(int) (acked++ % unacked.length)]);
            }
            ByteBuf ack = channel.alloc().directBuffer();
            Frames.ackThrough(acked, ack);
            channel.writeAndFlush(ack, channel.voidPromise());
        }
        progress.run();
    }
}
