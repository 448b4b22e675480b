package io.leveret.exchange;

import io.leveret.amqp.FieldTable;
import java.util.Comparator;
import java.util.function.Consumer;

/**
 * Bindings of a modulus hash exchange: the hash of a message's routing keys, modulo the number of destinations, says which of
 * them gets it. One more or less moves nearly all keys; who does not want that takes a consistent hash exchange.
 */
final class ModulusHashTable<D> implements RoutingTable<D> {

    private volatile Candidates<D> candidates;

    /** @param order of the destinations, the same after a restart */
    ModulusHashTable(Comparator<? super D> order) {
        candidates = Candidates.inOrder(order);
    }

    @Override
    public void bind(String routingKey, FieldTable arguments, D destination) {
        candidates = candidates.with(destination);
    }

    @Override
    public void unbind(String routingKey, FieldTable arguments, D destination) {
        candidates = candidates.without(destination);
    }

    @Override
    public boolean forget(D destination) {
        candidates = candidates.withoutAll(destination);
        return true;
    }

    @Override
    public void route(Routable message, Consumer<? super D> sink) {
        Candidates<D> now = candidates;
        if (!now.isEmpty()) {
            sink.accept(now.get((int) Long.remainderUnsigned(StableHash.of(message.routingKeys()), now.size())));
        }
    }

    @Override
    public boolean isDecidedByRoutingKey() {
        return true;
    }

    @Override
    public boolean isEmpty() {
        return candidates.isEmpty();
    }
}
