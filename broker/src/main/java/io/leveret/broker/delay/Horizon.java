package io.leveret.broker.delay;

import io.leveret.persistence.Position;

/**
 * How far ahead in time what waits in the store is known in memory: a search moves it on, and what is too much for memory moves it
 * back. Guarded by the {@link Delays}.
 */
final class Horizon {

    /** A place in the order in which stored messages are due. */
    record Point(long ms, long position) {

        private static final Point BEGINNING = new Point(0, Position.NONE);
        private static final Point END = new Point(Long.MAX_VALUE, Long.MAX_VALUE);

        /** Behind all that is due in that millisecond. */
        static Point behind(long ms) {
            return new Point(ms, Long.MAX_VALUE);
        }

        boolean covers(long dueMs, long at) {
            return ms > dueMs || (ms == dueMs && position >= at);
        }

        private boolean isBefore(Point other) {
            return !covers(other.ms, other.position);
        }
    }

    /** Who leaves something to the store that is due up to here would leave it to nobody. */
    private Point searched;

    /** All that is due up to here is in memory. */
    private Point known;

    /** Behind this the next search begins. */
    private Point from = Point.BEGINNING;

    private boolean isCut;

    /** Changes when what a search finds is not wanted any more. */
    private long generation;

    /** @param hasStore whether there is anything to search */
    Horizon(boolean hasStore) {
        this.searched = hasStore ? Point.BEGINNING : Point.END;
        this.known = searched;
    }

    boolean mustKeep(WaitingMessage message) {
        return searched.covers(message.dueMs, message.position);
    }

    /** Whether nothing that is due earlier can be missing. */
    boolean knowsUpTo(WaitingMessage message) {
        return !message.isStored() || covers(message);
    }

    /** Whether all that is due earlier is in memory, which {@link #knowsUpTo} does not ask of what no store has. */
    boolean covers(WaitingMessage message) {
        return known.covers(message.dueMs, message.position);
    }

    Point from() {
        return from;
    }

    long generation() {
        return generation;
    }

    /** Whether more is due soon than was looked for. */
    boolean isCut() {
        return isCut;
    }

    /** A search through that time begins. */
    void searching(long throughMs) {
        Point through = Point.behind(throughMs);
        searched = searched.isBefore(through) ? through : searched;
    }

    /** How much is wanted of what a search finds: what is due later was left to the store since it began, at least some of it. */
    Point wanted(Point through) {
        return searched.isBefore(through) ? searched : through;
    }

    /**
     * A search came that far.
     *
     * @param through not behind what is {@link #wanted}
     * @param cut whether there may be more that it looked for
     * @param complete whether it could look everywhere; else it is to be done again
     */
    void found(Point through, boolean cut, boolean complete) {
        known = known.isBefore(through) ? through : known;
        from = complete ? through : from;
        isCut = cut;
    }

    /** Something that was known is not any more: the next search begins at the beginning. */
    void searchAgain() {
        from = Point.BEGINNING;
        isCut = true;
        generation++;
    }

    /** What is due behind that is left to the store. */
    void pullBack(Point through) {
        searched = through.isBefore(searched) ? through : searched;
        known = through.isBefore(known) ? through : known;
        from = through.isBefore(from) ? through : from;
        isCut = true;
    }
}
