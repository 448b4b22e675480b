package io.leveret.bench.load;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Sends one connection's requests, each after the answer to the one before, as a plain client does. Owned by the loop. */
final class QueueSteps implements Traffic {

    private final List<String> queues;
    private final Request request;
    private final CompletableFuture<Void> done = new CompletableFuture<>();
    private @Nullable Channel channel;
    private int next;

    /** What is asked for a queue. */
    interface Request {
        ByteBuf of(String queue);
    }

    QueueSteps(List<String> queues, Request request) {
        this.queues = queues;
        this.request = request;
    }

    /** Completes with the last answer. */
    CompletableFuture<Void> done() {
        return done;
    }

    @Override
    public void opened(Channel channel) {
        this.channel = channel;
    }

    /** The first request; the others follow by themselves. */
    void begin() {
        send();
    }

    @Override
    public void method(int id, ByteBuf in, int arguments) {
        send();
    }

    private void send() {
        if (next == queues.size() || channel == null) {
            done.complete(null);
            return;
        }
        channel.writeAndFlush(request.of(queues.get(next++)), channel.voidPromise());
    }
}
