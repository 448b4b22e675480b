package io.leveret.amqp.method;

import io.netty.buffer.ByteBuf;

/** {@code exchange.unbind-ok} (40, 51): the binding is gone. Its number is 51, not the 41 that one expects. */
public record ExchangeUnbindOk() implements ExchangeMethod {

    public static final int ID = (CLASS_ID << 16) | 51;

    static ExchangeUnbindOk read(ByteBuf in) {
        return new ExchangeUnbindOk();
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
