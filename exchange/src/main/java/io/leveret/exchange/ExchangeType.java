package io.leveret.exchange;

import org.jspecify.annotations.Nullable;

/** How an exchange chooses among its bindings; a constant per type that clients may declare. Holds no bindings itself. */
public enum ExchangeType {
    DIRECT("direct"),
    FANOUT("fanout"),
    TOPIC("topic"),
    HEADERS("headers"),
    CONSISTENT_HASH("x-consistent-hash"),
    MODULUS_HASH("x-modulus-hash"),
    RANDOM("x-random"),
    LOCAL_RANDOM("x-local-random"),
    RECENT_HISTORY("x-recent-history"),
    MESSAGE_DEDUPLICATION("x-message-deduplication"),
    /** Holds messages back, and then routes them as another type, which {@link InnerType} tells. */
    DELAYED("x-delayed-message"),
    /** Holds messages back until somebody decides whether they come, and likewise. */
    TRANSACTIONAL("x-transactional");

    private final String wireName;

    ExchangeType(String wireName) {
        this.wireName = wireName;
    }

    /** The name in {@code exchange.declare}. */
    public String wireName() {
        return wireName;
    }

    /** Whether messages may wait in such an exchange before they are routed. */
    public boolean holdsBack() {
        return InnerType.argument(this) != null;
    }

    /** The type with that name in {@code exchange.declare}, or null; names are case-sensitive, as RabbitMQ's are. */
    public static @Nullable ExchangeType byName(String wireName) {
        for (ExchangeType type : values()) {
            if (type.wireName.equals(wireName)) {
                return type;
            }
        }
        return null;
    }
}
