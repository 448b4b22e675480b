package io.leveret.interop.crash;

import static java.util.stream.Collectors.toSet;

import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** In the place of a service's database, which all of its instances share and none takes with it: what became of each payment. Any thread. */
final class Payments {

    private enum State {
        PAID,
        CANCELLED
    }

    private final Map<String, State> states = new ConcurrentHashMap<>();

    /** Takes a payment unless it was cancelled; returns whether it is taken. */
    boolean pay(String order) {
        return become(order, State.PAID);
    }

    /**
     * Sees to it that a payment is never taken, unless it was; returns whether it is so. Who is asked about an order has to do that: if he
     * only looked, it could be paid after he has answered.
     */
    boolean cancel(String order) {
        return become(order, State.CANCELLED);
    }

    private boolean become(String order, State wanted) {
        State before = states.putIfAbsent(order, wanted);
        return before == null || before == wanted;
    }

    Set<String> paid() {
        return states.entrySet().stream()
                .filter(order -> order.getValue() == State.PAID)
                .map(Map.Entry::getKey)
                .collect(toSet());
    }
}
