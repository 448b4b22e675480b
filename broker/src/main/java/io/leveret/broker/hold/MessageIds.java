package io.leveret.broker.hold;

import io.leveret.exchange.StableHash;

/** How the store finds message ids: by hashes that are the same after every restart. Two ids may have one. */
public final class MessageIds {

    private MessageIds() {}

    /** Never 0, which stands for none. */
    public static long hash(String messageId) {
        long hash = StableHash.of(messageId);
        return hash == 0 ? 1 : hash;
    }
}
