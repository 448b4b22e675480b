package io.leveret.exchange;

import io.leveret.amqp.FieldTable;
import java.util.Comparator;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * The bindings of one exchange: from a message's routing keys and properties to the destinations that get it.
 *
 * <p>Writers are serialised by the caller (the virtual host's topology lock). Readers take no lock, and what one route looks
 * at is immutable and of one moment: a destination that gets a new binding before it loses its old one misses nothing. Never
 * does I/O and never calls a destination.
 *
 * @param <D> where messages go; told apart by equals, ordered by nothing but hashCode
 */
public sealed interface RoutingTable<D>
        permits DirectTable, FanoutTable, TopicTable, HeadersTable, CandidatesTable, ConsistentHashTable {

    /**
     * Adds a binding. Its identity is all three arguments together, and the caller, who keeps the registry of bindings,
     * adds each once; one destination may well be bound with one key and several arguments.
     */
    void bind(String routingKey, FieldTable arguments, D destination);

    /** Removes a binding, which must be there. */
    void unbind(String routingKey, FieldTable arguments, D destination);

    /**
     * Removes all bindings of a destination at once if one that is gone would be chosen in the place of others; otherwise does
     * nothing, and the caller, who passes over what is gone, unbinds them in its own time.
     *
     * @return whether it removed them
     */
    default boolean forget(D destination) {
        return false;
    }

    /**
     * Calls the sink once for each destination that the message goes to, in an order that stays while the bindings do. With
     * several routing keys a destination may come once for each.
     */
    void route(Routable message, Consumer<? super D> sink);

    /** Whether messages with the same routing key go the same way, so that a router may remember it. */
    boolean isDecidedByRoutingKey();

    boolean isEmpty();

    /**
     * An empty table for an exchange of that type.
     *
     * @param arguments of the exchange
     * @param name of a destination, by which it is known again after a restart
     */
    static <D> RoutingTable<D> of(ExchangeType type, FieldTable arguments, Function<? super D, String> name) {
        return switch (type) {
            case DIRECT -> new DirectTable<>();
            case FANOUT, RECENT_HISTORY, MESSAGE_DEDUPLICATION -> new FanoutTable<>();
            case TOPIC -> new TopicTable<>();
            case HEADERS -> new HeadersTable<>();
            case RANDOM, LOCAL_RANDOM ->
                CandidatesTable.random(choices -> ThreadLocalRandom.current().nextInt(choices));
            case MODULUS_HASH -> CandidatesTable.modulusHash(Comparator.comparing(name));
            case CONSISTENT_HASH -> new ConsistentHashTable<>(HashSource.of(arguments), name);
            case DELAYED, TRANSACTIONAL -> of(InnerType.routing(type, arguments), arguments, name);
        };
    }

    /** Refuses arguments that an exchange of the type can't have, with RabbitMQ's reply: {@code PRECONDITION_FAILED} (406). */
    static void check(ExchangeType type, FieldTable arguments) {
        if (type == ExchangeType.CONSISTENT_HASH) {
            HashSource.of(arguments);
        } else if (InnerType.argument(type) != null) {
            check(InnerType.routing(type, arguments), arguments);
        }
    }

    /** Refuses a binding that the type does not allow, with RabbitMQ's reply: {@code PRECONDITION_FAILED} (406). */
    static void check(ExchangeType type, String routingKey, FieldTable arguments) {
        if (type == ExchangeType.HEADERS) {
            HeaderCriteria.of(arguments);
        } else if (type == ExchangeType.CONSISTENT_HASH) {
            HashWeight.of(routingKey);
        }
    }
}
