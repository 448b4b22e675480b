package io.leveret.amqp.method;

import io.netty.buffer.ByteBuf;

/**
 * A method with its arguments, as a value: one record per method of AMQP 0-9-1 and of RabbitMQ's extensions, with the specification's
 * names. Arguments that the specification reserves are not kept, and written as zeros.
 */
public sealed interface Method
        permits ConnectionMethod,
                ChannelMethod,
                AccessMethod,
                ExchangeMethod,
                QueueMethod,
                BasicMethod,
                ConfirmMethod,
                TxMethod {

    /** Class id in the upper, method id in the lower 16 bits, as they begin a method frame's payload. */
    int id();

    default int classId() {
        return id() >>> 16;
    }

    default int methodId() {
        return id() & 0xFFFF;
    }

    /** Fails with {@link IllegalArgumentException} if a short string is longer than 255 bytes. */
    void writeArguments(ByteBuf out);

    /** Whether a content header and body frames follow. */
    default boolean carriesContent() {
        return false;
    }
}
