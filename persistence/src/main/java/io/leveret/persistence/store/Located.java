package io.leveret.persistence.store;

import io.leveret.persistence.index.SegmentEntry;
import io.leveret.persistence.log.SegmentId;

/** A queue's entry that was found, and which file has its bytes. */
record Located(
        long queueId, SegmentEntry entry, SegmentId file, int deliveryCount, long notBeforeMs, boolean redelivered) {}
