package io.leveret.bench.load;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;

/** What a connection does once it is set up. Called on the loop only; buffers are lent for the call. */
interface Traffic {

    /** A connection that only keeps its topology alive. */
    Traffic NONE = new Traffic() {};

    /** Set-up is done; from here on the connection is this traffic's. */
    default void opened(Channel channel) {}

    /** A method frame other than a close; {@code arguments} is the index of its first argument. */
    default void method(int id, ByteBuf in, int arguments) {}

    /** The content header of a delivery. */
    default void header(long bodyBytes) {}

    /** One body frame of a delivery. */
    default void body(ByteBuf in, int start, int length) {}

    /** All that one read brought has been handed over. */
    default void burstRead() {}

    /** The socket takes writes again. */
    default void writable() {}
}
