package io.leveret.broker.queue;

import io.leveret.amqp.FieldTable;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * How long what returns to a queue has to wait, as its arguments say it.
 *
 * @param failed whether what failed has to
 * @param returned whether what is given back has to
 * @param minMs times the number of failures, if there are any
 * @param maxMs null for always the least
 */
record Pause(
        boolean failed,
        boolean returned,
        long minMs,
        @Nullable Long maxMs) {

    static final Pause NONE = new Pause(false, false, 0, null);

    /** What failed, or is given back, or both, has to wait, with a most in half of the cases. */
    static Pause random(Random random, long minMs, long maxMs) {
        int kinds = 1 + random.nextInt(3);
        return new Pause((kinds & 1) != 0, (kinds & 2) != 0, minMs, random.nextBoolean() ? maxMs : null);
    }

    /** {@link #NONE} says nothing. */
    void addTo(FieldTable.Builder arguments) {
        if (minMs > 0) {
            arguments
                    .put("x-delayed-retry-type", !returned ? "failed" : failed ? "all" : "returned")
                    .put("x-delayed-retry-min", minMs);
        }
        if (maxMs != null) {
            arguments.put("x-delayed-retry-max", maxMs);
        }
    }

    long ms(boolean failure, int failures) {
        if (!(failure ? failed : returned)) {
            return 0;
        }
        return maxMs == null ? minMs : Math.min(maxMs, failures == 0 ? minMs : minMs * failures);
    }
}
