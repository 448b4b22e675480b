package io.leveret.broker.channel;

import io.netty.buffer.ByteBuf;

/** The way to a connection's socket. Used on the connection's event loop only. */
public interface Output {

    /**
     * The buffer to append whole frames to, with room for {@code bytes}; it grows if they become more. What is appended
     * goes out, in order, at the end of the loop's turn. The buffer is not to be kept over the next call.
     */
    ByteBuf buffer(int bytes);
}
