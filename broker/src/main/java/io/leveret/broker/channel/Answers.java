package io.leveret.broker.channel;

import io.leveret.amqp.frame.ContentFrames;
import io.leveret.amqp.frame.FrameEncoder;
import io.leveret.amqp.method.Method;
import io.leveret.broker.message.Message;
import io.netty.buffer.ByteBuf;

/** Writes what answers a client with a message: {@code basic.get-ok} and {@code basic.return}. Used on the event loop. */
final class Answers {

    private Answers() {}

    static void write(Output output, int channel, Method method, Message message, int frameMaxBytes) {
        byte[] properties = message.properties().encoded();
        // Three codes or counts, and the lengths of the names, which are in the address.
        int methodBytes = message.address().encoded().length + 64;
        int bytes = methodBytes + FrameEncoder.contentSize(properties, message.body(), frameMaxBytes);
        boolean small = bytes <= Output.BUFFER_BYTES;
        ByteBuf out = output.buffer(small ? bytes : methodBytes);
        FrameEncoder.writeMethod(out, channel, method);
        if (small) {
            FrameEncoder.writeContent(out, channel, properties, message.body(), frameMaxBytes);
        } else {
            output.content(new ContentFrames(channel, properties, message.body(), frameMaxBytes), false);
        }
    }
}
