package io.leveret.interop.crash;

import java.util.List;

/**
 * A message as its publisher knows it.
 *
 * @param queues where it is routed to
 * @param tx the transaction that it belongs to, or {@link #NO_TX}
 */
record Message(MessageKey key, boolean persistent, List<String> queues, int tx) {

    static final int NO_TX = 0;

    static Message persistent(MessageKey key, String... queues) {
        return new Message(key, true, List.of(queues), NO_TX);
    }
}
