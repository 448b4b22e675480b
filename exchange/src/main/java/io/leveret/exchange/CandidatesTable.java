package io.leveret.exchange;

import io.leveret.amqp.FieldTable;
import java.util.Comparator;
import java.util.function.Consumer;
import java.util.function.IntUnaryOperator;

/** Bindings of an exchange that gives each message to one of them, chosen by its number: at random or by a hash. */
final class CandidatesTable<D> implements RoutingTable<D> {

    private final Choice choice;
    private final boolean decidedByRoutingKey;

    private volatile Candidates<D> candidates;

    private CandidatesTable(Candidates<D> none, Choice choice, boolean decidedByRoutingKey) {
        this.candidates = none;
        this.choice = choice;
        this.decidedByRoutingKey = decidedByRoutingKey;
    }

    /** Which of them gets a message; for any thread. */
    private interface Choice {

        /** A number from 0 to below {@code candidates}, which are one at least. */
        int of(Routable message, int candidates);
    }

    /**
     * Of a random exchange: any of the destinations, whatever the keys.
     *
     * @param random gives a number from 0 to below its argument; for any thread
     */
    static <D> CandidatesTable<D> random(IntUnaryOperator random) {
        return new CandidatesTable<>(
                Candidates.inAnyOrder(), (message, candidates) -> random.applyAsInt(candidates), false);
    }

    /**
     * Of a modulus hash exchange: the hash of a message's routing keys, modulo the number of destinations, says which of them
     * gets it. One more or less moves nearly all keys; who does not want that takes a consistent hash exchange.
     *
     * @param order of the destinations, the same after a restart
     */
    static <D> CandidatesTable<D> modulusHash(Comparator<? super D> order) {
        return new CandidatesTable<>(Candidates.inOrder(order), CandidatesTable::hashed, true);
    }

    private static int hashed(Routable message, int candidates) {
        return (int) Long.remainderUnsigned(StableHash.of(message.routingKeys()), candidates);
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
            sink.accept(now.get(choice.of(message, now.size())));
        }
    }

    @Override
    public boolean isDecidedByRoutingKey() {
        return decidedByRoutingKey;
    }

    @Override
    public boolean isEmpty() {
        return candidates.isEmpty();
    }
}
