package io.leveret.broker.policy;

import io.leveret.broker.queue.QueueType;

/** What a policy may hold for, as far as policies tell it apart. */
public enum PolicyTarget {
    EXCHANGE,
    CLASSIC_QUEUE,
    QUORUM_QUEUE;

    public static PolicyTarget of(QueueType type) {
        return switch (type) {
            case CLASSIC -> CLASSIC_QUEUE;
            case QUORUM -> QUORUM_QUEUE;
        };
    }
}
