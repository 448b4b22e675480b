package io.leveret.amqp.method;

/** A method of the class {@code exchange} (40). */
public sealed interface ExchangeMethod extends Method
        permits ExchangeDeclare,
                ExchangeDeclareOk,
                ExchangeDelete,
                ExchangeDeleteOk,
                ExchangeBind,
                ExchangeBindOk,
                ExchangeUnbind,
                ExchangeUnbindOk {

    int CLASS_ID = 40;
}
