package io.leveret.persistence.store;

import io.leveret.persistence.log.SegmentId;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/** Which file of each segment counts: generation 0, unless it was compacted. Guarded by the locks of {@link LogState}. */
final class Generations {

    private final TreeMap<Long, Long> bySegment = new TreeMap<>();

    Generations() {}

    Generations(SortedMap<Long, Long> bySegment) {
        this.bySegment.putAll(bySegment);
    }

    SegmentId fileOf(long segment) {
        return new SegmentId(segment, bySegment.getOrDefault(segment, 0L));
    }

    void use(SegmentId file) {
        bySegment.put(file.segment(), file.generation());
    }

    void forget(long segment) {
        bySegment.remove(segment);
    }

    /** Of the segments that were compacted. A view. */
    SortedMap<Long, Long> compacted() {
        return Collections.unmodifiableSortedMap(bySegment);
    }
}
