package io.leveret.broker.vhost;

import io.leveret.broker.queue.Queue;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * All that goes when one thing goes: an exchange or a queue takes its bindings along, and the last binding from an auto-delete
 * exchange takes the exchange along. Found before anything is changed. Guarded by the topology lock.
 */
final class Cascade {

    private final Bindings all;
    private final Set<Exchange> exchanges = new LinkedHashSet<>();
    private final List<Bundle> incoming = new ArrayList<>();
    private final Map<Exchange, Integer> taken = new HashMap<>();
    private final ArrayDeque<Exchange> ahead = new ArrayDeque<>();

    Cascade(Bindings all) {
        this.all = all;
    }

    Set<Exchange> exchanges() {
        return exchanges;
    }

    /** What leads to all that goes. What leads from its exchanges goes with them. */
    List<Bundle> incoming() {
        return incoming;
    }

    Cascade of(Exchange exchange) {
        take(exchange);
        return follow();
    }

    Cascade of(Queue queue) {
        all.to(queue).forEach(this::take);
        return follow();
    }

    /** One after the other, since a chain may be long. */
    private Cascade follow() {
        for (Exchange exchange = ahead.poll(); exchange != null; exchange = ahead.poll()) {
            all.to(exchange).forEach(this::take);
        }
        return this;
    }

    private void take(Exchange exchange) {
        if (exchanges.add(exchange)) {
            ahead.add(exchange);
        }
    }

    private void take(Bundle bundle) {
        incoming.add(bundle);
        Exchange source = bundle.source();
        int count = taken.merge(source, bundle.size(), Integer::sum);
        if (source.declaration().autoDelete() && count == all.countFrom(source)) {
            take(source);
        }
    }
}
