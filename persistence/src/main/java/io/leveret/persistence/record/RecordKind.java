package io.leveret.persistence.record;

/**
 * The first byte of each record, and the flags within. These numbers are the file format: they never change their meaning; a log with
 * others has another format version.
 */
final class RecordKind {

    static final int PUBLISH = 1;
    static final int SETTLE = 2;
    static final int DELIVERED_THROUGH = 3;
    static final int UPDATE = 4;
    static final int PURGE = 5;
    static final int ADD_QUEUE = 6;
    static final int DELETE_QUEUE = 7;
    static final int CATALOG = 8;
    static final int STATE = 9;
    static final int CATALOG_RANGE = 10;

    /** A target's flags. The last target of a publish says so, since how many there are is not known when the first is written. */
    static final int HAS_DEADLINE = 1;

    static final int HAS_LEVEL = 1 << 1;
    static final int HAS_HASH = 1 << 2;
    static final int LAST_TARGET = 1 << 3;
    static final int ALL_TARGET_FLAGS = HAS_DEADLINE | HAS_LEVEL | HAS_HASH | LAST_TARGET;

    /** An entry's flag: was it removed, or set. */
    static final int REMOVED = 0;

    static final int SET = 1;

    private RecordKind() {}
}
