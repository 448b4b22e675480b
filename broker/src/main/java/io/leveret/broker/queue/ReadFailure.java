package io.leveret.broker.queue;

import io.leveret.amqp.AmqpException;
import org.jspecify.annotations.Nullable;

/** A read of a queue's next messages that failed, and how often it failed before without one that worked between. Immutable. */
final class ReadFailure {

    private static final long FIRST_PAUSE_MS = 1_000;
    private static final long LAST_PAUSE_MS = 60_000;
    /** How often the log is told, while it goes on failing. */
    private static final long SILENCE_MS = 60_000;

    private final AmqpException answer;
    private final long pauseMs;
    private final long silentMs;
    private final boolean told;

    private ReadFailure(AmqpException answer, long pauseMs, long silentMs, boolean told) {
        this.answer = answer;
        this.pauseMs = pauseMs;
        this.silentMs = silentMs;
        this.told = told;
    }

    /**
     * @param before the failure that this one repeats; null if the last read worked
     * @param answer what clients are told that want those messages
     */
    static ReadFailure after(@Nullable ReadFailure before, AmqpException answer) {
        if (before == null) {
            return new ReadFailure(answer, FIRST_PAUSE_MS, 0, true);
        }
        long silentMs = (before.told ? 0 : before.silentMs) + before.pauseMs;
        return new ReadFailure(answer, Math.min(2 * before.pauseMs, LAST_PAUSE_MS), silentMs, silentMs >= SILENCE_MS);
    }

    AmqpException answer() {
        return answer;
    }

    /** How long until the read is tried again. */
    long pauseMs() {
        return pauseMs;
    }

    /** Whether the log is to be told. */
    boolean told() {
        return told;
    }
}
