package io.leveret.exchange;

import io.leveret.amqp.FieldTable;
import java.util.function.Consumer;
import java.util.function.IntUnaryOperator;

/** Bindings of a random exchange: each message goes to one of the destinations, whatever the keys. */
final class RandomTable<D> implements RoutingTable<D> {

    private final IntUnaryOperator random;

    private volatile Candidates<D> candidates;

    /** @param random gives a number from 0 to below its argument; for any thread */
    RandomTable(IntUnaryOperator random) {
        this.random = random;
        this.candidates = Candidates.inAnyOrder();
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
            sink.accept(now.get(random.applyAsInt(now.size())));
        }
    }

    @Override
    public boolean isDecidedByRoutingKey() {
        return false;
    }

    @Override
    public boolean isEmpty() {
        return candidates.isEmpty();
    }
}
