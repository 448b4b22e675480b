package io.leveret.bench.load;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import org.jspecify.annotations.Nullable;

/** Takes the messages of groups, checks their order, and acknowledges what one read brought. Owned by the loop. */
final class GroupsConsumer implements Traffic {

    private final GroupsInFlight groups;
    private final Runnable progress;
    private @Nullable Channel channel;
    private long delivered;
    private long acked;

    GroupsConsumer(GroupsInFlight groups, Runnable progress) {
        this.groups = groups;
        this.progress = progress;
    }

    @Override
    public void opened(Channel channel) {
        this.channel = channel;
    }

    @Override
    public void body(ByteBuf in, int start, int length) {
        delivered++;
        groups.receive(in.getInt(start), in.getInt(start + Integer.BYTES));
    }

    @Override
    public void burstRead() {
        if (channel != null && delivered > acked) {
            acked = delivered;
            ByteBuf ack = channel.alloc().directBuffer();
            Frames.ackThrough(acked, ack);
            channel.writeAndFlush(ack, channel.voidPromise());
        }
        progress.run();
    }
}
