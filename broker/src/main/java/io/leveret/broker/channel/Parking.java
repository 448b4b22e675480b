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
    private final GivingBack givingBack;
    private final Runnable told;
    private boolean parked;
    private @Nullable Method answer;
    private @Nullable Runnable next;
    private long batch;

    /** @param told sees to it that the channel goes on */
    Parking(GivingBack givingBack, Runnable told) {
        this.givingBack = givingBack;
        this.told = told;
    }

    boolean isParked() {
        return parked;
    }

    /** @param answer null if the client wants none; what comes after the method waits all the same */
    void untilDurable(long batch, @Nullable Method answer) {
        this.parked = true;
        this.batch = batch;
        this.answer = answer;
    }

    /** Until {@link #end}. */
    void untilTold() {
        untilDurable(NEVER, null);
    }

    /** What to do after the {@link #end}, in place of an answer. */
    void thenDo(Runnable next) {
        this.next = next;
    }

    /**
     * What comes after a requeue finds everything back in its queue.
     *
     * @return false if nothing is on its way back, and there is nothing to wait for
     */
    boolean whileGivingBack(@Nullable Method answer) {
        if (givingBack.isIdle()) {
            return false;
        }
        untilDurable(NEVER, answer);
        givingBack.add(() -> false, told);
        return true;
    }

    /**
     * What comes after something that is done in pieces finds it done.
     *
     * @param then what to do in place of an answer
     */
    void afterPieces(Runnable then) {
        untilTold();
        givingBack.add(() -> false, () -> {
            thenDo(then);
            told.run();
        });
    }

    boolean endsWith(long durableBatch) {
        return parked && batch <= durableBatch;
    }

    /** The batch that ends it. */
    long batch() {
        return parked ? batch : NEVER;
    }

    /** What to do once it has ended; null if there is only to answer. */
    @Nullable
    Runnable next() {
        return next;
    }

    /** Ends it, and gives the answer that waited. */
    @Nullable
    Method end() {
        Method waited = answer;
        parked = false;
        answer = null;
        next = null;
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
