package io.leveret.interop.crash;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A message as its publisher knows it.
 *
 * @param queues where it is routed to
 * @param tx the transaction that it belongs to, or {@link #NO_TX}
 * @param sentAs the same as its key, but where it is moved from one queue to another: who moved it, and in which order
 * @param ttlMs how long it lives, or {@link Circuit#NO_TTL}
 * @param priority or {@link #NO_PRIORITY}
 */
record Message(
        MessageKey key, boolean persistent, List<String> queues, int tx, MessageKey sentAs, long ttlMs, int priority) {

    static final int NO_TX = 0;
    static final int NO_PRIORITY = -1;

    Message(MessageKey key, boolean persistent, List<String> queues, int tx) {
        this(key, persistent, queues, tx, key, Circuit.NO_TTL, NO_PRIORITY);
    }

    static Message persistent(MessageKey key, String... queues) {
        return new Message(key, true, List.of(queues), NO_TX);
    }

    /** The same message, published to another queue by a transaction that acks it. */
    static Message moved(MessageKey key, boolean persistent, String to, int tx, MessageKey sentAs) {
        return new Message(key, persistent, List.of(to), tx, sentAs, Circuit.NO_TTL, NO_PRIORITY);
    }

    Message livingFor(long ms) {
        return new Message(key, persistent, queues, tx, sentAs, ms, priority);
    }

    Message ranked(int as) {
        return new Message(key, persistent, queues, tx, sentAs, ttlMs, as);
    }

    /** As the property is written; null if it has none. */
    @Nullable
    String expiration() {
        return ttlMs == Circuit.NO_TTL ? null : Long.toString(ttlMs);
    }
}
