package io.leveret.amqp.frame;

import io.netty.buffer.ByteBuf;

/**
 * Takes the frames of one connection as a {@link FrameDecoder} finds them, on the decoder's thread.
 *
 * <p>A payload is the decoder's own buffer, readable from the payload's first octet to its last, and only during the call: whoever
 * wants to keep it copies it, nobody releases it. How much of it is read does not matter. Nothing that the listener throws is
 * taken for the client's fault but an {@link io.leveret.amqp.AmqpException}.
 */
public interface FrameListener {

    /** At least class and method id are there. */
    void onMethod(int channel, ByteBuf payload);

    /** At least class id, weight and body size are there, and the channel is not 0. */
    void onHeader(int channel, ByteBuf payload);

    /** A body frame, or a part of a large one; its last part comes when the frame is complete. The channel is not 0. */
    void onBody(int channel, ByteBuf payload);

    /** The channel is 0: heartbeats elsewhere are refused. */
    void onHeartbeat(int channel);

    /** Whether no more frames are wanted; asked before each. */
    boolean isClosed();
}
