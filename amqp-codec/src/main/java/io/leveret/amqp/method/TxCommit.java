package io.leveret.amqp.method;

import io.netty.buffer.ByteBuf;

/** {@code tx.commit} (90, 20): does what the transaction gathered, and begins the next. */
public record TxCommit() implements TxMethod {

    public static final int ID = (CLASS_ID << 16) | 20;

    static TxCommit read(ByteBuf in) {
        return new TxCommit();
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
