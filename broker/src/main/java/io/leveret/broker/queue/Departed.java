package io.leveret.broker.queue;

/**
 * What has left a queue by itself and may still show in its store: until its settle is appended, and then for as long as a read may
 * miss that. Guarded by the queue's lock.
 */
final class Departed {

    /** The store has them, and was not told. */
    private final PositionSet unsettled = new PositionSet();

    /** The store was told, since the last and since the one before the last {@link #turn}. */
    private PositionSet recent = new PositionSet();

    private PositionSet before = new PositionSet();

    void add(long position) {
        unsettled.add(position);
    }

    /** The store was told. */
    void settled(long position) {
        if (unsettled.remove(position)) {
            recent.add(position);
        }
    }

    boolean contains(long position) {
        return unsettled.contains(position) || recent.contains(position) || before.contains(position);
    }

    /** Whatever was settled before the last turn, no read shows any more. */
    void turn() {
        before = recent;
        recent = new PositionSet();
    }

    /** Of how many the store was not told. */
    long unsettledCount() {
        return unsettled.size();
    }

    /** What the store was not told of: a copy, which is the caller's. */
    PositionSet unsettled() {
        return unsettled.copy();
    }
}
