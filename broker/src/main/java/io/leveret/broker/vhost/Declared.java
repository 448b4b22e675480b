package io.leveret.broker.vhost;

import io.leveret.amqp.AmqpException;
import io.leveret.amqp.FieldTable;
import io.leveret.amqp.method.ExchangeDeclare;
import io.leveret.amqp.method.QueueDeclare;
import io.leveret.broker.event.Events;
import io.leveret.broker.message.Destination;
import io.leveret.broker.queue.Queue;
import io.leveret.broker.queue.QueueType;
import io.leveret.broker.vhost.Exchange.ExchangeDeclaration;
import io.leveret.exchange.ExchangeType;
import io.leveret.exchange.RoutingTable;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Declares in a virtual host what was declared elsewhere, as an operator does, and tells all that is declared. What is there
 * stays as it is, as in RabbitMQ. Any thread may that may block, no event loop; a change is on the disk after
 * {@link #awaitDurable}.
 */
public final class Declared {

    private final String vhost;
    private final Topology topology;
    private final QueueDeclarations queues;
    private final ExchangeDeclarations exchanges;
    private final TopologyEvents events;

    Declared(
            String vhost,
            Topology topology,
            QueueDeclarations queues,
            ExchangeDeclarations exchanges,
            TopologyEvents events) {
        this.events = events;
        this.vhost = vhost;
        this.topology = topology;
        this.queues = queues;
        this.exchanges = exchanges;
    }

    /** A binding by its names. */
    public record NamedBinding(
            String source, boolean toQueue, String destination, String routingKey, FieldTable arguments) {}

    /**
     * What is declared at one moment.
     *
     * @param queues that do not end with a connection
     * @param exchanges that were declared by somebody
     * @param bindings to those, and between the exchanges that every virtual host begins with
     */
    public record All(List<Queue> queues, List<Exchange> exchanges, List<NamedBinding> bindings) {}

    /** All that is declared. Nobody else declares meanwhile, so that no binding is without its ends. */
    public All all() {
        topology.lock.lock();
        try {
            List<Queue> queues = topology.queues().stream()
                    .filter(queue -> !queue.declaration().exclusive())
                    .toList();
            List<Exchange> exchanges = topology.exchanges().stream()
                    .filter(each -> !each.isDefault() && !Names.isReserved(each.name()))
                    .toList();
            List<NamedBinding> bindings = new ArrayList<>();
            queues.forEach(each -> addTo(bindings, each));
            topology.exchanges().forEach(each -> addTo(bindings, each));
            return new All(queues, exchanges, bindings);
        } finally {
            topology.lock.unlock();
        }
    }

    private void addTo(List<NamedBinding> bindings, Destination destination) {
        for (Bundle bundle : topology.bindings.to(destination)) {
            bundle.bindings().forEach(binding -> bindings.add(named(binding)));
        }
    }

    private static NamedBinding named(Binding binding) {
        return new NamedBinding(
                binding.source().name(),
                binding.destination() instanceof Queue,
                binding.destination().name(),
                binding.routingKey(),
                binding.arguments());
    }

    public boolean hasQueue(String name) {
        return topology.queue(name) != null;
    }

    /** As what type an exchange routes; null if there is none. */
    public @Nullable ExchangeType exchangeType(String name) {
        Exchange exchange = topology.exchange(name);
        return exchange == null ? null : exchange.declaration().routingType();
    }

    /** Declares a queue, unless there is one with that name. */
    public void declare(QueueDeclare method) {
        topology.lock.lock();
        try {
            if (!hasQueue(method.queue())) {
                queues.define(method);
            }
        } finally {
            topology.lock.unlock();
        }
    }

    /** Declares an exchange, unless there is one with that name. */
    public void declare(ExchangeDeclare method) {
        topology.lock.lock();
        try {
            if (topology.exchange(method.exchange()) == null) {
                exchanges.define(method);
            }
        } finally {
            topology.lock.unlock();
        }
    }

    /** Binds, unless both ends are bound so already. */
    public void bind(NamedBinding named) {
        topology.lock.lock();
        try {
            Exchange source = topology.exchange(named.source());
            Destination destination =
                    named.toQueue() ? topology.queue(named.destination()) : topology.exchange(named.destination());
            if (source == null || destination == null) {
                throw new IllegalStateException("an end is missing: " + named + " vhost=" + vhost);
            }
            Binding binding = new Binding(source, destination, named.routingKey(), named.arguments());
            topology.bind(binding);
            events.bound(binding, Events.NO_USER);
        } finally {
            topology.lock.unlock();
        }
    }

    /** Waits until all that was declared is on the disk. */
    public void awaitDurable() {
        topology.catalog.awaitDurable();
    }

    /**
     * What is wrong with a queue that is to be declared; null if nothing is.
     *
     * @param defaultType what a queue is in the virtual host that asks for no type
     */
    public static @Nullable String problem(String vhost, QueueDeclare method, String defaultType) {
        FieldTable arguments = QueueDeclarations.typed(method, defaultType).arguments();
        String subject = "queue '" + method.queue() + "' in vhost '" + vhost + "'";
        return problem(() -> {
            QueueArguments.deadLetterExchange(arguments, subject);
            QueueArguments.check(arguments, subject);
            if (QueueType.of(arguments) == QueueType.QUORUM) {
                QueueDeclareChecks.requireLasting(method, subject);
            }
        });
    }

    /** What is wrong with an exchange that is to be declared; null if nothing is. */
    public static @Nullable String problem(ExchangeDeclare method) {
        return problem(() -> ExchangeDeclarations.check(method));
    }

    /** What is wrong with a binding from an exchange of a type; null if nothing is. */
    public static @Nullable String problem(NamedBinding binding, ExchangeType source) {
        return problem(() -> RoutingTable.check(source, binding.routingKey(), binding.arguments()));
    }

    private static @Nullable String problem(Runnable check) {
        try {
            check.run();
            return null;
        } catch (AmqpException e) {
            // Without the name of the reply code, which is for clients.
            return String.valueOf(e.getMessage()).replaceFirst("^[A-Z_]+ - ", "");
        }
    }

    static ExchangeDeclaration declaration(String vhost, ExchangeDeclare method) {
        return new ExchangeDeclaration(
                method.exchange(),
                vhost,
                ExchangeDeclarations.type(method.type()),
                method.durable(),
                method.autoDelete(),
                method.internal(),
                method.arguments());
    }
}
