package io.leveret.interop.crash;

/**
 * What stores did beside their clients' work. A test of what survives that says nothing of it may have done without.
 *
 * @param checkpoints how many were written
 * @param compacted files of segments that were written anew, of those that are still there; a file that was compacted again counts once
 * @param spilled files of messages that were paged out, of those that are still there
 */
record StoreWork(long checkpoints, long compacted, long spilled) {

    static final StoreWork NONE = new StoreWork(0, 0, 0);

    StoreWork plus(StoreWork other) {
        return new StoreWork(checkpoints + other.checkpoints, compacted + other.compacted, spilled + other.spilled);
    }

    @Override
    public String toString() {
        return String.format(
                "%,d checkpoints, at least %,d compacted segments and %,d spill files",
                checkpoints, compacted, spilled);
    }
}
