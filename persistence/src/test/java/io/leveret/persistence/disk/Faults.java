package io.leveret.persistence.disk;

import java.io.IOException;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * What is to go wrong on a {@link MemoryDisk}, and when; what is set for one operation goes before what is for many. It counts every operation that changes something: writes, forces, truncations,
 * and those on folders. Its methods are called with the disk's lock held, or before the disk is used.
 */
public final class Faults {

    /** How an operation goes wrong. */
    public enum Kind {
        /** Nothing is done, and an error thrown. */
        FAIL,
        /** Half is done, and an error thrown. */
        TEAR,
        /** There is no room, this once. */
        FULL,
        /** There is no room from here on, but for what is deleted, until the disk gets more {@link MemoryDisk#capacity}. */
        FILL,
        /** The operation is done in part, and nothing after it: the power is off. */
        POWER_CUT
    }

    private final TreeMap<Long, Kind> at = new TreeMap<>();
    private Predicate<String> failing = operation -> false;
    private Consumer<String> watcher = operation -> {};
    private long operations;
    private String last = "";
    private boolean powerIsOff;

    /** The operation with that number, from 1, goes wrong. */
    public synchronized Faults at(long operation, Kind kind) {
        at.put(operation, kind);
        return this;
    }

    /** The next operation goes wrong. */
    public synchronized Faults next(Kind kind) {
        return at(operations + 1, kind);
    }

    /** Every operation fails whose description ({@code force 0000000001.0.seg}) is matched. */
    public synchronized void failEach(Predicate<String> operation) {
        failing = operation;
    }

    /** Tells somebody of every operation before it is done, in place of whom it told until now. */
    public synchronized void watch(Consumer<String> beforeOperation) {
        watcher = beforeOperation;
    }

    /** Tells nobody any more. */
    public void unwatch() {
        watch(operation -> {});
    }

    @SuppressWarnings("ReferenceEquality") // this very one
    public synchronized boolean isWatchedBy(Consumer<String> beforeOperation) {
        return watcher == beforeOperation;
    }

    /** How many operations there were. */
    public synchronized long operations() {
        return operations;
    }

    /** What went wrong last, for the message of a test; empty if nothing has. */
    public synchronized String last() {
        return last;
    }

    public synchronized boolean powerIsOff() {
        return powerIsOff;
    }

    /** Counts an operation and says how it goes wrong: the two kinds that are done in part, or none. */
    synchronized Outcome count(String operation) throws IOException {
        if (powerIsOff) {
            throw new PowerCutException(operation);
        }
        watcher.accept(operation);
        Kind kind = at.get(++operations);
        if (kind == null && failing.test(operation)) {
            kind = Kind.FAIL;
        }
        if (kind == null) {
            return Outcome.WHOLE;
        }
        last = kind + " at operation " + operations + ", " + operation;
        switch (kind) {
            case FAIL -> throw new IOException(operation + ": failed as the test wanted");
            case FULL -> throw new DiskFullException(operation + ": full as the test wanted");
            case FILL -> {
                return Outcome.FILLED;
            }
            case TEAR -> {
                return Outcome.TORN;
            }
            case POWER_CUT -> {
                powerIsOff = true;
                return Outcome.CUT;
            }
        }
        throw new AssertionError(kind);
    }

    /** What becomes of an operation that is begun. */
    enum Outcome {
        WHOLE,
        /** It is done if there is room for it, when all other room has been taken. */
        FILLED,
        TORN,
        CUT;

        /** To be called when the operation has been done, as far as it is. */
        void end(String operation) throws IOException {
            if (this == TORN) {
                throw new IOException(operation + ": torn as the test wanted");
            }
            if (this == CUT) {
                throw new PowerCutException(operation);
            }
        }
    }

    /** The power went off: nothing else is done until {@link MemoryDisk#crash}. */
    public static final class PowerCutException extends IOException {

        private static final long serialVersionUID = 1;

        PowerCutException(String operation) {
            super(operation + ": the power is off");
        }
    }
}
