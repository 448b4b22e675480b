package io.leveret.exchange;

import io.leveret.amqp.BasicProperties;
import io.leveret.amqp.FieldTable;
import java.util.ArrayList;
import java.util.List;

/** Short ways to tables and messages. */
final class Tables {

    /** As what a table for messages that are held back routes. */
    private static final FieldTable DIRECT = FieldTable.builder()
            .put(InnerType.OF_DELAYED, "direct")
            .put(InnerType.OF_TRANSACTIONAL, "direct")
            .build();

    private Tables() {}

    static <D> RoutingTable<D> of(ExchangeType type) {
        return of(type, InnerType.argument(type) == null ? FieldTable.EMPTY : DIRECT);
    }

    static <D> RoutingTable<D> of(ExchangeType type, FieldTable arguments) {
        return RoutingTable.of(type, arguments, String::valueOf);
    }

    static Routable message(String routingKey, FieldTable headers) {
        return new Routable(
                List.of(routingKey), BasicProperties.builder().headers(headers).build());
    }

    static <D> List<D> route(RoutingTable<D> table, String routingKey) {
        return route(table, Routable.of(routingKey));
    }

    static <D> List<D> route(RoutingTable<D> table, Routable message) {
        List<D> destinations = new ArrayList<>();
        table.route(message, destinations::add);
        return destinations;
    }
}
