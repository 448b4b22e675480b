package io.leveret.interop.crash;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The policies of one start of the server: what they say of each queue that says nothing itself. */
record Policies(Map<String, Rules> rules) {

    /** Of a policy that holds for nothing any more. */
    private static final String NOWHERE = "^nowhere$";

    private static final List<Long> LENGTHS = List.of(10L, 40L, 100L, Limits.NONE, Limits.NONE);
    private static final List<Long> TTLS_MS = List.of(300L, 1_500L, 3_600_000L, Limits.NONE);

    Policies {
        rules = Map.copyOf(rules);
    }

    /**
     * Of one queue.
     *
     * @param special of a user's policy that has a higher priority than the usual one; null if there is none for the queue
     * @param operator null if an operator's policy says nothing of the queue
     */
    record Rules(
            Limits usual,
            @Nullable Limits special,
            @Nullable Limits operator) {

        static Rules random(Random random) {
            return new Rules(
                    limits(random),
                    random.nextBoolean() ? limits(random) : null,
                    random.nextBoolean() ? limits(random) : null);
        }

        private static Limits limits(Random random) {
            return new Limits(oneOf(LENGTHS, random), oneOf(TTLS_MS, random), random.nextInt(4) == 0);
        }

        private static long oneOf(List<Long> values, Random random) {
            return values.get(random.nextInt(values.size()));
        }

        Limits holding() {
            Limits user = special == null ? usual : special;
            return operator == null ? user : user.and(operator);
        }
    }

    static Policies random(Random random) {
        Map<String, Rules> rules = new LinkedHashMap<>();
        Circuit.RULED.forEach(circuit -> rules.put(circuit.entry().queue(), Rules.random(random)));
        return new Policies(rules);
    }

    /** What holds for a queue that says nothing itself. */
    Limits of(Stop stop) {
        return Objects.requireNonNull(rules.get(stop.queue()), stop::queue).holding();
    }

    /** As the server loads them. A policy that was set before and holds no more is set anew, for nothing. */
    String definitions() {
        List<String> users = new ArrayList<>();
        List<String> operators = new ArrayList<>();
        for (Circuit circuit : Circuit.RULED) {
            Stop stop = circuit.entry();
            Rules of = Objects.requireNonNull(rules.get(stop.queue()), stop::queue);
            users.add(policy(stop.queue() + " usual", stop, of.usual(), 0));
            users.add(policy(stop.queue() + " special", stop, of.special(), 1));
            String term =
                    "\"value\":{" + term(stop.queue(), of.operator() != null, 0, limits(of.operator(), false)) + "}";
            operators.add("{\"component\":\"operator_policy\",\"name\":\"" + stop.queue() + "\"," + term + "}");
        }
        return "{\"policies\":" + users + ",\"parameters\":" + operators + "}";
    }

    private static String policy(String name, Stop stop, @Nullable Limits limits, int priority) {
        Map<String, Object> definition = limits(limits, true);
        stop.policy().forEach(definition::put);
        return "{\"name\":\"" + name + "\"," + term(stop.queue(), limits != null, priority, definition) + "}";
    }

    private static String term(String queue, boolean holds, int priority, Map<String, Object> definition) {
        String keys = definition.entrySet().stream()
                .map(entry -> "\"" + entry.getKey() + "\":" + json(entry.getValue()))
                .collect(Collectors.joining(","));
        return "\"pattern\":\"" + (holds ? "^" + queue + "$" : NOWHERE) + "\",\"apply-to\":\"queues\",\"priority\":"
                + priority + ",\"definition\":{" + keys + "}";
    }

    private static String json(Object value) {
        return value instanceof Number ? value.toString() : "\"" + value + "\"";
    }

    /** As keys of a policy; an operator's needs at least one. */
    private static Map<String, Object> limits(@Nullable Limits limits, boolean ofUser) {
        Map<String, Object> keys = new LinkedHashMap<>();
        if (limits == null || (limits.maxLength() == Limits.NONE && limits.ttlMs() == Limits.NONE)) {
            // More than any queue here ever has.
            keys.put("max-length", 1_000_000);
        } else {
            if (limits.maxLength() != Limits.NONE) {
                keys.put("max-length", limits.maxLength());
            }
            if (limits.ttlMs() != Limits.NONE) {
                keys.put("message-ttl", limits.ttlMs());
            }
        }
        if (ofUser && limits != null) {
            keys.put("overflow", limits.refuses() ? "reject-publish" : "drop-head");
        }
        return keys;
    }
}
