package io.leveret.broker.message;

import io.leveret.broker.message.Message.Past;

/** How a message stands on the disk: address and properties as on the wire, its past among their flags. A pure function. */
public final class MessageWriter {

    /** No properties of a client have it: it announces a second word of flags, which does not exist. */
    private static final int DEAD_LETTERED = 1;

    /** Means something beside the other one only. */
    private static final int DELIVERED = 2;

    private static final int LOW_FLAGS_AT = 1;

    private MessageWriter() {}

    /** The properties as {@link MessageReader} takes them. Not to be changed. */
    public static byte[] properties(Message message) {
        byte[] encoded = message.properties().encoded();
        if (message.past() == Past.NONE) {
            return encoded;
        }
        byte[] marked = encoded.clone();
        int kept = marked[LOW_FLAGS_AT] & ~(DEAD_LETTERED | DELIVERED);
        marked[LOW_FLAGS_AT] =
                (byte) (kept | (message.past() == Past.DELIVERED ? DEAD_LETTERED | DELIVERED : DEAD_LETTERED));
        return marked;
    }

    /** Takes the past out of the flags. */
    static Past unmark(byte[] properties) {
        if (properties.length <= LOW_FLAGS_AT || (properties[LOW_FLAGS_AT] & DEAD_LETTERED) == 0) {
            return Past.NONE;
        }
        boolean delivered = (properties[LOW_FLAGS_AT] & DELIVERED) != 0;
        properties[LOW_FLAGS_AT] &= ~(DEAD_LETTERED | DELIVERED);
        return delivered ? Past.DELIVERED : Past.DEAD_LETTERED;
    }
}
