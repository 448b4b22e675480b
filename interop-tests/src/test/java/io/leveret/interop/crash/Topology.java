package io.leveret.interop.crash;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** The queues, exchanges and bindings that clients were told exist. A value: a change gives another one. */
record Topology(Map<String, Queue> queues, Map<String, Exchange> exchanges, Set<Binding> bindings) {

    static final Topology EMPTY = new Topology(Map.of(), Map.of(), Set.of());

    Topology {
        queues = Map.copyOf(queues);
        exchanges = Map.copyOf(exchanges);
        bindings = Set.copyOf(bindings);
    }

    Topology withQueue(String name, Queue queue) {
        Map<String, Queue> changed = new HashMap<>(queues);
        changed.put(name, queue);
        return new Topology(changed, exchanges, bindings);
    }

    Topology withoutQueue(String name) {
        Map<String, Queue> left = new HashMap<>(queues);
        left.remove(name);
        return new Topology(left, exchanges, bindings).withoutDanglingBindings();
    }

    Topology withExchange(String name, Exchange exchange) {
        Map<String, Exchange> changed = new HashMap<>(exchanges);
        changed.put(name, exchange);
        return new Topology(queues, changed, bindings);
    }

    Topology withoutExchange(String name) {
        Map<String, Exchange> left = new HashMap<>(exchanges);
        left.remove(name);
        return new Topology(queues, left, bindings).withoutDanglingBindings();
    }

    Topology withBinding(Binding binding) {
        Set<Binding> changed = new HashSet<>(bindings);
        changed.add(binding);
        return new Topology(queues, exchanges, changed);
    }

    Topology withoutBinding(Binding binding) {
        Set<Binding> changed = new HashSet<>(bindings);
        changed.remove(binding);
        return new Topology(queues, exchanges, changed);
    }

    Topology afterRestart() {
        Map<String, Queue> leftQueues = new HashMap<>(queues);
        leftQueues.values().removeIf(queue -> !queue.durability().outlivesRestart);
        Map<String, Exchange> leftExchanges = new HashMap<>(exchanges);
        leftExchanges.values().removeIf(exchange -> !exchange.durable());
        return new Topology(leftQueues, leftExchanges, bindings).withoutDanglingBindings();
    }

    Topology afterConnectionLoss() {
        Map<String, Queue> left = new HashMap<>(queues);
        left.values().removeIf(queue -> !queue.durability().outlivesConnection);
        return new Topology(left, exchanges, bindings).withoutDanglingBindings();
    }

    /** A binding goes with either of its ends. */
    private Topology withoutDanglingBindings() {
        Set<Binding> left = new HashSet<>(bindings);
        left.removeIf(binding -> !queues.containsKey(binding.queue()) || !exchanges.containsKey(binding.exchange()));
        return new Topology(queues, exchanges, left);
    }

    enum Durability {
        DURABLE(true, false, false, true, true),
        TRANSIENT(false, false, false, false, true),
        EXCLUSIVE(false, true, false, false, false),
        DURABLE_EXCLUSIVE(true, true, false, false, false),
        /** Never consumed, so that it is never deleted. */
        AUTO_DELETE(true, false, true, true, true),
        /** Consumed by who declares it. */
        CONSUMED_AUTO_DELETE(false, false, true, false, false);

        final boolean durable;
        final boolean exclusive;
        final boolean autoDelete;
        final boolean outlivesRestart;
        final boolean outlivesConnection;

        Durability(
                boolean durable,
                boolean exclusive,
                boolean autoDelete,
                boolean outlivesRestart,
                boolean outlivesConnection) {
            this.durable = durable;
            this.exclusive = exclusive;
            this.autoDelete = autoDelete;
            this.outlivesRestart = outlivesRestart;
            this.outlivesConnection = outlivesConnection;
        }
    }

    record Queue(Durability durability, Map<String, Object> arguments) {}

    record Exchange(String type, boolean durable, Map<String, Object> arguments) {}

    /** Bindings differ by their ends alone: key and arguments follow from the queue, so each can be tried by itself. */
    record Binding(String exchange, String queue) {

        String routingKey() {
            return "to." + queue;
        }

        Map<String, Object> arguments() {
            return Map.of("x-match", "all", "to", queue);
        }

        /** What a message must have for a headers exchange. */
        Map<String, Object> headers() {
            return Map.of("to", queue);
        }
    }
}
