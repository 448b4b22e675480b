package io.leveret.exchange;

import io.leveret.amqp.FieldTable;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/**
 * Bindings of a direct exchange: the routing key must equal the binding's. A route looks at each key alone, so a map whose
 * entries change one at a time shows it one moment as well as a whole that is replaced, and is found in fewer steps.
 */
final class DirectTable<D> implements RoutingTable<D> {

    private final Map<String, Destinations<D>> bindings = new ConcurrentHashMap<>();

    @Override
    public void bind(String routingKey, FieldTable arguments, D destination) {
        bindings.put(routingKey, bound(routingKey).with(destination));
    }

    @Override
    public void unbind(String routingKey, FieldTable arguments, D destination) {
        Destinations<D> rest = bound(routingKey).without(destination);
        if (rest.isEmpty()) {
            bindings.remove(routingKey);
        } else {
            bindings.put(routingKey, rest);
        }
    }

    @Override
    public void route(Routable message, Consumer<? super D> sink) {
        for (String routingKey : message.routingKeys()) {
            bound(routingKey).forEach(sink);
        }
    }

    @Override
    public boolean isDecidedByRoutingKey() {
        return true;
    }

    @Override
    public boolean isEmpty() {
        return bindings.isEmpty();
    }

    private Destinations<D> bound(String routingKey) {
        return bindings.getOrDefault(routingKey, Destinations.none());
    }
}
