package io.leveret.amqp.frame;

import io.leveret.amqp.RandomValues;
import io.leveret.amqp.method.Method;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;

/** A valid stream of frames of all kinds on several channels, from a seed. */
final class RandomStream {

    private static final int FRAME_MAX = 256;

    private RandomStream() {}

    static ByteBuf of(RandomValues values, int parts) {
        ByteBuf stream = Unpooled.buffer();
        for (int i = 0; i < parts; i++) {
            part(stream, values);
        }
        return stream;
    }

    private static void part(ByteBuf stream, RandomValues values) {
        int channel = 1 + values.random().nextInt(3);
        if (values.random().nextInt(10) == 0) {
            FrameEncoder.writeHeartbeat(stream);
            return;
        }
        Method method = values.method();
        FrameEncoder.writeMethod(stream, channel, method);
        if (method.carriesContent()) {
            byte[] properties = values.properties().encoded();
            FrameEncoder.writeContent(stream, channel, properties, values.bytes(2 * FRAME_MAX), FRAME_MAX);
        }
    }
}
