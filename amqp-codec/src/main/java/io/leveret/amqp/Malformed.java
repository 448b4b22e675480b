package io.leveret.amqp;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;

/** The answers to octets that make no sense, in the texts of RabbitMQ 4.3. Reads by absolute index, never moves a buffer's own. */
public final class Malformed {

    private static final int SHOWN_OCTETS = 16;

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

    static AmqpException frame(int type, ByteBuf in, int from, int to, String problem) {
        return AmqpException.frameError(describe(type, in, from, to) + ": " + problem);
    }

    static AmqpException misplacedFrame(int type, ByteBuf in, int from, int to) {
        return AmqpException.unexpectedFrame(describe(type, in, from, to));
    }

    private static String describe(int type, ByteBuf in, int from, int to) {
        boolean all = to - from <= SHOWN_OCTETS;
        String shown = ErlangTerm.binary(ByteBufUtil.getBytes(in, from, Math.min(to - from, SHOWN_OCTETS)));
        return "type " + type + (all ? ", all octets = " : ", first 16 octets = ") + shown;
    }
}
