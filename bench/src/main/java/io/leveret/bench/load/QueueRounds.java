package io.leveret.bench.load;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Publishes one connection's messages to its queues in turn, one to each, round after round, so that the messages of a queue lie far
 * apart in a log; waits for confirms when a window is full. Owned by the loop.
 */
final class QueueRounds implements Traffic {

    private static final int WINDOW = 1000;

    private final List<Publish> publishes;
    private final long messages;
    private final Unconfirmed unconfirmed = new Unconfirmed(WINDOW);
    private final CompletableFuture<Void> done = new CompletableFuture<>();
    private @Nullable Channel channel;
    private long sent;
    private long confirmed;

    QueueRounds(List<Publish> publishes, int rounds) {
        this.publishes = publishes;
        this.messages = (long) publishes.size() * rounds;
    }

    /** Completes with the last confirm. */
    CompletableFuture<Void> done() {
        return done;
    }

    @Override
    public void opened(Channel channel) {
        this.channel = channel;
    }

    void begin() {
        send();
    }

    @Override
    public void method(int id, ByteBuf in, int arguments) {
        if (id != Frames.BASIC_ACK) {
            done.completeExceptionally(new LoadException("a publish was not confirmed"));
            return;
        }
        boolean multiple = (in.getByte(arguments + Long.BYTES) & 1) != 0;
        unconfirmed.settle(in.getLong(arguments), multiple, stamp -> confirmed++);
    }

    @Override
    public void burstRead() {
        send();
    }

    private void send() {
        if (confirmed == messages) {
            done.complete(null);
        }
        if (channel == null || unconfirmed.room() < WINDOW / 2) {
            return;
        }
        while (sent < messages && unconfirmed.room() > 0) {
            Publish publish = publishes.get((int) (sent++ % publishes.size()));
            channel.write(publish.burst(channel.alloc(), 1), channel.voidPromise());
            unconfirmed.published(0);
        }
        channel.flush();
    }
}
