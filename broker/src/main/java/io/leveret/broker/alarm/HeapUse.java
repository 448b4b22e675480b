package io.leveret.broker.alarm;

import java.util.concurrent.atomic.AtomicLong;

/**
 * What connections hold on the heap and no queue can leave on the disk: open transactions, and output that clients do not read.
 * May be used from any thread.
 */
public final class HeapUse {

    private final AtomicLong bytes = new AtomicLong();

    public long bytes() {
        return bytes.get();
    }

    /** A new connection's part. */
    public Part newPart() {
        return new Part(bytes);
    }

    /** One connection's part. Owned by its event loop, and told to the others now and then. */
    public static final class Part {

        private final AtomicLong total;
        private long transactions;
        private long told;
        /** Its channels may still give back what they held. */
        private boolean ended;

        private Part(AtomicLong total) {
            this.total = total;
        }

        /** A transaction takes more, or less. */
        public void transaction(long delta) {
            transactions += delta;
        }

        /** Tells what is held now; cheap if that has not changed. */
        public void tell(long outputBytes) {
            long now = transactions + outputBytes;
            if (now != told && !ended) {
                total.addAndGet(now - told);
                told = now;
            }
        }

        /** The connection has gone, with all it held. */
        public void end() {
            transactions = 0;
            tell(0);
            ended = true;
        }
    }
}
