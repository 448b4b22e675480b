package io.leveret.broker.vhost;

import io.leveret.amqp.FieldTable;
import io.leveret.amqp.FieldValue;
import io.leveret.broker.event.ErlangTerms;
import io.leveret.broker.event.Events;
import io.leveret.broker.policy.Policy;
import io.leveret.broker.queue.Queue;
import io.leveret.broker.queue.QueueDeclaration;
import io.leveret.broker.queue.QueueType;
import io.leveret.broker.vhost.Exchange.ExchangeDeclaration;
import java.util.List;
import java.util.Set;

/**
 * Tells what comes and goes in a virtual host: queues, exchanges and bindings, each by the name of the user who did it. Used by who
 * holds the topology lock, before something goes and after something came.
 */
final class TopologyEvents {

    private final String vhost;
    private final Topology topology;
    private final Events events;

    TopologyEvents(String vhost, Topology topology, Events events) {
        this.vhost = vhost;
        this.topology = topology;
        this.events = events;
    }

    static String typeOf(Queue queue) {
        return queue.declaration().type() == QueueType.QUORUM ? "rabbit_quorum_queue" : "rabbit_classic_queue";
    }

    void created(Queue queue, String user) {
        events.tell("queue.created", () -> {
            QueueDeclaration declaration = queue.declaration();
            FieldTable.Builder headers = named(queue.name(), user)
                    .put("type", typeOf(queue))
                    .put("durable", declaration.durable())
                    .put("auto_delete", declaration.autoDelete())
                    .put("exclusive", declaration.exclusive())
                    .put("arguments", ErlangTerms.sorted(declaration.arguments()));
            if (declaration.type() == QueueType.CLASSIC) {
                headers.put("owner_pid", events.pid(declaration.owner()))
                        .put("leader", events.node())
                        .put("members", List.of(FieldValue.of(events.node())));
            }
            return headers;
        });
    }

    void deleting(Queue queue, String user) {
        if (!events.areWanted()) {
            return;
        }
        Cascade cascade = new Cascade(topology.bindings).of(queue);
        takenAlong(cascade, Events.NO_USER);
        cascade.exchanges().forEach(exchange -> gone(exchange, Events.NO_USER));
        events.tell("queue.deleted", () -> named(queue.name(), user).put("type", typeOf(queue)));
    }

    void created(Exchange exchange, String user) {
        events.tell("exchange.created", () -> {
            ExchangeDeclaration declaration = exchange.declaration();
            Policy policy = exchange.policy().user();
            return named(exchange.name(), user)
                    .put("type", declaration.type().wireName())
                    .put("durable", declaration.durable())
                    .put("auto_delete", declaration.autoDelete())
                    .put("internal", declaration.internal())
                    .put("arguments", ErlangTerms.sorted(declaration.arguments()))
                    .put("policy", policy == null ? "" : policy.name());
        });
    }

    void deleting(Exchange exchange, String user) {
        if (!events.areWanted()) {
            return;
        }
        Cascade cascade = new Cascade(topology.bindings).of(exchange);
        cascade.exchanges().forEach(each -> gone(each, user));
        takenAlong(cascade, user);
    }

    /** Also if it was bound so before, as RabbitMQ tells it. */
    void bound(Binding binding, String user) {
        events.tell("binding.created", () -> binding(binding, user));
    }

    /** An auto-delete exchange goes with the last binding from it. */
    void unbinding(Binding binding, String user) {
        Exchange source = binding.source();
        if (source.declaration().autoDelete() && topology.bindings.countFrom(source) == 1) {
            deleting(source, user);
        } else {
            unbound(binding, user);
        }
    }

    private void gone(Exchange exchange, String user) {
        events.tell("exchange.deleted", () -> named(exchange.name(), user));
        topology.bindings.from(exchange).forEach(bundle -> unbound(bundle, user));
    }

    /** What leads to what goes, but for that from exchanges which go as well. */
    private void takenAlong(Cascade cascade, String user) {
        Set<Exchange> going = cascade.exchanges();
        cascade.incoming().stream()
                .filter(bundle -> !going.contains(bundle.source()))
                .forEach(bundle -> unbound(bundle, user));
    }

    private void unbound(Bundle bundle, String user) {
        bundle.bindings().forEach(binding -> unbound(binding, user));
    }

    private void unbound(Binding binding, String user) {
        events.tell("binding.deleted", () -> binding(binding, user));
    }

    private FieldTable.Builder binding(Binding binding, String user) {
        return by(user).put("source_name", binding.source().name())
                .put("source_kind", "exchange")
                .put("destination_name", binding.destination().name())
                .put("destination_kind", binding.destination() instanceof Queue ? "queue" : "exchange")
                .put("routing_key", binding.routingKey())
                .put("arguments", ErlangTerms.sorted(binding.arguments()));
    }

    private FieldTable.Builder named(String name, String user) {
        return by(user).put("name", name);
    }

    private FieldTable.Builder by(String user) {
        return FieldTable.builder().put("vhost", vhost).put("user_who_performed_action", user);
    }
}
