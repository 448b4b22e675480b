package io.leveret.bench.load;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import org.jspecify.annotations.Nullable;

/** Writes the publishes that are due and have room, many to a write; takes confirms. Owned by the loop; never queues for itself. */
final class Producer implements Traffic {

    private final Publish publish;
    private final Schedule schedule;
    private final Tally tally;
    private final int window;
    private final int burstMax;
    private final Runnable progress;
    private final @Nullable Unconfirmed unconfirmed;
    private @Nullable Channel channel;
    private long left;

    Producer(Load load, Publish publish, Schedule schedule, long messages, Tally tally, Runnable progress) {
        this.publish = publish;
        this.schedule = schedule;
        this.tally = tally;
        this.progress = progress;
        window = load.window();
        unconfirmed = load.confirmWindow() == 0 ? null : new Unconfirmed(load.confirmWindow());
        // Half a window, so that the broker has something to do while the other half travels.
        int room = unconfirmed == null ? window : Math.min(window, load.confirmWindow());
        burstMax = Math.max(1, Math.min(publish.burstMax(), room / 2));
        left = messages;
    }

    /** One write, if anything may be sent; tells whether it was. */
    boolean send(long nowNanos) {
        int count = (int) Math.min(left, Math.min(schedule.due(nowNanos), burstMax));
        if (count <= 0 || room() < count || channel == null || !channel.isWritable()) {
            return false;
        }
        ByteBuf burst = publish.burst(channel.alloc(), count);
        for (int i = 0; i < count; i++) {
            stamp(burst, i, schedule.next(nowNanos));
        }
        left -= count;
        tally.sent(count);
        channel.writeAndFlush(burst, channel.voidPromise());
        return true;
    }

    void begin(long nowNanos) {
        schedule.begin(nowNanos);
    }

    long nanosToNext(long nowNanos) {
        return schedule.nanosToNext(nowNanos);
    }

    /** Whether it has sent all that it was asked for. */
    boolean finished() {
        return left == 0;
    }

    @Override
    public void opened(Channel channel) {
        this.channel = channel;
    }

    @Override
    public void method(int id, ByteBuf in, int arguments) {
        if (unconfirmed == null || (id != Frames.BASIC_ACK && id != Frames.BASIC_NACK)) {
            throw new LoadException(
                    "method %d.%d to a producer (expected: basic.ack or nack)".formatted(id >>> 16, id & 0xFFFF));
        }
        long now = System.nanoTime();
        boolean multiple = (in.getByte(arguments + Long.BYTES) & 1) != 0;
        unconfirmed.settle(
                in.getLong(arguments),
                multiple,
                id == Frames.BASIC_ACK ? stamp -> tally.confirmed(stamp, now - stamp) : stamp -> tally.nacked());
    }

    @Override
    public void burstRead() {
        progress.run();
    }

    @Override
    public void writable() {
        progress.run();
    }

    private long room() {
        long backlogRoom = window - tally.backlog();
        return unconfirmed == null ? backlogRoom : Math.min(backlogRoom, unconfirmed.room());
    }

    private void stamp(ByteBuf burst, int index, long stampNanos) {
        publish.stamp(burst, index, stampNanos);
        if (unconfirmed != null) {
            unconfirmed.published(stampNanos);
        }
    }
}
