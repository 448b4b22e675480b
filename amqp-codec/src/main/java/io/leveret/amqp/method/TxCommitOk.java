package io.leveret.amqp.method;

import io.netty.buffer.ByteBuf;

/** {@code tx.commit-ok} (90, 21): the transaction is done. */
public record TxCommitOk() implements TxMethod {

    public static final int ID = (CLASS_ID << 16) | 21;

    static TxCommitOk read(ByteBuf in) {
        return new TxCommitOk();
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
