package io.leveret.interop.crash;

import io.leveret.interop.crash.Death.Reason;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/** One of a circuit's queues, and why messages leave it. */
record Stop(String queue, Map<String, Object> arguments, Set<Reason> reasons) {

    private static final int HIGHEST_OF_QUORUM = 31;
    private static final int USUAL_OF_QUORUM = 4;

    static Stop of(String queue, Reason... reasons) {
        return new Stop(queue, Map.of(), Set.of(reasons));
    }

    static Stop leading(String queue, String next, Reason... reasons) {
        return of(queue, reasons).with("x-dead-letter-exchange", "").with("x-dead-letter-routing-key", next);
    }

    static Stop last(String queue) {
        return of(queue);
    }

    Stop with(String argument, Object value) {
        Map<String, Object> more = new HashMap<>(arguments);
        more.put(argument, value);
        return new Stop(queue, Map.copyOf(more), reasons);
    }

    Stop quorum() {
        return with("x-queue-type", "quorum");
    }

    boolean isQuorum() {
        return arguments.containsKey("x-queue-type");
    }

    long ttlMs() {
        return arguments.get("x-message-ttl") instanceof Integer ttl ? ttl : Circuit.NO_TTL;
    }

    /** Whether it refuses what it has no room for. */
    boolean refuses() {
        return arguments.containsKey("x-overflow");
    }

    /** Where a message stands among others: what is of a higher level comes first. */
    int level(Message message) {
        int priority = message.priority();
        if (isQuorum()) {
            return priority == Message.NO_PRIORITY ? USUAL_OF_QUORUM : Math.min(priority, HIGHEST_OF_QUORUM);
        }
        int highest = (Integer) arguments.getOrDefault("x-max-priority", 0);
        return priority == Message.NO_PRIORITY ? 0 : Math.min(priority, highest);
    }

    String deadLetterExchange() {
        return (String) arguments.getOrDefault("x-dead-letter-exchange", "");
    }

    String deadLetterKey(String key) {
        return (String) arguments.getOrDefault("x-dead-letter-routing-key", key);
    }
}
