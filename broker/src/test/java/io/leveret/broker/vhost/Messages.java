package io.leveret.broker.vhost;

import io.leveret.amqp.BasicProperties;
import io.leveret.broker.message.Address;
import io.leveret.broker.message.Message;

/** Messages of which only the address matters. */
final class Messages {

    private Messages() {}

    static Message of(String exchange, String routingKey) {
        return new Message(new Address(exchange, routingKey), BasicProperties.EMPTY, new byte[0]);
    }
}
