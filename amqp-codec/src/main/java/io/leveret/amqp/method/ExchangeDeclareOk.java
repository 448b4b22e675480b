package io.leveret.amqp.method;

import io.netty.buffer.ByteBuf;

/** {@code exchange.declare-ok} (40, 11): the exchange is there. */
public record ExchangeDeclareOk() implements ExchangeMethod {

    public static final int ID = (CLASS_ID << 16) | 11;

    static ExchangeDeclareOk read(ByteBuf in) {
        return new ExchangeDeclareOk();
    }

    @Override
    public int id() {
        return ID;
    }

    @Override
    public void writeArguments(ByteBuf out) {
        // It has none.
    }
}
