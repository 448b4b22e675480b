package io.leveret.broker.policy;

import io.leveret.amqp.ErlangTerm;
import io.leveret.amqp.FieldValue;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** What came as JSON, as RabbitMQ's reasons show it: as an Erlang term. Holds nothing, so any thread may use it. */
final class JsonTerm {

    private JsonTerm() {}

    static String of(FieldValue value) {
        if (value instanceof FieldValue.Void) {
            return "null";
        }
        if (value instanceof FieldValue.Table table) {
            return sorted(table.value().entries()).entrySet().stream()
                    .map(entry -> binary(entry.getKey()) + " => " + of(entry.getValue()))
                    .collect(Collectors.joining(",", "#{", "}"));
        }
        if (value instanceof FieldValue.Array array) {
            return list(array.values());
        }
        return ErlangTerm.of(value);
    }

    /** Some entries of an object, as a list of pairs. */
    static String pairs(Map<String, FieldValue> entries) {
        return sorted(entries).entrySet().stream()
                .map(entry -> "{" + binary(entry.getKey()) + "," + of(entry.getValue()) + "}")
                .collect(Collectors.joining(",", "[", "]"));
    }

    /** Erlang knows no texts, only lists of their characters, and shows what could be one as one. */
    private static String list(List<FieldValue> values) {
        boolean text = !values.isEmpty()
                && values.stream()
                        .allMatch(each -> each.isInteger() && each.longValue() >= ' ' && each.longValue() <= '~');
        if (text) {
            return ErlangTerm.string(values.stream()
                    .map(each -> String.valueOf((char) each.longValue()))
                    .collect(Collectors.joining()));
        }
        return values.stream().map(JsonTerm::of).collect(Collectors.joining(",", "[", "]"));
    }

    private static Map<String, FieldValue> sorted(Map<String, FieldValue> entries) {
        return new TreeMap<>(entries);
    }

    private static String binary(String text) {
        return ErlangTerm.binary(text.getBytes(StandardCharsets.UTF_8));
    }
}
