package io.leveret.exchange;

import io.leveret.amqp.FieldTable;
import io.leveret.amqp.FieldValue;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Whether one binding matches one message: as plain as can be, what the tables are compared with. */
final class SlowMatcher {

    private SlowMatcher() {}

    static boolean matches(
            ExchangeType type, String bindingKey, FieldTable arguments, String routingKey, FieldTable headers) {
        return switch (type) {
            // What is held back is routed as Tables has it.
            case DIRECT, DELAYED, TRANSACTIONAL -> bindingKey.equals(routingKey);
            case FANOUT, RECENT_HISTORY, MESSAGE_DEDUPLICATION -> true;
            case TOPIC -> matchesWords(words(bindingKey), words(routingKey));
            case HEADERS -> matchesHeaders(arguments, headers);
            case CONSISTENT_HASH, MODULUS_HASH, RANDOM, LOCAL_RANDOM ->
                throw new IllegalArgumentException(type + " chooses one of several matches");
        };
    }

    private static List<String> words(String key) {
        return key.isEmpty() ? List.of() : List.of(key.split("\\.", -1));
    }

    private static boolean matchesWords(List<String> pattern, List<String> words) {
        if (pattern.isEmpty()) {
            return words.isEmpty();
        }
        List<String> patternRest = pattern.subList(1, pattern.size());
        if (pattern.get(0).equals("#")) {
            return matchesWords(patternRest, words)
                    || (!words.isEmpty() && matchesWords(pattern, words.subList(1, words.size())));
        }
        return !words.isEmpty()
                && (pattern.get(0).equals("*") || pattern.get(0).equals(words.get(0)))
                && matchesWords(patternRest, words.subList(1, words.size()));
    }

    private static boolean matchesHeaders(FieldTable arguments, FieldTable headers) {
        String match = arguments.get("x-match") instanceof FieldValue.LongString mode ? mode.asString() : "all";
        int asked = 0;
        int met = 0;
        for (String name : arguments.entries().keySet()) {
            if (name.equals("x-match") || (name.startsWith("x-") && !match.endsWith("-with-x"))) {
                continue;
            }
            asked++;
            met += isSame(arguments.get(name), headers.get(name)) ? 1 : 0;
        }
        return match.startsWith("all") ? met == asked : met > 0;
    }

    private static boolean isSame(@Nullable FieldValue asked, @Nullable FieldValue header) {
        if (header == null) {
            return false;
        }
        return asked instanceof FieldValue.Void || comparable(asked).equals(comparable(header));
    }

    /** Numbers as {@code 1} or {@code 1.0}, strings and byte arrays in quotes, the rest as it prints. */
    private static String comparable(@Nullable FieldValue value) {
        if (value instanceof FieldValue.LongString string) {
            return "'" + string.asString() + "'";
        }
        if (value instanceof FieldValue.Bytes bytes) {
            return "'" + new FieldValue.LongString(bytes.bytes()).asString() + "'";
        }
        if (value instanceof FieldValue.Timestamp timestamp) {
            return Long.toString(timestamp.epochSeconds());
        }
        if (value instanceof FieldValue.Float32 number) {
            return Float.toString(number.value());
        }
        if (value instanceof FieldValue.Float64 number) {
            return Double.toString(number.value());
        }
        return value != null && value.isInteger() ? Long.toString(value.longValue()) : String.valueOf(value);
    }
}
