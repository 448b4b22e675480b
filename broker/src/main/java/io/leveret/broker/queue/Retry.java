package io.leveret.broker.queue;

import io.leveret.amqp.FieldTable;
import io.leveret.amqp.FieldValue;

/**
 * How long a message that returns to its queue waits until it is given out again: longer each time that it failed. RabbitMQ 4.3 has
 * it for quorum queues ({@code x-delayed-retry-type}, {@code -min} and {@code -max}), here every queue may.
 *
 * @param failed whether what failed waits: it was rejected, or its consumer is lost
 * @param returned whether what is only given back waits
 * @param minMs after the first failure; 0 for no wait at all
 * @param maxMs at most; {@code minMs} where none is given, and so always the same
 */
record Retry(boolean failed, boolean returned, long minMs, long maxMs) {

    static final Retry AT_ONCE = new Retry(false, false, 0, 0);

    /** RabbitMQ checks none of them: what it can't use counts as not given. */
    static Retry of(FieldTable arguments) {
        FieldValue type = QueueArgument.DELAYED_RETRY_TYPE.in(arguments);
        long minMs = milliseconds(QueueArgument.DELAYED_RETRY_MIN, arguments, 0);
        String name = type instanceof FieldValue.LongString text ? text.asString() : "disabled";
        boolean all = name.equals("all");
        boolean failed = all || name.equals("failed");
        boolean returned = all || name.equals("returned");
        if (minMs == 0 || !(failed || returned)) {
            return AT_ONCE;
        }
        return new Retry(failed, returned, minMs, milliseconds(QueueArgument.DELAYED_RETRY_MAX, arguments, minMs));
    }

    private static long milliseconds(QueueArgument argument, FieldTable arguments, long otherwise) {
        FieldValue value = argument.in(arguments);
        return value != null && value.isInteger() && value.longValue() > 0 ? value.longValue() : otherwise;
    }

    boolean isAtOnce() {
        return minMs == 0;
    }

    /**
     * How long an entry waits.
     *
     * @param failure whether it failed this time
     * @param failures how often it has failed so far
     */
    long delayMs(boolean failure, int failures) {
        if (failure ? !failed : !returned) {
            return 0;
        }
        long times = Math.max(1, failures);
        long delay = minMs > QueueArgument.LONGEST_MS / times ? QueueArgument.LONGEST_MS : minMs * times;
        return Math.min(delay, maxMs);
    }
}
