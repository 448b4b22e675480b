package io.leveret.broker.alarm;

/** A resource that is short. */
public enum Alarm {
    MEMORY,
    DISK;

    /** As {@code connection.blocked} names it. */
    String text() {
        return this == MEMORY ? "low on memory" : "low on disk";
    }
}
