package io.leveret.broker.vhost;

import io.leveret.amqp.AmqpException;
import io.leveret.amqp.FieldTable;
import io.leveret.amqp.method.ExchangeDeclare;
import io.leveret.broker.auth.Access;
import io.leveret.broker.auth.Permission;
import io.leveret.broker.event.Events;
import io.leveret.broker.queue.Deduplication;
import io.leveret.broker.vhost.Exchange.ExchangeDeclaration;
import io.leveret.exchange.ExchangeType;
import io.leveret.exchange.InnerType;
import io.leveret.exchange.RoutingTable;
import java.util.Map;

/** Declares, finds and deletes the exchanges of a virtual host. */
public final class ExchangeDeclarations {

    private static final Map<String, ExchangeType> PREDECLARED = Map.of(
            "",
            ExchangeType.DIRECT,
            "amq.direct",
            ExchangeType.DIRECT,
            "amq.fanout",
            ExchangeType.FANOUT,
            "amq.topic",
            ExchangeType.TOPIC,
            "amq.headers",
            ExchangeType.HEADERS,
            "amq.match",
            ExchangeType.HEADERS,
            Tracing.EXCHANGE,
            ExchangeType.TOPIC);

    private final String vhost;
    private final Topology topology;
    private final TopologyEvents events;
    private final ExchangeHolds holds;

    /** Whether every virtual host has that exchange from the beginning. */
    static boolean isPredeclared(String name) {
        return PREDECLARED.containsKey(name);
    }

    /** @param hasEvents whether the event exchange is here */
    ExchangeDeclarations(
            String vhost, Topology topology, TopologyEvents events, boolean hasEvents, ExchangeHolds holds) {
        this.holds = holds;
        this.vhost = vhost;
        this.topology = topology;
        this.events = events;
        PREDECLARED.forEach((name, type) -> predeclare(name, type, name.equals(Tracing.EXCHANGE)));
        if (hasEvents) {
            predeclare(Events.EXCHANGE, ExchangeType.TOPIC, true);
        }
    }

    private void predeclare(String name, ExchangeType type, boolean internal) {
        topology.add(new Exchange(new ExchangeDeclaration(name, vhost, type, true, false, internal, FieldTable.EMPTY)));
    }

    /**
     * Finds an exchange.
     *
     * @throws AmqpException not found
     */
    public Exchange find(String name) {
        Exchange exchange = topology.exchange(name);
        if (exchange == null) {
            throw AmqpException.notFound("no exchange '" + name + "' in vhost '" + vhost + "'");
        }
        return exchange;
    }

    /** {@code exchange.declare}, passive or not. */
    public void declare(ExchangeDeclare method, Access access) {
        String name = Names.clean(method.exchange());
        if (method.passive()) {
            requireNotDefault(name);
            access.requireAny("exchange", name);
            find(name);
        } else {
            // Before all else: RabbitMQ answers an unknown type even for the default exchange.
            declare(name, type(method.type()), method, access);
        }
    }

    private void declare(String name, ExchangeType type, ExchangeDeclare method, Access access) {
        requireNotDefault(name);
        access.requireExchange(Permission.CONFIGURE, name);
        topology.lock.lock();
        try {
            Exchange current = topology.exchange(name);
            if (current == null) {
                Names.requireFree("exchange", name);
                ExchangeDeclaration declaration = declaration(name, type, method, access);
                add(declaration, access.user().name());
            } else {
                requireEquivalent(current, type, method);
            }
        } finally {
            topology.lock.unlock();
        }
    }

    /** {@code exchange.delete}; deleting what is not there succeeds. */
    public void delete(String rawName, boolean ifUnused, Access access) {
        String name = Names.clean(rawName);
        requireNotDefault(name);
        if (Names.isReserved(name)) {
            throw AmqpException.accessRefused(
                    "deletion of system exchange '" + name + "' in vhost '" + vhost + "' not allowed");
        }
        access.requireExchange(Permission.CONFIGURE, name);
        topology.lock.lock();
        try {
            Exchange exchange = topology.exchange(name);
            if (exchange == null) {
                return;
            }
            if (ifUnused && topology.bindings.hasSource(exchange)) {
                throw AmqpException.preconditionFailed(exchange.describe() + " in use");
            }
            events.deleting(exchange, access.user().name());
            topology.remove(exchange);
        } finally {
            topology.lock.unlock();
        }
    }

