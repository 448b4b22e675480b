package io.leveret.amqp.method;

import io.netty.buffer.ByteBuf;

/** {@code tx.select-ok} (90, 11): the channel is transactional. */
public record TxSelectOk() implements TxMethod {

    public static final int ID = (CLASS_ID << 16) | 11;

    static TxSelectOk read(ByteBuf in) {
        return new TxSelectOk();
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
