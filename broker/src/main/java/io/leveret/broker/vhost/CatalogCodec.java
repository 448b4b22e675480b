package io.leveret.broker.vhost;

import io.leveret.amqp.AmqpException;
import io.leveret.amqp.FieldTable;
import io.leveret.amqp.FieldValue;
import io.leveret.broker.message.Destination;
import io.leveret.broker.message.Message;
import io.leveret.broker.message.MessageReader;
import io.leveret.broker.policy.Parameter;
import io.leveret.broker.queue.QueueDeclaration;
import io.leveret.broker.vhost.CatalogEntry.OfBinding;
import io.leveret.broker.vhost.CatalogEntry.OfExchange;
import io.leveret.broker.vhost.CatalogEntry.OfHistory;
import io.leveret.broker.vhost.CatalogEntry.OfParameter;
import io.leveret.broker.vhost.CatalogEntry.OfQueue;
import io.leveret.broker.vhost.CatalogEntry.OfTransientBindings;
import io.leveret.broker.vhost.Exchange.ExchangeDeclaration;
import io.leveret.exchange.ExchangeType;
import io.leveret.exchange.RoutingTable;

/**
 * How durable exchanges, with the messages that they keep, queues, bindings and runtime parameters stand in the catalog. A key
 * begins with an octet that says what it names, so that other things may come; a value begins with its version. Decoding takes
 * nothing that it would not have written.
 */
final class CatalogCodec {

    private static final int EXCHANGE = 'e';
    private static final int QUEUE = 'q';
    private static final int BINDING = 'b';
    private static final int HISTORY = 'h';
    private static final int PARAMETER = 'p';
    private static final int TRANSIENT_BINDINGS = 't';

    private static final int VERSION = 1;
    private static final int AUTO_DELETE = 1;
    private static final int INTERNAL = 2;

    /** Of a queue: more than one id belongs to it, one for each priority. */
    private static final int LEVELS = 4;

    /** Of an exchange: a queue belongs to it, for what waits in it. */
    private static final int HOLDS = 4;

    /** Of an exchange: an id belongs to it, under which the keys stand that it remembers. */
    private static final int OWNER = 8;

    /** A parameter's value is the one field of a table. */
    private static final String PARAMETER_VALUE = "value";

    private final String vhost;

    CatalogCodec(String vhost) {
        this.vhost = vhost;
    }

    static byte[] exchangeKey(String name) {
        return new CatalogBytes().octet(EXCHANGE).text(name).bytes();
    }

    static byte[] queueKey(String name) {
        return new CatalogBytes().octet(QUEUE).text(name).bytes();
    }

    /** What the keys of all bindings from an exchange begin with. */
    static byte[] bindingsPrefix(Exchange source) {
        return bindingsFrom(source).bytes();
    }

    /** What the keys of all bindings from an exchange to one destination begin with. */
    static byte[] bindingsPrefix(Exchange source, Destination destination) {
        return bindingsTo(source, destination).bytes();
    }

    private static CatalogBytes bindingsFrom(Exchange source) {
        return new CatalogBytes().octet(BINDING).text(source.name());
    }

    private static CatalogBytes bindingsTo(Exchange source, Destination destination) {
        return bindingsFrom(source)
                .octet(destination instanceof Exchange ? EXCHANGE : QUEUE)
                .text(destination.name());
    }

    /** A binding is all key. Equal ones may differ in octets by the order of their arguments. */
    static byte[] bindingKey(Binding binding) {
        return bindingsTo(binding.source(), binding.destination())
                .text(binding.routingKey())
                .rest(binding.arguments().encoded())
                .bytes();
    }

    /** @param ids that belong to the exchange, which come in this order */
    static byte[] exchangeValue(ExchangeDeclaration declaration, ExchangeIds ids) {
        boolean holds = ids.held() != 0;
        boolean owns = ids.keys() != ExchangeKeys.NOBODY;
        int flags = (declaration.autoDelete() ? AUTO_DELETE : 0) | (declaration.internal() ? INTERNAL : 0);
        CatalogBytes value = new CatalogBytes().octet(VERSION).octet(flags | (holds ? HOLDS : 0) | (owns ? OWNER : 0));
        if (holds) {
            value.number(ids.held());
        }
        if (owns) {
            value.number(ids.keys());
        }
        return value.text(declaration.type().wireName())
                .rest(declaration.arguments().encoded())
                .bytes();
    }

    static byte[] queueValue(long id, QueueDeclaration declaration) {
        int levels = declaration.priorities().levels();
        CatalogBytes value = new CatalogBytes()
                .octet(VERSION)
                .octet((declaration.autoDelete() ? AUTO_DELETE : 0) | (levels > 1 ? LEVELS : 0))
                .number(id);
        if (levels > 1) {
            value.number(levels);
        }
        return value.rest(declaration.arguments().encoded()).bytes();
    }

    /** That an auto-delete exchange has bindings of which nothing else is written down. */
    static byte[] transientBindingsKey(String exchange) {
        return new CatalogBytes().octet(TRANSIENT_BINDINGS).text(exchange).bytes();
    }

    static byte[] bindingValue() {
        return new CatalogBytes().octet(VERSION).bytes();
    }

    /** What the keys of all messages begin with that an exchange keeps. */
    static byte[] historyPrefix(String exchange) {
        return history(exchange).bytes();
    }

