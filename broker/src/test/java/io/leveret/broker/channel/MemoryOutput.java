package io.leveret.broker.channel;

import io.leveret.amqp.frame.ContentFrames;
import io.netty.buffer.ByteBuf;

/** An output that takes everything at once into one buffer. */
record MemoryOutput(ByteBuf out) implements Output {

    @Override
    public ByteBuf buffer(int bytes) {
        return out;
    }

    @Override
    public void content(ContentFrames content, boolean delivery) {
        content.writeTo(out.ensureWritable(Math.toIntExact(content.left())));
    }
}
