package io.leveret.broker.channel;

import io.leveret.amqp.method.BasicPublish;
import io.leveret.amqp.method.MethodReader;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * The targets that a channel published to lately, found by the bytes of the method: the last one by a compare,
 * the others in a table where each has one place. Owned by the channel's event loop.
 */
final class TargetCache {

    private static final int SLOTS = 256;

    private @Nullable PublishTarget last;
    private @Nullable PublishTarget @Nullable [] slots;

    /** @param payload exactly a {@code basic.publish} */
    PublishTarget find(ByteBuf payload) {
        PublishTarget target = last;
        if (target == null || !target.matches(payload)) {
            target = findInSlots(payload);
            last = target;
        }
        return target;
    }

    private PublishTarget findInSlots(ByteBuf payload) {
        if (last == null) {
            return read(payload);
        }
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

    private static PublishTarget read(ByteBuf payload) {
        byte[] bytes = new byte[payload.readableBytes()];
        payload.getBytes(payload.readerIndex(), bytes);
        if (MethodReader.read(payload) instanceof BasicPublish method) {
            return new PublishTarget(bytes, method);
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
