package io.leveret.broker.connection;

import io.leveret.amqp.FieldTable;
import io.leveret.amqp.method.BasicConsume;
import io.leveret.amqp.method.ExchangeDeclare;
import io.leveret.amqp.method.QueueBind;
import io.leveret.amqp.method.QueueDeclare;
import io.leveret.amqp.method.QueueDelete;

/** The methods that these tests send most, with what they leave as it is. */
final class Calls {

    private Calls() {}

    static QueueDeclare declare(String queue) {
        return new QueueDeclare(queue, false, false, false, false, false, FieldTable.EMPTY);
    }

    static QueueDelete delete(String queue) {
        return new QueueDelete(queue, false, false, false);
    }

    static QueueBind bind(String queue, String exchange, String routingKey) {
        return new QueueBind(queue, exchange, routingKey, false, FieldTable.EMPTY);
    }

    static ExchangeDeclare exchange(String name, String type) {
        return exchange(name, type, FieldTable.EMPTY);
    }

    static ExchangeDeclare exchange(String name, String type, FieldTable arguments) {
        return new ExchangeDeclare(name, type, false, false, false, false, false, arguments);
    }

    static BasicConsume consume(String queue, String tag) {
        return new BasicConsume(queue, tag, false, false, false, false, FieldTable.EMPTY);
    }

    static BasicConsume consumeNoAck(String queue, String tag) {
        return new BasicConsume(queue, tag, false, true, false, false, FieldTable.EMPTY);
    }
}
