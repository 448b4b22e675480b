package io.leveret.amqp.method;

import io.netty.buffer.ByteBuf;

/** {@code tx.rollback-ok} (90, 31): the transaction is dropped. */
public record TxRollbackOk() implements TxMethod {

    public static final int ID = (CLASS_ID << 16) | 31;

    static TxRollbackOk read(ByteBuf in) {
        return new TxRollbackOk();
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
