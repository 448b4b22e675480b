package io.leveret.broker.transaction;

import org.jspecify.annotations.Nullable;

/** What becomes of a transaction. */
public enum Decision {
    /** Its messages are routed. */
    COMMIT("commit"),
    /** Its messages are dropped. */
    ROLLBACK("rollback"),
    /** Nobody decided in time, which the broker alone says: its messages are dead-lettered. */
    UNRESOLVED("unresolved");

    private final String wireName;

    Decision(String wireName) {
        this.wireName = wireName;
    }

    /** The value of the header {@code x-tx-state}. */
    public String wireName() {
        return wireName;
    }

    /** As what it stands in the log in the place of a time: nothing is due in the first milliseconds of 1970. */
    long mark() {
        return ordinal() + 1L;
    }

    /** The one with a mark; null if it is none, but a time. */
    static @Nullable Decision ofMark(long mark) {
        return mark >= 1 && mark <= values().length ? values()[(int) mark - 1] : null;
    }

    /** Times begin here. */
    static long firstTime() {
        return values().length + 1L;
    }
}
