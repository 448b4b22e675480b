package io.leveret.broker.queue;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.leveret.broker.message.Message;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A queue that takes no message twice, as who publishes to it sees it. Any thread may ask; who takes a key holds the lock of the
 * virtual host's keys from then until the message stands in the log, so that nobody is told of a duplicate of what may never come.
 */
public final class Uniqueness {

    private final Queue queue;
    private final QueueContext context;
    private final Deduplication how;

    @GuardedBy("queue")
    private final UniqueKeys keys;

    @GuardedBy("queue")
    private final Departures departures;

    Uniqueness(Queue queue, QueueContext context, UniqueKeys keys, Departures departures) {
        this.queue = queue;
        this.context = context;
        this.how = keys.how();
        this.keys = keys;
        this.departures = departures;
    }

    /**
     * What it looks like inside.
     *
     * @param unsettled how many of its messages have a key
     * @param remembered how many keys it remembers beside, whatever became of their messages; some may be over
     * @param duplicates how many messages were not taken, since the queue was declared or recovered
     */
    public record State(long unsettled, long remembered, long duplicates) {}

    public Deduplication how() {
        return how;
    }

    public State state() {
        synchronized (queue) {
            return new State(keys.taken(), keys.remembered(), keys.duplicates());
        }
    }

    /** @throws io.leveret.amqp.AmqpException precondition failed, if a header of the message is not what it has to be */
    void check(Message message) {
        how.check(message);
    }

    /** Takes a message's key, if it is free, for the message that comes next with the burst. */
    Admitted take(long key, Message message, QueueBurst burst) {
        Wakes wakes = new Wakes();
        Admitted answer;
        synchronized (queue) {
            long now = context.clock().millis();
            answer = keys.take(key, message, burst, now);
            if (answer == Admitted.DUPLICATE && departures.isSomethingDue(now)) {
                // What has expired is not in the queue any more, though no timer has come for it.
                departures.expire(wakes);
                answer = keys.take(key, message, burst, now);
            }
            if (answer == Admitted.DUPLICATE) {
                keys.countDuplicate();
            }
        }
        wakes.run();
        return answer;
    }

    void giveUp(long key) {
        synchronized (queue) {
            keys.giveUp(key);
        }
    }

    /** A message that was to come with a key does not, and is nowhere. */
    void lose(long key, Message message) {
        synchronized (queue) {
            keys.lose(key, message);
        }
    }

    /**
     * Remembers the key of a message that is about to come.
     *
     * @return what is to be written down of it, in one batch with the message; null for nothing
     */
    public KeyWindow.@Nullable Written remember(long key, Message message) {
        synchronized (queue) {
            return keys.remember(key, message, context.clock().millis());
        }
    }

    /** Begins with the keys that were written down. Before anything else is done with the queue. */
    public void recovered(List<byte[]> written) {
        synchronized (queue) {
            KeyWindow window = keys.window();
            if (window != null) {
                window.recovered(written, context.clock().millis());
            }
        }
    }

    /**
     * Begins with an entry that the store has; likewise.
     *
     * @param notBeforeMs what the store knows of when it may be given out
     * @return the position of another entry, or this one, that had left before the other came and is to leave again; 0 if there is none
     */
    public long recovered(long key, long position, long notBeforeMs) {
        if (Departure.Reason.ofMark(notBeforeMs) != null) {
            // It left the queue, which keeps it for those that are to get it.
            return 0;
        }
        synchronized (queue) {
            return keys.recovered(key, position);
        }
    }
}
