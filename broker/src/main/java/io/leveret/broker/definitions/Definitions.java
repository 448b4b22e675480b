package io.leveret.broker.definitions;

import io.leveret.amqp.FieldTable;
import io.leveret.amqp.FieldValue;
import io.leveret.amqp.method.ExchangeDeclare;
import io.leveret.amqp.method.QueueDeclare;
import io.leveret.broker.auth.Accounts;
import io.leveret.broker.policy.Parameter;
import io.leveret.broker.policy.Policy;
import io.leveret.broker.policy.PolicyKind;
import io.leveret.broker.vhost.Declared.NamedBinding;
import io.leveret.broker.vhost.VhostMetadata;
import java.util.List;
import java.util.Map;

/**
 * All that was defined in a broker, as RabbitMQ's definitions files say it. Immutable.
 *
 * @param vhosts by name
 * @param globals parameters of the broker, by name
 */
public record Definitions(
        Map<String, VhostMetadata> vhosts,
        Accounts accounts,
        Map<String, FieldValue> globals,
        List<OfVhost<Parameter>> parameters,
        List<OfVhost<KindAndPolicy>> policies,
        List<OfVhost<QueueDeclare>> queues,
        List<OfVhost<ExchangeDeclare>> exchanges,
        List<OfVhost<NamedBinding>> bindings) {

    public static final Definitions NONE =
            new Definitions(Map.of(), Accounts.NONE, Map.of(), List.of(), List.of(), List.of(), List.of(), List.of());

    /**
     * Something in a virtual host.
     *
     * @param path where it stood, for errors
     */
    public record OfVhost<T>(String vhost, String path, T value) {}

    /** A policy of a kind. */
    public record KindAndPolicy(PolicyKind kind, Policy policy) {}

    static QueueDeclare queue(String name, boolean durable, boolean autoDelete, FieldTable arguments) {
        return new QueueDeclare(name, false, durable, false, autoDelete, false, arguments);
    }
}
