package io.leveret.amqp;

import io.netty.buffer.ByteBuf;

/** The answers to values that make no sense, in the texts of RabbitMQ 4.3. Reads by absolute index, never moves a buffer's own. */
public final class Malformed {

    private Malformed() {}

    /** Method arguments, from index {@code from} to {@code to}, that are too short, too long or otherwise not the method's. */
    public static AmqpException arguments(ByteBuf in, int from, int to) {
        return AmqpException.frameError("cannot decode " + Octets.numbers(in, from, to));
    }

    /** A content header whose property list is broken; RabbitMQ says no more than the code. */
    public static AmqpException properties() {
        return AmqpException.internalError("").withoutMethod();
    }

    static AmqpException text() {
        return AmqpException.frameError("Malformed UTF-8 in shortstr");
    }
}
