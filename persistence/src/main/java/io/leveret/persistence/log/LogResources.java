package io.leveret.persistence.log;

import java.time.InstantSource;

/**
 * What all logs of a server share.
 *
 * @param writers where groups of batches are written: nothing that confirms do not wait for holds one of these threads up
 * @param keepers where the rest is done that keeps a store in order, and may wait for a slow disk: forces beside the writes, indexes,
 *     checkpoints, compaction
 * @param pending what they have appended and not made durable, all together
 */
public record LogResources(
        Background writers, Background keepers, WriteBuffers buffers, InstantSource clock, PendingTotal pending) {

    /** Of logs whose sum nobody asks for. */
    public LogResources(Background writers, Background keepers, WriteBuffers buffers, InstantSource clock) {
        this(writers, keepers, buffers, clock, new PendingTotal());
    }
}
