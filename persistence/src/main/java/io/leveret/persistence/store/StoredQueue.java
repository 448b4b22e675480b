package io.leveret.persistence.store;

/**
 * What recovery found of a queue. Its entries are all live, and none is in memory.
 *
 * @param bytes heads and bodies of the entries; see {@link io.leveret.persistence.state.Backlog#bytes} for how exact it is
 * @param deliveredThrough every entry up to this position was delivered to somebody
 */
public record StoredQueue(long id, long entries, long bytes, long deliveredThrough) {}