    /** @throws AmqpException access refused: nothing can be declared, bound or deleted there */
    static void requireNotDefault(String exchange) {
        if (exchange.isEmpty()) {
            throw AmqpException.accessRefused("operation not permitted on the default exchange");
        }
    }

    private ExchangeDeclaration declaration(String name, ExchangeType type, ExchangeDeclare method, Access access) {
        checkArguments(type, method.arguments(), "exchange '" + name + "' in vhost '" + vhost + "'");
        requireAccessToNamed(Exchange.ALTERNATE_EXCHANGE, name, method.arguments(), access);
        if (type.holdsBack()) {
            requireAccessToNamed(HeldDeadLetters.EXCHANGE, name, method.arguments(), access);
        }
        if (ExchangeHolds.sendsWhereItSays(type, method.arguments())) {
            access.requireExchange(Permission.WRITE, "");
        }
        return new ExchangeDeclaration(
                name, vhost, type, method.durable(), method.autoDelete(), method.internal(), method.arguments());
    }

    private static void checkArguments(ExchangeType type, FieldTable arguments, String subject) {
        RoutingTable.check(type, arguments);
        Deduplication.check(arguments, subject);
        if (InnerType.routing(type, arguments) == ExchangeType.RECENT_HISTORY) {
            History.check(arguments);
        }
        ExchangeHolds.check(type, arguments, subject);
    }

    /** @throws AmqpException precondition failed, if its type or an argument is none */
    static void check(ExchangeDeclare method) {
        String subject = "exchange '" + method.exchange() + "'";
        checkArguments(type(method.type()), method.arguments(), subject);
        Names.inArgument(Exchange.ALTERNATE_EXCHANGE, method.arguments(), subject);
    }

    /** Declares an exchange as an operator does. The caller holds the lock. */
    void define(ExchangeDeclare method) {
        ExchangeDeclaration declaration = Declared.declaration(vhost, method);
        add(declaration, Events.NO_USER);
    }

    private void add(ExchangeDeclaration declaration, String user) {
        History history = topology.catalog.newHistory(declaration);
        ExchangeKeys keys = topology.catalog.newKeys(declaration);
        Exchange exchange = new Exchange(declaration, history, holds.open(declaration, topology.catalog), keys);
        topology.add(exchange);
        events.created(exchange, user);
    }

    static ExchangeType type(String name) {
        ExchangeType type = ExchangeType.byName(name);
        if (type == null) {
            throw AmqpException.preconditionFailed(
                    (name.isEmpty() ? "invalid" : "unknown") + " exchange type '" + name + "'");
        }
        return type;
    }

    private void requireAccessToNamed(String argument, String name, FieldTable arguments, Access access) {
        String subject = "exchange '" + name + "' in vhost '" + vhost + "'";
        String other = Names.inArgument(argument, arguments, subject);
        if (other != null) {
            access.requireExchange(Permission.READ, name);
            access.requireExchange(Permission.WRITE, other);
        }
    }

    private static void requireEquivalent(Exchange exchange, ExchangeType type, ExchangeDeclare method) {
        ExchangeDeclaration current = exchange.declaration();
        Equivalence equivalence = new Equivalence(exchange.describe());
        equivalence.requireSame("type", type.wireName(), current.type().wireName());
        equivalence.requireSame("durable", method.durable(), current.durable());
        equivalence.requireSame("auto_delete", method.autoDelete(), current.autoDelete());
        equivalence.requireSame("internal", method.internal(), current.internal());
        equivalence.requireSameArgument(Exchange.ALTERNATE_EXCHANGE, method.arguments(), current.arguments());
        for (String argument : Deduplication.comparedArguments()) {
            equivalence.requireSameArgument(argument, method.arguments(), current.arguments());
        }
        for (String argument : ExchangeHolds.comparedArguments(type)) {
            equivalence.requireSameArgument(argument, method.arguments(), current.arguments());
        }
    }
}
