package io.leveret.broker.vhost;

import io.leveret.broker.message.Message;

/** Says at an exchange that routes no message twice whether one goes on. */
interface KeyGate {

    /** For what is no client's publish. */
    KeyGate OPEN = (keys, message) -> true;

    /** For what is only to be published later. */
    KeyGate CHECKING = (keys, message) -> {
        keys.check(message);
        return true;
    };

    /** @throws io.leveret.amqp.AmqpException precondition failed, if a header of the message is not what it has to be */
    boolean opens(ExchangeKeys keys, Message message);
}
