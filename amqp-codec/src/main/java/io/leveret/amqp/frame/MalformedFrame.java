package io.leveret.amqp.frame;

import io.leveret.amqp.AmqpException;
import io.leveret.amqp.ErlangTerm;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;

/**
 * The answers to octets that are no frame, or none that may stand there, in the texts of RabbitMQ 4.3. Reads by absolute index,
 * never moves a buffer's own.
 */
final class MalformedFrame {

    private static final int SHOWN_OCTETS = 16;

    private MalformedFrame() {}

    /** What is shown of a payload that is longer, and one octet more, which tells that it is. */
    static byte[] shown(ByteBuf in, int from) {
        return ByteBufUtil.getBytes(in, from, SHOWN_OCTETS + 1);
    }

    static AmqpException broken(int type, ByteBuf in, int from, int to, String problem) {
        return AmqpException.frameError(describe(type, in, from, to) + ": " + problem);
    }

    static AmqpException misplaced(int type, ByteBuf in, int from, int to) {
        return AmqpException.unexpectedFrame(describe(type, in, from, to));
    }

    private static String describe(int type, ByteBuf in, int from, int to) {
        boolean all = to - from <= SHOWN_OCTETS;
        String shown = ErlangTerm.binary(ByteBufUtil.getBytes(in, from, Math.min(to - from, SHOWN_OCTETS)));
        return "type " + type + (all ? ", all octets = " : ", first 16 octets = ") + shown;
    }
}
