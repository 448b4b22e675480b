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
 * two, so that both are timed within the same millisecond; what the first half of them took is not counted, in which this process and
 * the broker get warm. Owned by the loop.
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

    /** How many answers came a second, by what those took that are counted; once it is done. */
    double answersPerSecond() {
        return counted() / (answerNanos / 1e9);
    }

    /** How many forces there were a second, likewise. */
    double forcesPerSecond() {
        return counted() / (forceNanos / 1e9);
    }

    private int counted() {
        return queues.size() - warmUp();
    }

    private int warmUp() {
        return queues.size() / 2;
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
        long took = System.nanoTime() - sentAt;
        long forced;
        try {
            forced = disk == null ? 0 : disk.append();
        } catch (IOException e) {
            done.completeExceptionally(e);
            return;
        }
        if (next > warmUp()) {
            answerNanos += took;
            forceNanos += forced;
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
