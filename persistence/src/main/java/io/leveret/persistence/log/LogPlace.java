package io.leveret.persistence.log;

import java.util.Comparator;

/**
 * A place between two frames of the log.
 *
 * @param offset in the segment's file; 0 only at the very start of a log
 * @param ordinal of the next message there
 */
public record LogPlace(long segment, long offset, int ordinal) implements Comparable<LogPlace> {

    /** Where a log begins. */
    public static final LogPlace START = new LogPlace(1, 0, 0);

    private static final Comparator<LogPlace> ORDER =
            Comparator.comparingLong(LogPlace::segment).thenComparingLong(LogPlace::offset);

    /** By segment and offset; the ordinal follows from them. */
    @Override
    public int compareTo(LogPlace other) {
        return ORDER.compare(this, other);
    }

    LogPlace max(LogPlace other) {
        return compareTo(other) >= 0 ? this : other;
    }
}
