package io.leveret.broker.hold;

import io.leveret.broker.message.Message;

/** Brings what was held back to queues, and tells the store with it that it has left. Used by one thread at a time, which may block. */
public interface Delivery extends HeldBatch {

    /** What becomes of a message. */
    enum Outcome {
        DELIVERED,
        DEAD_LETTERED,
        DROPPED
    }

    /** Gathers a message that is to leave for the queues that the exchange leads to now. */
    Outcome deliver(Hold from, Message message);
}
