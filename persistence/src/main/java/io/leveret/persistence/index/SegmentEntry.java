package io.leveret.persistence.index;

import io.leveret.persistence.record.Content;

/**
 * A message's entry in one queue, as a segment tells of it.
 *
 * @param deadlineMs when it expires or falls due, in milliseconds since 1970; 0 for never
 * @param level the priority within the queue, 0 to 255
 * @param hash of its deduplication key or group; 0 for none
 */
public record SegmentEntry(long position, Content content, long deadlineMs, int level, long hash) {}
