package io.leveret.persistence.index;

/**
 * Names an entry that was found by a property of it.
 *
 * @param key the property: its deadline in milliseconds since 1970, or its hash
 */
public record EntryReference(long key, long queueId, int level, long position) {}
