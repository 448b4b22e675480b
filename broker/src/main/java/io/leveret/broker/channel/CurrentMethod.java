package io.leveret.broker.channel;

import io.netty.buffer.ByteBuf;

/** Which method a channel is doing, by its numbers, as the answer to an error tells it. Owned by the channel's event loop. */
final class CurrentMethod {

    private int classId;
    private int methodId;

    void begin(ByteBuf payload) {
        int at = payload.readerIndex();
        classId = payload.getUnsignedShort(at);
        methodId = payload.getUnsignedShort(at + 2);
    }

    /** Nothing that the client asked for. */
    void none() {
        classId = 0;
        methodId = 0;
    }

    int classId() {
        return classId;
    }

    int methodId() {
        return methodId;
    }
}
