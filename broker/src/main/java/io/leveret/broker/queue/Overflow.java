package io.leveret.broker.queue;

import org.jspecify.annotations.Nullable;

/** What happens to a message that a queue has no room for: {@code x-overflow}. */
public enum Overflow {
    /** It is taken in, and the oldest ones leave. */
    DROP_HEAD("drop-head"),
    /** It is refused. */
    REJECT_PUBLISH("reject-publish"),
    /** It is refused, and dead-lettered. */
    REJECT_PUBLISH_DLX("reject-publish-dlx");

    private final String wireName;

    Overflow(String wireName) {
        this.wireName = wireName;
    }

    /** The one with that name; null if there is none. */
    public static @Nullable Overflow byName(String name) {
        for (Overflow each : values()) {
            if (each.wireName.equals(name)) {
                return each;
            }
        }
        return null;
    }

    public String wireName() {
        return wireName;
    }
}
