package io.leveret.broker.vhost;

import io.leveret.amqp.FieldTable;
import io.leveret.broker.auth.Access;
import io.leveret.broker.auth.Permission;
import io.leveret.broker.message.Destination;
import io.leveret.broker.message.Message;
import io.leveret.broker.queue.Queue;
import io.leveret.exchange.ExchangeType;
import io.leveret.exchange.RoutingTable;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Binds queues and exchanges to exchanges, and unbinds them. Both are idempotent. Who binds brings the {@link Replay}. */
public final class BindingDeclarations {

    private final Topology topology;
    private final ExchangeDeclarations exchanges;
    private final QueueDeclarations queues;
    private final TopologyEvents events;

    BindingDeclarations(
            Topology topology, ExchangeDeclarations exchanges, QueueDeclarations queues, TopologyEvents events) {
        this.events = events;
        this.topology = topology;
        this.exchanges = exchanges;
        this.queues = queues;
    }

    /** What {@code queue.bind}, {@code exchange.bind} and their opposites name. */
    public record BindingKey(String destination, String source, String routingKey, FieldTable arguments) {}

    public Replay bindQueue(BindingKey key, Object owner, Access access) {
        String queue = Names.clean(key.destination());
        String source = Names.clean(key.source());
        checkQueue(queue, source, access);
        topology.lock.lock();
        try {
            return bind(exchanges.find(source), queues.find(queue, owner), key, access);
        } finally {
            topology.lock.unlock();
        }
    }

    public void unbindQueue(BindingKey key, Object owner, Access access) {
        String queueName = Names.clean(key.destination());
        String source = Names.clean(key.source());
        checkQueue(queueName, source, access);
        topology.lock.lock();
        try {
            Queue queue = topology.queue(queueName);
            Binding binding = existing(topology.exchange(source), queue, key);
            if (binding != null && queue != null) {
                // Only now: unbinding what is not bound succeeds, whoever the queue belongs to.
                QueueDeclarations.requireAccessible(queue, owner);
                events.unbinding(binding, access.user().name());
                topology.unbind(binding);
            }
        } finally {
            topology.lock.unlock();
        }
    }

    public Replay bindExchange(BindingKey key, Access access) {
        String destination = Names.clean(key.destination());
        String source = Names.clean(key.source());
        checkExchanges(destination, source, access);
        topology.lock.lock();
        try {
            return bind(exchanges.find(source), exchanges.find(destination), key, access);
        } finally {
            topology.lock.unlock();
        }
    }

    public void unbindExchange(BindingKey key, Access access) {
        String destination = Names.clean(key.destination());
        String source = Names.clean(key.source());
        checkExchanges(destination, source, access);
        topology.lock.lock();
        try {
            Binding binding = existing(topology.exchange(source), topology.exchange(destination), key);
            if (binding != null) {
                events.unbinding(binding, access.user().name());
                topology.unbind(binding);
            }
        } finally {
            topology.lock.unlock();
        }
    }

    private static void checkQueue(String queue, String source, Access access) {
        ReplyQueues.requireNoBinding(queue);
        ExchangeDeclarations.requireNotDefault(source);
        access.requireQueue(Permission.WRITE, queue);
        access.requireExchange(Permission.READ, source);
    }

    private static void checkExchanges(String destination, String source, Access access) {
        ExchangeDeclarations.requireNotDefault(source);
        ExchangeDeclarations.requireNotDefault(destination);
        access.requireExchange(Permission.WRITE, destination);
        access.requireExchange(Permission.READ, source);
    }

    private Replay bind(Exchange source, Destination destination, BindingKey key, Access access) {
        RoutingTable.check(source.declaration().routingType(), key.routingKey(), key.arguments());
        if (source.declaration().routingType() == ExchangeType.LOCAL_RANDOM) {
            LocalRandom.check(destination, key.routingKey());
        }
        Binding binding = new Binding(source, destination, key.routingKey(), key.arguments());
        History history = source.history();
        List<Message> replayed = List.of();
        if (history == null || topology.bindings.contains(binding)) {
            topology.bind(binding);
        } else {
            replayed = history.upTo(() -> topology.bind(binding));
        }
        events.bound(binding, access.user().name());
        return new Replay(destination, replayed);
    }

    private @Nullable Binding existing(@Nullable Exchange source, @Nullable Destination destination, BindingKey key) {
        if (source == null || destination == null) {
            return null;
        }
        Binding binding = new Binding(source, destination, key.routingKey(), key.arguments());
        return topology.bindings.contains(binding) ? binding : null;
    }
}
