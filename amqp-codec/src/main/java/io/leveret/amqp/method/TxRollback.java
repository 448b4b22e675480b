package io.leveret.amqp.method;

import io.netty.buffer.ByteBuf;

/** {@code tx.rollback} (90, 30): drops what the transaction gathered, and begins the next. */
public record TxRollback() implements TxMethod {

    public static final int ID = (CLASS_ID << 16) | 30;

    static TxRollback read(ByteBuf in) {
        return new TxRollback();
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
