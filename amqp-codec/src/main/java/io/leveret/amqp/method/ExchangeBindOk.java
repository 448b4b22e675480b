package io.leveret.amqp.method;

import io.netty.buffer.ByteBuf;

/** {@code exchange.bind-ok} (40, 31): the binding is there. */
public record ExchangeBindOk() implements ExchangeMethod {

    public static final int ID = (CLASS_ID << 16) | 31;

    static ExchangeBindOk read(ByteBuf in) {
        return new ExchangeBindOk();
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
