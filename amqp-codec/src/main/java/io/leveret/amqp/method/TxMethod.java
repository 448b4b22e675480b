package io.leveret.amqp.method;

/** A method of the class {@code tx} (90). */
public sealed interface TxMethod extends Method
        permits TxSelect, TxSelectOk, TxCommit, TxCommitOk, TxRollback, TxRollbackOk {

    int CLASS_ID = 90;
}
