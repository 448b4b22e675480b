package io.leveret.broker.alarm;

import java.util.Locale;

/** A resource that is short; in the order in which {@code connection.blocked} names several. */
public enum Alarm {
    DISK,
    MEMORY;

    /** As clients and events are told of it. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }
}
