package io.leveret.exchange;

import io.leveret.amqp.FieldTable;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Bindings of a consistent hash exchange: the hash of a message's routing key, or what the exchange was declared to go by, says
 * which one destination gets it. A binding's key is its weight.
 */
final class ConsistentHashTable<D> implements RoutingTable<D> {

    private final HashSource source;
    private final Function<? super D, String> name;

    private volatile Shares<D> shares = Shares.none();

    /** @param name of a destination, the same after a restart: with the weights it says who gets what */
    ConsistentHashTable(HashSource source, Function<? super D, String> name) {
        this.source = source;
        this.name = name;
    }

    @Override
    public void bind(String routingKey, FieldTable arguments, D destination) {
        shares = shares.with(destination, name.apply(destination), HashWeight.of(routingKey));
    }

    @Override
    public void unbind(String routingKey, FieldTable arguments, D destination) {
        shares = shares.without(destination, HashWeight.of(routingKey));
    }

    @Override
    public boolean forget(D destination) {
        shares = shares.withoutAll(destination);
        return true;
    }

    @Override
    public void route(Routable message, Consumer<? super D> sink) {
        Shares<D> now = shares;
        if (!now.isEmpty()) {
            sink.accept(now.owner(source.hash(message)));
        }
    }

    @Override
    public boolean isDecidedByRoutingKey() {
        return source.isRoutingKey();
    }

    @Override
    public boolean isEmpty() {
        return shares.isEmpty();
    }
}
