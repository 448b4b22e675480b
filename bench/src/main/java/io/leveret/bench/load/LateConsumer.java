package io.leveret.bench.load;

import io.netty.buffer.ByteBuf;
import java.util.BitSet;
import java.util.concurrent.CompletableFuture;
import org.HdrHistogram.Histogram;

/**
 * Takes messages whose bodies begin with when they are due, in milliseconds since 1970, and their number, counted from 0. Tells how late they come,
 * and fails if one comes early or twice. Owned by the loop.
 */
final class LateConsumer implements Traffic {

    private final int messages;
    private final long uncounted;
    private final Histogram lateMs = new Histogram(3);
    private final CompletableFuture<Histogram> done = new CompletableFuture<>();
    private final BitSet numbers;
    private boolean isFirstBody;
    private long came;
    private long lastMs;

    LateConsumer(int messages, long uncounted) {
        this.messages = messages;
        this.uncounted = uncounted;
        this.numbers = new BitSet(messages);
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
            take(in.getLong(start), in.getInt(start + Long.BYTES));
        }
    }

    private void take(long dueMs, int number) {
        long nowMs = System.currentTimeMillis();
        if (nowMs < dueMs) {
            throw new LoadException("message %d came %d ms early".formatted(number, dueMs - nowMs));
        }
        if (number < 0 || number >= messages || numbers.get(number)) {
            throw new LoadException("message %d came twice, or was never published".formatted(number));
        }
        numbers.set(number);
        came++;
        if (came > uncounted) {
            lateMs.recordValue(nowMs - dueMs);
        }
        if (came == messages) {
            lastMs = nowMs;
            done.complete(lateMs);
        }
    }
}
