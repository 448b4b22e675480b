package io.leveret.persistence.store;

import io.leveret.persistence.record.Target;

/**
 * One entry of a queue as it stands in the log, with the message's bytes.
 *
 * @param target the queue's own part: deadline, level, hash
 * @param deliveryCount as last updated; 0 if never
 * @param notBeforeMs when it may be delivered, in milliseconds since 1970; 0 for at once
 * @param redelivered whether an earlier delivery of it may have reached a client
 */
public record StoredEntry(
        long position,
        Target target,
        int deliveryCount,
        long notBeforeMs,
        boolean redelivered,
        byte[] head,
        byte[] body) {}
