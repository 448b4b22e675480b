package io.leveret.broker.channel;

/** What a client says of a delivery. */
enum Settlement {
    /** Processed. */
    ACK,
    /** To be delivered again. */
    REQUEUE,
    /** Not wanted. */
    DISCARD
}
