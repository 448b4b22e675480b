package io.leveret.bench.load;

import java.util.function.LongConsumer;

/** The publishes of one channel that wait for their confirm, at most {@code window} of them. Owned by the loop. */
final class Unconfirmed {

    private final long[] stampNanos;
    private final boolean[] settled;
    private long oldest = 1;
    private long next = 1;

    Unconfirmed(int window) {
        stampNanos = new long[window];
        settled = new boolean[window];
    }

    int room() {
        return stampNanos.length - (int) (next - oldest);
    }

    void published(long stamp) {
        int slot = slot(next++);
        stampNanos[slot] = stamp;
        settled[slot] = false;
    }

    /** Hands the stamp of each publish that this ack or nack settles to {@code each}, once per publish. */
    void settle(long deliveryTag, boolean multiple, LongConsumer each) {
        if (deliveryTag < oldest || deliveryTag >= next) {
            throw new LoadException(
                    "confirm of delivery tag %d (expected: %d to %d)".formatted(deliveryTag, oldest, next - 1));
        }
        for (long tag = multiple ? oldest : deliveryTag; tag <= deliveryTag; tag++) {
            settleOne(slot(tag), each);
        }
        while (oldest < next && settled[slot(oldest)]) {
            oldest++;
        }
    }

    private void settleOne(int slot, LongConsumer each) {
        if (!settled[slot]) {
            settled[slot] = true;
            each.accept(stampNanos[slot]);
        }
    }

    private int slot(long deliveryTag) {
        return (int) (deliveryTag % stampNanos.length);
    }
}
