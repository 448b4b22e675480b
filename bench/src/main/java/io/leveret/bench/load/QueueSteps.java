package io.leveret.bench.load;

import io.leveret.bench.disk.ForcedFile;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Sends one connection's requests, each after the answer to the one before, as a plain client does. A bare force may stand between any
 * two, so that both are timed within the same millisecond. Owned by the loop.
 */
final class QueueSteps implements Traffic {

    private final List<String> queues;
    private final Request request;
    private final CompletableFuture<Void> done = new CompletableFuture<>();
    private final @Nullable ForcedFile disk;
    private @Nullable Channel channel;
    private int next;
    private long sentAt;
    private long answerNanos;
    private long forceNanos;

    /** What is asked for a queue. */
    interface Request {
        ByteBuf of(String queue);
    }

    /** @param disk forced once after each answer, if it is there */
    QueueSteps(List<String> queues, Request request, @Nullable ForcedFile disk) {
        this.queues = queues;
        this.request = request;
        this.disk = disk;
    }

    /** How long all answers took together; once it is done. */
    double answerSeconds() {
        return answerNanos / 1e9;
    }

    /** How long all forces took together; once it is done. */
    double forceSeconds() {
        return forceNanos / 1e9;
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
        answerNanos += System.nanoTime() - sentAt;
        if (disk != null) {
            try {
                forceNanos += disk.append();
            } catch (IOException e) {
                done.completeExceptionally(e);
                return;
            }
        }
        send();
    }

    private void send() {
        if (next == queues.size() || channel == null) {
            done.complete(null);
            return;
        }
        sentAt = System.nanoTime();
        channel.writeAndFlush(request.of(queues.get(next++)), channel.voidPromise());
    }
}
