package io.leveret.broker.channel;

/** What a client says of a delivery. */
enum Settlement {
    /** Processed. */
    ACK,
    /** To be delivered again. */
    REQUEUE,
    /** To be delivered again, and the delivery failed. */
    RETRY,
    /** Not wanted. */
    DISCARD
}
