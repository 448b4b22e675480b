package io.leveret.amqp.method;

import io.netty.buffer.ByteBuf;

/** {@code exchange.delete-ok} (40, 21): the exchange is gone. */
public record ExchangeDeleteOk() implements ExchangeMethod {

    public static final int ID = (CLASS_ID << 16) | 21;

    static ExchangeDeleteOk read(ByteBuf in) {
        return new ExchangeDeleteOk();
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