    /** @param place where the message stands in for the one before it */
    static byte[] historyKey(String exchange, long place) {
        return history(exchange).number(place).bytes();
    }

    private static CatalogBytes history(String exchange) {
        return new CatalogBytes().octet(HISTORY).text(exchange);
    }

    /** @param number in the order of their publishing */
    static byte[] historyValue(long number, Message message) {
        byte[] address = message.address().encoded();
        byte[] properties = message.properties().encoded();
        return new CatalogBytes()
                .octet(VERSION)
                .number(number)
                .number(address.length + properties.length)
                .rest(address)
                .rest(properties)
                .rest(message.body())
                .bytes();
    }

    static byte[] parameterKey(String component, String name) {
        return new CatalogBytes().octet(PARAMETER).text(component).text(name).bytes();
    }

    static byte[] parameterValue(FieldValue value) {
        byte[] encoded =
                FieldTable.builder().put(PARAMETER_VALUE, value).build().encoded();
        return new CatalogBytes().octet(VERSION).rest(encoded).bytes();
    }

    /** @throws CatalogException naming the key and what is wrong */
    CatalogEntry decode(byte[] key, byte[] value) {
        CatalogReader keys = new CatalogReader(key);
        try {
            int kind = keys.octet();
            return switch (kind) {
                case EXCHANGE -> exchange(keys.lastText(), new CatalogReader(value));
                case QUEUE -> queue(keys.lastText(), new CatalogReader(value));
                case BINDING -> binding(keys, new CatalogReader(value));
                case HISTORY -> history(keys, new CatalogReader(value));
                case PARAMETER -> parameter(keys, new CatalogReader(value));
                case TRANSIENT_BINDINGS -> transientBindings(keys.lastText(), new CatalogReader(value));
                default -> throw new IllegalArgumentException("kind " + kind);
            };
        } catch (IllegalArgumentException | AmqpException e) {
            throw new CatalogException(vhost, "entry " + keys + " can't be read: " + e.getMessage());
        }
    }

    private OfExchange exchange(String name, CatalogReader value) {
        value.expectVersion(VERSION);
        int flags = value.flags(AUTO_DELETE | INTERNAL | HOLDS | OWNER);
        long held = (flags & HOLDS) == 0 ? 0 : value.number();
        long keys = (flags & OWNER) == 0 ? ExchangeKeys.NOBODY : value.number();
        String typeName = value.text();
        ExchangeType type = ExchangeType.byName(typeName);
        if (type == null) {
            throw new IllegalArgumentException("exchange type '" + typeName + "'");
        }
        FieldTable arguments = FieldTable.decode(value.rest());
        if (type.holdsBack() != (held > 0)) {
            throw new IllegalArgumentException("queue " + held + " of an exchange of type " + typeName);
        }
        ExchangeDeclaration declaration = new ExchangeDeclaration(
                name, vhost, type, true, (flags & AUTO_DELETE) != 0, (flags & INTERNAL) != 0, arguments);
        RoutingTable.check(type, arguments);
        return new OfExchange(declaration, new ExchangeIds(held, keys));
    }

    private OfQueue queue(String name, CatalogReader value) {
        value.expectVersion(VERSION);
        int flags = value.flags(AUTO_DELETE | LEVELS);
        long id = value.number();
        long levels = (flags & LEVELS) == 0 ? 1 : value.number();
        FieldTable arguments = FieldTable.decode(value.rest());
        QueueDeclaration queue = new QueueDeclaration(name, vhost, true, (flags & AUTO_DELETE) != 0, null, arguments);
        if (levels != queue.priorities().levels()) {
            // Else the ids of another queue would be taken for its own.
            throw new IllegalArgumentException("a queue kept with " + levels + " priorities (expected: "
                    + queue.priorities().levels() + "); the build that wrote it has to empty and delete it");
        }
        return new OfQueue(id, queue);
    }

    private static OfHistory history(CatalogReader key, CatalogReader value) {
        String exchange = key.text();
        key.number();
        key.expectEnd();
        value.expectVersion(VERSION);
        long number = value.number();
        byte[] head = value.octets(value.number());
        return new OfHistory(exchange, number, new MessageReader().read(head, value.rest()));
    }

    private static OfParameter parameter(CatalogReader key, CatalogReader value) {
        String component = key.text();
        String name = key.lastText();
        value.expectVersion(VERSION);
        FieldTable table = FieldTable.decode(value.rest());
        FieldValue field = table.get(PARAMETER_VALUE);
        if (field == null || table.entries().size() != 1) {
            throw new IllegalArgumentException(
                    "fields " + table.entries().keySet() + " (expected: " + PARAMETER_VALUE + ")");
        }
        return new OfParameter(new Parameter(component, name, field));
    }

    private static OfBinding binding(CatalogReader key, CatalogReader value) {
        value.expectVersion(VERSION);
        value.expectEnd();
        String source = key.text();
        int kind = key.octet();
        if (kind != EXCHANGE && kind != QUEUE) {
            throw new IllegalArgumentException("destination of kind " + kind);
        }
        return new OfBinding(source, kind == QUEUE, key.text(), key.text(), FieldTable.decode(key.rest()));
    }

    private static OfTransientBindings transientBindings(String exchange, CatalogReader value) {
        value.expectVersion(VERSION);
        value.expectEnd();
        return new OfTransientBindings(exchange);
    }
}
