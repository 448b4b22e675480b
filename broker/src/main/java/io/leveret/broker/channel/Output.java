package io.leveret.broker.channel;

import io.leveret.amqp.frame.ContentFrames;
import io.netty.buffer.ByteBuf;

/** The way to a connection's socket. Used on the connection's event loop only. */
public interface Output {

    /** What is larger than this goes by {@link #content}, so that no buffer is as large as a body. */
    int BUFFER_BYTES = 32 * 1024;

    /**
     * The buffer to append whole frames to, with room for {@code bytes}, at most {@link #BUFFER_BYTES}; it grows if they
     * become more. What is appended goes out, in order, at the end of the loop's turn. The buffer is not to be kept over
     * the next call.
     */
    ByteBuf buffer(int bytes);

    /**
     * Appends the content that belongs to the method written last, to go out as the socket takes it.
     *
     * @param delivery whether a queue sent it, and the outbox therefore bounds it; else the client asked for it, and is not
     *     read any more if it asks for too much without reading
     */
    void content(ContentFrames content, boolean delivery);
}
