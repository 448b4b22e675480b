package io.leveret.broker.transaction;

import io.leveret.broker.transaction.Arrival.Order;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/** What came to an exchange, and may have something before it in the log that did not. Guarded by its {@link TransactionalMessages}. */
final class Arrivals {

    private final PriorityQueue<Arrival> byPosition = new PriorityQueue<>(Comparator.comparingLong(Arrival::position));

    /** Of how many decisions it consists, by transaction. */
    private final Map<String, Integer> orders = new HashMap<>();

    void add(Arrival arrival) {
        byPosition.add(arrival);
        if (arrival instanceof Order) {
            orders.merge(arrival.id(), 1, Integer::sum);
        }
    }

    /** Takes what stands first in the log; null if that is not below a position. */
    @Nullable
    Arrival take(long below) {
        if (firstPosition() >= below) {
            return null;
        }
        Arrival first = byPosition.remove();
        if (first instanceof Order) {
            orders.computeIfPresent(first.id(), (id, count) -> count == 1 ? null : count - 1);
        }
        return first;
    }

    /** Where the first stands; the largest number if there is none. */
    long firstPosition() {
        Arrival first = byPosition.peek();
        return first == null ? Long.MAX_VALUE : first.position();
    }

    /** Whether there is a decision of a transaction. */
    boolean decides(String id) {
        return orders.containsKey(id);
    }

    void clear() {
        byPosition.clear();
        orders.clear();
    }
}
