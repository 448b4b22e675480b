package io.leveret.exchange;

import io.leveret.amqp.FieldTable;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** Bindings of a headers exchange: the message's headers decide, the routing key does not. */
final class HeadersTable<D> implements RoutingTable<D> {

    private volatile HeaderIndex<D> index = HeaderIndex.empty();

    @Override
    public void bind(String routingKey, FieldTable arguments, D destination) {
        index = index.with(HeaderCriteria.of(arguments), destination);
    }

    @Override
    public void unbind(String routingKey, FieldTable arguments, D destination) {
        index = index.without(HeaderCriteria.of(arguments), destination);
    }

    @Override
    public void route(Routable message, Consumer<? super D> sink) {
        List<Destinations<D>> matched = new ArrayList<>();
        index.collect(message.headers(), matched);
        Destinations.forEachOnce(matched, sink);
    }

    @Override
    public boolean isDecidedByRoutingKey() {
        return false;
    }

    @Override
    public boolean isEmpty() {
        return index.isEmpty();
    }
}
