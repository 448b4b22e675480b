package io.leveret.amqp.method;

/** A method of the class {@code basic} (60). */
public sealed interface BasicMethod extends Method
        permits BasicQos,
                BasicQosOk,
                BasicConsume,
                BasicConsumeOk,
                BasicCancel,
                BasicCancelOk,
                BasicPublish,
                BasicReturn,
                BasicDeliver,
                BasicGet,
                BasicGetOk,
                BasicGetEmpty,
                BasicAck,
                BasicReject,
                BasicRecoverAsync,
                BasicRecover,
                BasicRecoverOk,
                BasicNack {

    int CLASS_ID = 60;
}
