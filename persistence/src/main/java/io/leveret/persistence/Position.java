package io.leveret.persistence;

/**
 * Where a message was first appended, and from then on its durable, ordered name: the number of a segment and the ordinal of the
 * publish within it, in one long. Positions grow with the log and are not dense.
 */
public final class Position {

    /** Below every position of a message. */
    public static final long NONE = 0;

    /** How many messages a segment can name. */
    public static final int MAX_ORDINAL = (1 << 28) - 1;

    private static final int ORDINAL_BITS = 28;

    private Position() {}

    /** @param segment from 1 */
    public static long of(long segment, int ordinal) {
        return segment << ORDINAL_BITS | ordinal;
    }

    public static long segment(long position) {
        return position >>> ORDINAL_BITS;
    }

    public static int ordinal(long position) {
        return (int) position & MAX_ORDINAL;
    }

    /** For logs and errors: {@code 12:3456}. */
    public static String describe(long position) {
        return segment(position) + ":" + ordinal(position);
    }
}
