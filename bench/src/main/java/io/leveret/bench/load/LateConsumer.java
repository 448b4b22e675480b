package io.leveret.bench.load;

import io.netty.buffer.ByteBuf;
import java.util.concurrent.CompletableFuture;
import org.HdrHistogram.Histogram;

/** Takes messages whose bodies begin with when they are due, in milliseconds since 1970, and tells how late they come. Owned by the loop. */
final class LateConsumer implements Traffic {

    private final long messages;
    private final long uncounted;
    private final Histogram lateMs = new Histogram(3);
    private final CompletableFuture<Histogram> done = new CompletableFuture<>();
    private boolean isFirstBody;
    private long came;
    private long lastMs;

    LateConsumer(long messages, long uncounted) {
        this.messages = messages;
        this.uncounted = uncounted;
    }

    /** Completes with what was counted when all have come. */
    CompletableFuture<Histogram> done() {
        return done;
    }

    /** When the last one came, once it is {@link #done}. */
    long lastMs() {
        return lastMs;
    }

    @Override
    public void header(long bodyBytes) {
        isFirstBody = true;
    }

    @Override
    public void body(ByteBuf in, int start, int length) {
        if (isFirstBody) {
            isFirstBody = false;
            take(in.getLong(start));
        }
    }

    private void take(long dueMs) {
        long nowMs = System.currentTimeMillis();
        came++;
        if (came > uncounted) {
            lateMs.recordValue(Math.max(0, nowMs - dueMs));
        }
        if (came == messages) {
            lastMs = nowMs;
            done.complete(lateMs);
        }
    }
}
