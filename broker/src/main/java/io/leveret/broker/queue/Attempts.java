package io.leveret.broker.queue;

import io.leveret.amqp.FieldTable;
import io.leveret.broker.message.Message;
import org.jspecify.annotations.Nullable;

/**
 * What became of the earlier deliveries of an entry, in a queue that keeps account of them or has message groups. Owned by the queue's
 * lock or by the loop that delivers, as the entry is.
 */
final class Attempts {

    private static final String ACQUIRED = "x-acquired-count";
    private static final String FAILED = "x-delivery-count";

    private long returned;
    private long retryAtMs;
    private int acquired;
    private int failed;

    /** Null in a queue without message groups. It fits where an object of this size has room to spare. */
    private @Nullable Group group;

    /** The group that the entry is in, or was when it was given out; null if none is known. */
    @Nullable
    Group group() {
        return group;
    }

    void group(@Nullable Group now) {
        group = now;
    }

    /** Whether it came back to a queue in which what returns comes first. */
    boolean hasReturned() {
        return returned != 0;
    }

    /** @param number growing from 1 on with each return to the queue */
    void returnedAs(long number) {
        returned = number;
    }

    /** Its place in the queue's order, which is its position until it returns. */
    long place(long position) {
        return returned == 0 ? position : Long.MIN_VALUE + returned;
    }

    /** What the store knew of it before. */
    void recovered(int failures, long notBeforeMs) {
        acquired = failures;
        failed = failures;
        retryAtMs = notBeforeMs;
    }

    /** A delivery came to nothing. */
    void ended(boolean failure) {
        acquired++;
        if (failure) {
            failed++;
        }
    }

    /** When it may be given out again, in milliseconds since 1970; 0 for at once. */
    long retryAtMs() {
        return retryAtMs;
    }

    void retryAt(long timeMs) {
        retryAtMs = timeMs;
    }

    /** How often its consumer refused it, or was lost. */
    int failed() {
        return failed;
    }

    /** The message as its next consumer gets it: RabbitMQ 4.3 tells in headers how often it was tried. */
    Message told(Message message) {
        if (acquired == 0) {
            return message;
        }
        FieldTable.Builder headers =
                FieldTable.builder().putAll(message.properties().headers()).put(ACQUIRED, (long) acquired);
        if (failed > 0) {
            headers.put(FAILED, (long) failed);
        }
        return message.with(
                message.properties().toBuilder().headers(headers.build()).build());
    }
}
