package io.leveret.amqp.method;

import io.netty.buffer.ByteBuf;

/** {@code tx.select} (90, 10): makes the channel transactional. */
public record TxSelect() implements TxMethod {

    public static final int ID = (CLASS_ID << 16) | 10;

    static TxSelect read(ByteBuf in) {
        return new TxSelect();
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
