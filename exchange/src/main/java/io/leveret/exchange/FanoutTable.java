package io.leveret.exchange;

import io.leveret.amqp.FieldTable;
import java.util.function.Consumer;

/** Bindings of a fanout exchange: every destination gets every message, whatever the keys. */
final class FanoutTable<D> implements RoutingTable<D> {

    private volatile Destinations<D> destinations = Destinations.none();

    @Override
    public void bind(String routingKey, FieldTable arguments, D destination) {
        destinations = destinations.with(destination);
    }

    @Override
    public void unbind(String routingKey, FieldTable arguments, D destination) {
        destinations = destinations.without(destination);
    }

    @Override
    public void route(Routable message, Consumer<? super D> sink) {
        destinations.forEach(sink);
    }

    @Override
    public boolean isDecidedByRoutingKey() {
        return true;
    }

    @Override
    public boolean isEmpty() {
        return destinations.isEmpty();
    }
}
