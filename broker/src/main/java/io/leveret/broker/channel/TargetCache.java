package io.leveret.broker.channel;

import io.leveret.amqp.method.BasicPublish;
import io.leveret.amqp.method.MethodReader;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * The targets that the channels of a connection published to lately, found by the bytes of the method, each in its one place
 * in a table: so what a connection can make the broker remember is bounded, however many channels it has. A channel itself
 * knows its last target. Owned by the connection's event loop.
 */
public final class TargetCache {

    /** A target takes up to 2 KB, by the lengths of its names. */
    private static final int SLOTS = 256;

    private @Nullable PublishTarget @Nullable [] slots;

    /** @param payload exactly a {@code basic.publish} */
    PublishTarget find(ByteBuf payload) {
        if (slots == null) {
            slots = new PublishTarget[SLOTS];
        }
        int slot = hash(payload) & (SLOTS - 1);
        PublishTarget target = slots[slot];
        if (target == null || !target.matches(payload)) {
            target = read(payload);
            slots[slot] = target;
        }
        return target;
    }

    /** Makes a target without remembering it. */
    static PublishTarget read(ByteBuf payload) {
        if (MethodReader.read(payload) instanceof BasicPublish method) {
            return new PublishTarget(method);
        }
        throw new AssertionError("not a basic.publish");
    }

    private static int hash(ByteBuf in) {
        int hash = 1;
        for (int i = in.readerIndex(); i < in.writerIndex(); i++) {
            hash = 31 * hash + in.getByte(i);
        }
        return hash ^ (hash >>> 16);
    }
}
