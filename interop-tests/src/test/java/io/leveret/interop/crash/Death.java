package io.leveret.interop.crash;

import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * One entry of {@code x-death}, without its time.
 *
 * @param exchange where the message had been published to before it first died so
 * @param keys its routing keys then
 * @param expiration the {@code expiration} that it had then; null if none
 */
record Death(
        String queue,
        Reason reason,
        long count,
        String exchange,
        List<String> keys,
        @Nullable String expiration) {

    /** Why a message leaves its queue. */
    enum Reason {
        REJECTED,
        EXPIRED,
        MAXLEN,
        DELIVERY_LIMIT;

        String wireName() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    Death again() {
        return new Death(queue, reason, count + 1, exchange, keys, expiration);
    }

    boolean isOf(String otherQueue, Reason otherReason) {
        return queue.equals(otherQueue) && reason == otherReason;
    }
}
