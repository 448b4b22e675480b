package io.leveret.broker.vhost;

import io.leveret.broker.queue.Queue;
import io.leveret.broker.queue.QueueSettings;
import java.util.ArrayDeque;

/** The dead letters that one queue keeps, in order, and when they are tried again. Used by who dead-letters, one at a time. */
final class KeptOfQueue {

    /** As for RabbitMQ: what comes behind so many of one queue waits for these. */
    private static final int TRIED = 32;

    private static final long SHORTEST_PAUSE_MS = 1_000;

    /** Each attempt reads them from the disk; RabbitMQ waits for three minutes. */
    private static final long LONGEST_PAUSE_MS = 60_000;

    private final Queue queue;

    /** Those before {@link #untried} that the present attempt could not forward. */
    private final ArrayDeque<KeptLetter> tried = new ArrayDeque<>();

    private final ArrayDeque<KeptLetter> untried = new ArrayDeque<>();

    /** Of when it was last asked. */
    private QueueSettings settings;

    /** From one attempt to the next; it grows as long as nothing could be forwarded. */
    private long pauseMs = SHORTEST_PAUSE_MS;

    private long triedAtMs;

    /** In the present attempt. */
    private int read;

    private int forwarded;

    KeptOfQueue(Queue queue) {
        this.queue = queue;
        this.settings = queue.settings();
    }

    Queue queue() {
        return queue;
    }

    boolean isEmpty() {
        return tried.isEmpty() && untried.isEmpty();
    }

    /** Whether so many wait that what comes has to wait as well. */
    boolean isFull() {
        return tried.size() + untried.size() >= TRIED;
    }

    void add(KeptLetter letter) {
        untried.add(letter);
    }

    /** There are targets that take its letters, so that these need not wait for long. */
    void forwardedAnother() {
        pauseMs = SHORTEST_PAUSE_MS;
    }

    boolean isDue(long nowMs) {
        QueueSettings now = queue.settings();
        if (!settings.equals(now)) {
            settings = now;
            pauseMs = SHORTEST_PAUSE_MS;
        }
        // Somebody may have put the clock back.
        return nowMs - triedAtMs >= pauseMs || nowMs < triedAtMs || isPurged();
    }

    /** A purge takes all that are there, so the first tells of it. */
    private boolean isPurged() {
        KeptLetter first = tried.isEmpty() ? untried.peek() : tried.peek();
        return first != null && queue.hasPurged(first.departure());
    }

    /** Tries the first ones, as far as that goes in one batch; then the next call goes on behind these. */
    void retry(KeptRetry retry, long nowMs) {
        int readBefore = retry.read();
        int forwardedBefore = retry.forwarded();
        while (!untried.isEmpty() && tried.size() < TRIED && !retry.isFull()) {
            // Not taken out before, or it would be forgotten if memory ran out meanwhile.
            KeptLetter next = untried.element();
            if (!retry.settles(next)) {
                tried.add(next);
            }
            untried.remove();
        }
        read += retry.read() - readBefore;
        forwarded += retry.forwarded() - forwardedBefore;
        if (untried.isEmpty() || tried.size() == TRIED) {
            end(nowMs);
        }
    }

    private void end(long nowMs) {
        while (!tried.isEmpty()) {
            untried.addFirst(tried.removeLast());
        }
        // As long as there is no exchange nothing is read, and it costs little to look for it.
        boolean inVain = forwarded == 0 && read > 0;
        pauseMs = inVain ? Math.min(2 * pauseMs, LONGEST_PAUSE_MS) : SHORTEST_PAUSE_MS;
        triedAtMs = nowMs;
        read = 0;
        forwarded = 0;
    }
}
