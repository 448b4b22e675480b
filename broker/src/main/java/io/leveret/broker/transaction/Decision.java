package io.leveret.broker.transaction;

import org.jspecify.annotations.Nullable;

/** What becomes of a transaction. */
public enum Decision {
    /** Its messages are routed. */
    COMMIT("commit", 1),
    /** Its messages are dropped. */
    ROLLBACK("rollback", 2),
    /** Nobody decided in time, which the broker alone says: its messages are dead-lettered. */
    UNRESOLVED("unresolved", 3);

    /** Behind all marks. */
    private static final long FIRST_TIME = 4;

    private final String wireName;
    private final long mark;

    Decision(String wireName, long mark) {
        this.wireName = wireName;
        this.mark = mark;
    }

    /** The value of the header {@code x-tx-state}. */
    public String wireName() {
        return wireName;
    }

    /** As what it stands in the log in the place of a time: nothing is due in the first milliseconds of 1970. */
    long mark() {
        return mark;
    }

    /** The one with a mark; null if it is none, but a time. */
    static @Nullable Decision ofMark(long mark) {
        for (Decision each : values()) {
            if (each.mark == mark) {
                return each;
            }
        }
        return null;
    }

    /** Times begin here. */
    static long firstTime() {
        return FIRST_TIME;
    }
}
