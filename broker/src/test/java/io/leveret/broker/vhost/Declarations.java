package io.leveret.broker.vhost;

import io.leveret.amqp.FieldTable;
import io.leveret.amqp.method.ExchangeDeclare;
import io.leveret.amqp.method.QueueDeclare;
import io.leveret.broker.auth.Access;
import io.leveret.broker.auth.Authenticator;
import io.leveret.broker.auth.User;
import io.leveret.broker.settings.LoginSettings;
import java.util.List;
import java.util.Objects;

/** Methods as a client sends them, and a user who may do everything. */
final class Declarations {

    static final Access ACCESS = Objects.requireNonNull(
            new Authenticator(LoginSettings.defaults()).access(new User("guest", List.of("administrator")), "/"));

    private Declarations() {}

    static QueueDeclare durable(String queue) {
        return durable(queue, FieldTable.EMPTY);
    }

    static QueueDeclare durable(String queue, FieldTable arguments) {
        return new QueueDeclare(queue, false, true, false, false, false, arguments);
    }

    static QueueDeclare exclusive(String queue) {
        return new QueueDeclare(queue, false, false, true, false, false, FieldTable.EMPTY);
    }

    static QueueDeclare passive(String queue) {
        return new QueueDeclare(queue, true, false, false, false, false, FieldTable.EMPTY);
    }

    static ExchangeDeclare exchange(String name, String type) {
        return exchange(name, type, FieldTable.EMPTY);
    }

    static ExchangeDeclare exchange(String name, String type, FieldTable arguments) {
        return new ExchangeDeclare(name, type, false, false, false, false, false, arguments);
    }

    static FieldTable quorum() {
        return FieldTable.builder().put("x-queue-type", "quorum").build();
    }
}
