package io.leveret.persistence.store;

/**
 * Where one entry of a queue stands, and what its message takes, which was not read.
 *
 * @param headBytes of what stands before the body
 * @param notBeforeMs when it may be delivered, in milliseconds since 1970; 0 for at once
 */
public record ListedEntry(long position, int headBytes, int bodyBytes, long notBeforeMs) {}
