package io.leveret.exchange;

import io.leveret.amqp.FieldTable;
import java.util.function.Consumer;

/**
 * The bindings of one exchange: from a message's routing key and headers to the destinations that get it.
 *
 * <p>Writers are serialised by the caller (the virtual host's topology lock). Readers take no lock, and what one route looks
 * at is immutable and of one moment: a destination that gets a new binding before it loses its old one misses nothing. Never
 * does I/O and never calls a destination.
 *
 * @param <D> where messages go; told apart by equals, ordered by nothing but hashCode
 */
public sealed interface RoutingTable<D> permits DirectTable, FanoutTable, TopicTable, HeadersTable {

    /**
     * Adds a binding. Its identity is all three arguments together, and the caller, who keeps the registry of bindings,
     * adds each once; one destination may well be bound with one key and several arguments.
     */
    void bind(String routingKey, FieldTable arguments, D destination);

    /** Removes a binding, which must be there. */
    void unbind(String routingKey, FieldTable arguments, D destination);

    /** Calls the sink once for each destination that the message goes to, in an order that stays while the bindings do. */
    void route(String routingKey, FieldTable headers, Consumer<? super D> sink);

    /** Whether headers decide, so that a router may not remember the result for a routing key. */
    boolean usesHeaders();

    boolean isEmpty();

    /** An empty table for an exchange of that type. */
    static <D> RoutingTable<D> of(ExchangeType type) {
        return switch (type) {
            case DIRECT -> new DirectTable<>();
            case FANOUT -> new FanoutTable<>();
            case TOPIC -> new TopicTable<>();
            case HEADERS -> new HeadersTable<>();
        };
    }

    /** Refuses a binding that the type does not allow, with RabbitMQ's reply: {@code PRECONDITION_FAILED} (406). */
    static void check(ExchangeType type, String routingKey, FieldTable arguments) {
        if (type == ExchangeType.HEADERS) {
            HeaderCriteria.of(arguments);
        }
    }
}
