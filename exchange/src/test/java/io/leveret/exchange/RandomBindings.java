package io.leveret.exchange;

import io.leveret.amqp.FieldTable;
import io.leveret.amqp.FieldValue;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;

/** Keys and headers from so few words and values that matches are frequent. */
final class RandomBindings {

    private static final List<String> PATTERN_WORDS = List.of("a", "b", "", "*", "*", "#", "#", "aa");
    private static final List<String> KEY_WORDS = List.of("a", "b", "", "c", "aa", "#");
    private static final List<String> MODES = List.of("all", "any", "all-with-x", "any-with-x");
    private static final List<String> HEADERS = List.of("a", "b", "x-c", "d");
    private static final List<FieldValue> VALUES = List.of(
            FieldValue.of(1),
            FieldValue.of(1L),
            new FieldValue.UInt8(1),
            new FieldValue.Timestamp(1),
            FieldValue.of(2),
            new FieldValue.Float32(1),
            new FieldValue.Float64(1),
            FieldValue.of("1"),
            new FieldValue.Bytes("1".getBytes(StandardCharsets.UTF_8)),
            FieldValue.of(true),
            new FieldValue.Void(),
            new FieldValue.Void());

    private final Random random;

    RandomBindings(Random random) {
        this.random = random;
    }

    String bindingKey() {
        return key(PATTERN_WORDS);
    }

    String routingKey() {
        return key(KEY_WORDS);
    }

    FieldTable arguments() {
        FieldTable.Builder arguments = FieldTable.builder();
        if (random.nextInt(5) > 0) {
            arguments.put("x-match", oneOf(MODES));
        }
        return putHeaders(arguments).build();
    }

    FieldTable headers() {
        return putHeaders(FieldTable.builder()).build();
    }

    private FieldTable.Builder putHeaders(FieldTable.Builder table) {
        for (int count = random.nextInt(4); count > 0; count--) {
            table.put(oneOf(HEADERS), oneOf(VALUES));
        }
        return table;
    }

    private String key(List<String> words) {
        StringBuilder key = new StringBuilder();
        for (int count = random.nextInt(6); count > 0; count--) {
            key.append(oneOf(words)).append(count > 1 ? "." : "");
        }
        return key.toString();
    }

    private <T> T oneOf(List<T> choices) {
        return choices.get(random.nextInt(choices.size()));
    }
}
