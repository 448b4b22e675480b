package io.leveret.broker.queue;

import org.jspecify.annotations.Nullable;

/**
 * What a {@code basic.get} came to: an entry, or none.
 *
 * @param waits whether there may be one, which has to be read from the store before
 * @param left how many are ready behind it
 */
public record Got(@Nullable QueueEntry entry, boolean waits, int left) {

    static final Got NOTHING = new Got(null, false, 0);
    static final Got LATER = new Got(null, true, 0);
}
