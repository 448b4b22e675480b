package io.leveret.broker.vhost;

import io.leveret.broker.queue.Deduplication;
import io.leveret.broker.queue.QueueSettings;
import io.leveret.broker.queue.Uniqueness;

/**
 * What a queue that takes no message twice, or an exchange that routes none twice, looks like inside, as of one moment.
 *
 * @param queue whether it is a queue
 * @param header of messages, in which their keys are
 * @param unsettled how many messages with a key are in the queue; 0 of an exchange
 * @param remembered how many keys are remembered whatever became of their messages; some may be over
 * @param rememberedMax how many there may be; 0 if none is remembered
 * @param ttlMs for how long each is, in milliseconds, unless its message said another time; {@link #FOR_EVER}
 * @param duplicates how many messages were dropped as such, since the broker started or the queue or exchange was declared
 */
public record DeduplicationState(
        boolean queue,
        String name,
        String header,
        long unsettled,
        long remembered,
        long rememberedMax,
        long ttlMs,
        long duplicates) {

    /** Until others take their place. */
    public static final long FOR_EVER = -1;

    static DeduplicationState of(String queue, Uniqueness uniqueness) {
        Deduplication how = uniqueness.how();
        Uniqueness.State state = uniqueness.state();
        return new DeduplicationState(
                true,
                queue,
                how.header(),
                state.unsettled(),
                state.remembered(),
                how.rememberedMax(),
                ttlMs(how),
                state.duplicates());
    }

    static long ttlMs(Deduplication how) {
        return how.ttlMs() == QueueSettings.NONE ? FOR_EVER : how.ttlMs();
    }
}
