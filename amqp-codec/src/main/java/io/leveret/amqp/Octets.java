package io.leveret.amqp;

import io.netty.buffer.ByteBuf;

/** Octets of a buffer as RabbitMQ's reply texts list them. Bounded by what such a text holds. */
final class Octets {

    private static final int MAX_SHOWN = 256;

    private Octets() {}

    /** Always as numbers, whatever they spell: {@code <<0,60,7>>}. */
    static String numbers(ByteBuf in, int from, int to) {
        StringBuilder text = new StringBuilder("<<");
        for (int i = from; i < to && text.length() < MAX_SHOWN; i++) {
            text.append(i == from ? "" : ",").append(in.getUnsignedByte(i));
        }
        return text.append(">>").toString();
    }
}
