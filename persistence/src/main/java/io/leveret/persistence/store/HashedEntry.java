package io.leveret.persistence.store;

/** A live entry that was found by its hash. */
public record HashedEntry(long hash, long position) {}
