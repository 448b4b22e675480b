package io.leveret.exchange;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The bindings from which one is chosen by its number, immutable: a destination that is bound several times has as many
 * numbers. The list that gives them is made when it is first asked for, so many bindings in a row cost no copies.
 */
final class Candidates<D> {

    private final PersistentMap<D, Integer> bindings;
    private final int size;
    private final @Nullable Comparator<? super D> order;

    /** A racy cache: threads that make it at the same time make equal lists, and either may stay. */
    private @Nullable List<D> list;

    private Candidates(PersistentMap<D, Integer> bindings, int size, @Nullable Comparator<? super D> order) {
        this.bindings = bindings;
        this.size = size;
        this.order = order;
    }

    /** None yet; the numbers will be in an order that may change with any binding. */
    static <D> Candidates<D> inAnyOrder() {
        return new Candidates<>(PersistentMap.empty(), 0, null);
    }

    static <D> Candidates<D> inOrder(Comparator<? super D> order) {
        return new Candidates<>(PersistentMap.empty(), 0, order);
    }

    boolean isEmpty() {
        return size == 0;
    }

    int size() {
        return size;
    }

    D get(int number) {
        List<D> known = list;
        if (known == null) {
            known = listed();
            list = known;
        }
        return known.get(number);
    }

    Candidates<D> with(D destination) {
        return new Candidates<>(bindings.with(destination, count(destination) + 1), size + 1, order);
    }

    /** Without one binding of the destination, which must be there. */
    Candidates<D> without(D destination) {
        int count = count(destination);
        if (count == 0) {
            throw Destinations.notBound(destination);
        }
        return new Candidates<>(
                count == 1 ? bindings.without(destination) : bindings.with(destination, count - 1), size - 1, order);
    }

    Candidates<D> withoutAll(D destination) {
        return new Candidates<>(bindings.without(destination), size - count(destination), order);
    }

    private int count(D destination) {
        Integer count = bindings.get(destination);
        return count == null ? 0 : count;
    }

    private List<D> listed() {
        List<D> destinations = new ArrayList<>(size);
        bindings.forEach((destination, count) -> destinations.addAll(Collections.nCopies(count, destination)));
        if (order != null) {
            destinations.sort(order);
        }
        return destinations;
    }
}
