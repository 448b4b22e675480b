package io.leveret.amqp;

import io.netty.buffer.ByteBuf;

/** The eight octets that open a connection: which protocol the client speaks, and what it is told if that is not ours. */
public final class ProtocolHeader {

    public static final int LENGTH = 8;

    private static final int AMQP = 0x41_4D_51_50;
    private static final int GET = 0x47_45_54_20;
    private static final int VERSION_0_9_1 = 0x00_00_09_01;
    private static final int VERSION_0_9 = 0x01_01_00_09;
    private static final int VERSION_1_0 = 0x00_01_00_00;
    private static final int VERSION_1_0_SASL = 0x03_01_00_00;

    private ProtocolHeader() {}

    /** What a client opened with. */
    public enum Offer {
        /** 0-9-1, or 0-9 with the version octets of its time; to be answered with {@code connection.start}. */
        ACCEPTED(VERSION_0_9_1),
        OTHER_AMQP_0_9(VERSION_0_9_1),
        /** We don't speak it, so unlike RabbitMQ we don't invite it to go on. */
        AMQP_1_0(VERSION_0_9_1),
        UNKNOWN(VERSION_1_0_SASL),
        HTTP(VERSION_1_0_SASL),
        TLS(VERSION_1_0_SASL);

        private final int answer;

        Offer(int answer) {
            this.answer = answer;
        }

        public boolean accepted() {
            return this == ACCEPTED;
        }

        /** The header that a client gets before it is disconnected. */
        public void writeRefusal(ByteBuf out) {
            out.writeInt(AMQP).writeInt(answer);
        }
    }

    /** Reads eight octets, which must be there. */
    public static Offer read(ByteBuf in) {
        int protocol = in.readInt();
        int version = in.readInt();
        return protocol == AMQP ? amqp(version) : stranger(protocol);
    }

    /** The header of a client that speaks AMQP 0-9-1. */
    public static void write(ByteBuf out) {
        out.writeInt(AMQP).writeInt(VERSION_0_9_1);
    }

    private static Offer amqp(int version) {
        if (version == VERSION_0_9_1 || version == VERSION_0_9) {
            return Offer.ACCEPTED;
        }
        if (version == VERSION_1_0 || version == VERSION_1_0_SASL) {
            return Offer.AMQP_1_0;
        }
        boolean atLeast9 = version >>> 16 == 0 && ((version >>> 8) & 0xFF) >= 9;
        return atLeast9 ? Offer.OTHER_AMQP_0_9 : Offer.UNKNOWN;
    }

    /** Only to be able to say in the log who has come to the wrong door. */
    private static Offer stranger(int firstOctets) {
        if (firstOctets == GET) {
            return Offer.HTTP;
        }
        return firstOctets >>> 16 == 0x1603 ? Offer.TLS : Offer.UNKNOWN;
    }
}
