package io.leveret.broker.channel;

import io.leveret.amqp.method.Method;
import io.leveret.broker.channel.HeldFrames.HeldFrame;
import io.leveret.broker.channel.HeldFrames.Kind;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * Where a channel stands while the answer to a method has to wait, for the disk or for an entry that is being read: what its
 * client sends meanwhile is done afterwards, in order. Other channels of the connection go on. Owned by the channel's event
 * loop.
 */
final class Parking {

    private static final long NEVER = Long.MAX_VALUE;

    private final HeldFrames held = new HeldFrames();
    private boolean parked;
    private @Nullable Method answer;
    private long batch;

    boolean isParked() {
        return parked;
    }

    /** @param answer null if the client wants none; what comes after the method waits all the same */
    void untilDurable(long batch, @Nullable Method answer) {
        this.parked = true;
        this.batch = batch;
        this.answer = answer;
    }

    /**
     * Until {@link #end}.
     *
     * @param answer null if there is none yet
     */
    void untilTold(@Nullable Method answer) {
        untilDurable(NEVER, answer);
    }

    boolean endsWith(long durableBatch) {
        return parked && batch <= durableBatch;
    }

    /** The batch that ends it. */
    long batch() {
        return parked ? batch : NEVER;
    }

    /** Ends it, and gives the answer that waited. */
    @Nullable
    Method end() {
        Method waited = answer;
        parked = false;
        answer = null;
        return waited;
    }

    void hold(Kind kind, ByteBuf payload) {
        held.add(kind, payload);
    }

    /** The next frame to do, unless there is none or the channel is parked (again). */
    @Nullable
    HeldFrame nextHeld() {
        return parked ? null : held.poll();
    }

    long heldBytes() {
        return held.bytes();
    }
}
