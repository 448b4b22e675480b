package io.leveret.amqp.method;

/** A method of the class {@code queue} (50). */
public sealed interface QueueMethod extends Method
        permits QueueDeclare,
                QueueDeclareOk,
                QueueBind,
                QueueBindOk,
                QueuePurge,
                QueuePurgeOk,
                QueueDelete,
                QueueDeleteOk,
                QueueUnbind,
                QueueUnbindOk {

    int CLASS_ID = 50;
}
