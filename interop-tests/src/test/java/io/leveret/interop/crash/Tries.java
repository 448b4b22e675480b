package io.leveret.interop.crash;

import java.util.HashMap;
import java.util.Map;

/**
 * How many deliveries of one message have failed in the queue where it stands, as far as clients know; the broker tells it in
 * {@code x-delivery-count}. Belongs to the judge.
 */
final class Tries {

    /** With all that clients have sent or left. */
    private int sent;
    /** A crash can't undo these. */
    private int forced;
    /** A connection was lost that may have held the message, and its client did not see it. */
    private boolean perhapsMore;
    /** When each failure happened, at the earliest: by its number. */
    private final Map<Integer, Long> sentMs = new HashMap<>();

    void failed(int failures, long atMs) {
        sent = failures;
        sentMs.put(failures, atMs);
    }

    void failureForced(int failures) {
        forced = Math.max(forced, failures);
    }

    /** A broker that is killed does not see how connections end. */
    void lost(Loss loss) {
        perhapsMore |= loss != Loss.SERVER;
    }

    /** Who looked for it held it, and gives it back by closing. */
    void found(int failures, boolean restarted, long atMs) {
        forced = restarted ? failures : forced;
        perhapsMore = false;
        failed(failures + 1, atMs);
    }

    /** It stands in another queue. */
    void startOver() {
        sent = 0;
        forced = 0;
        perhapsMore = false;
        sentMs.clear();
    }

    int least(boolean restarted) {
        return restarted ? forced : sent;
    }

    int most() {
        return perhapsMore ? Integer.MAX_VALUE : sent;
    }

    /** When it had failed so often, at the earliest; 0 if nobody can say. */
    long failedMs(int failures) {
        return sentMs.getOrDefault(failures, 0L);
    }
}
