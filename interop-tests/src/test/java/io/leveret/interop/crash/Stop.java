package io.leveret.interop.crash;

import io.leveret.interop.crash.Death.Reason;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * One of a circuit's queues, and why messages leave it.
 *
 * @param ruled whether policies say where what leaves it goes to, and when messages leave; its arguments say it to nobody but this test
 */
record Stop(String queue, Map<String, Object> arguments, Set<Reason> reasons, boolean ruled) {

    private static final int HIGHEST_OF_QUORUM = 31;
    private static final int USUAL_OF_QUORUM = 4;
    private static final int LIMIT_OF_QUORUM = 20;
    private static final String TYPE = "x-queue-type";
    private static final String DELIVERY_LIMIT = "x-delivery-limit";
    private static final String RETRY_MIN = "x-delayed-retry-min";
    private static final String RETRY_MAX = "x-delayed-retry-max";

    static Stop of(String queue, Reason... reasons) {
        return new Stop(queue, Map.of(), Set.of(reasons), false);
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
        return new Stop(queue, Map.copyOf(more), reasons, ruled);
    }

    Stop quorum() {
        return with(TYPE, "quorum");
    }

    boolean isQuorum() {
        return arguments.containsKey(TYPE);
    }

    /** The same, with policies in the place of its arguments. */
    Stop byPolicy() {
        return new Stop(queue, arguments, reasons, true);
    }

    /** With what it is declared. */
    Map<String, Object> declaration() {
        Map<String, Object> declared = new HashMap<>(arguments);
        if (ruled) {
            declared.keySet().retainAll(Set.of(TYPE));
        }
        return declared;
    }

    /** What its policies say, beside limits. */
    Map<String, Object> policy() {
        Map<String, Object> said = new HashMap<>();
        arguments.forEach((name, value) -> said.put(name.substring("x-".length()), value));
        said.remove(TYPE.substring("x-".length()));
        return said;
    }

    /** What its arguments say. */
    Limits limits() {
        long maxLength = arguments.get("x-max-length") instanceof Integer length ? length : Limits.NONE;
        return new Limits(maxLength, ttlMs(), refuses());
    }

    long ttlMs() {
        return arguments.get("x-message-ttl") instanceof Integer ttl ? ttl : Circuit.NO_TTL;
    }

    /** Whether it refuses what it has no room for. */
    boolean refuses() {
        return arguments.containsKey("x-overflow");
    }

    /** Whether it dead-letters what it refuses. */
    boolean passesOn() {
        return "reject-publish-dlx".equals(arguments.get("x-overflow"));
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

    /** Whether it counts failed deliveries, and tells the number. */
    boolean counts() {
        return isQuorum() || arguments.containsKey(DELIVERY_LIMIT);
    }

    /** How many deliveries of a message may fail; with the next one it leaves. */
    int deliveryLimit() {
        int usual = isQuorum() ? LIMIT_OF_QUORUM : Integer.MAX_VALUE;
        return (Integer) arguments.getOrDefault(DELIVERY_LIMIT, usual);
    }

    /** The same, with a wait after each failure that grows from the one to the other. */
    Stop delaying(int minMs, int maxMs) {
        return with("x-delayed-retry-type", "failed").with(RETRY_MIN, minMs).with(RETRY_MAX, maxMs);
    }

    boolean delays() {
        return arguments.containsKey(RETRY_MIN);
    }

    /** How long a message waits that has failed so often. */
    long delayMs(int failures) {
        return delays() ? Math.min(number(RETRY_MIN) * failures, longestDelayMs()) : 0;
    }

    long longestDelayMs() {
        return delays() ? number(RETRY_MAX) : 0;
    }

    private long number(String argument) {
        return (Integer) Objects.requireNonNull(arguments.get(argument));
    }

    String deadLetterExchange() {
        return (String) arguments.getOrDefault("x-dead-letter-exchange", "");
    }

    String deadLetterKey(String key) {
        return (String) arguments.getOrDefault("x-dead-letter-routing-key", key);
    }
}
