package io.leveret.broker.delay;

import io.leveret.broker.hold.Delivery;
import io.leveret.broker.hold.Hold;

/** A way to queues for messages that no store has. */
interface UnstoredDelivery extends Delivery {

    @Override
    default void settle(Hold from, long position) {
        throw new AssertionError("nothing is stored here");
    }

    @Override
    default void end() {}

    @Override
    default boolean isFull() {
        return false;
    }

    @Override
    default long flush() {
        return 0;
    }

    @Override
    default long appendedBatch() {
        return 0;
    }
}
