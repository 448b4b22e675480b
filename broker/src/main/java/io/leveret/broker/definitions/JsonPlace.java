package io.leveret.broker.definitions;

import com.fasterxml.jackson.databind.JsonNode;
import io.leveret.amqp.FieldTable;
import io.leveret.amqp.FieldValue;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A value in a JSON document with its place, so that what is wrong with it can be found. Immutable. */
record JsonPlace(String source, String path, @Nullable JsonNode node) {

    /** How deep a value may be nested that stands in a table of its own when it is kept. */
    private static final int MAX_DEPTH = FieldTable.MAX_DEPTH - 1;

    /** Where passwords stand, by themselves or in addresses of other brokers. */
    private static final List<String> SECRET = List.of("$.users", "$.parameters", "$.global_parameters");

    /** What is below a key; its value may be missing. */
    JsonPlace at(String key) throws DefinitionsException {
        return new JsonPlace(source, path + "." + key, object().get(key));
    }

    boolean isMissing() {
        return node == null || node.isNull();
    }

    private JsonNode object() throws DefinitionsException {
        if (node == null || !node.isObject()) {
            throw wrong("an object");
        }
        return node;
    }

    /** The elements of a list; none if it is missing. */
    List<JsonPlace> elements() throws DefinitionsException {
        if (isMissing() || node == null) {
            return List.of();
        }
        if (!node.isArray()) {
            throw wrong("a list");
        }
        List<JsonPlace> elements = new ArrayList<>();
        for (JsonNode each : node) {
            elements.add(new JsonPlace(source, path + "[" + elements.size() + "]", each));
        }
        return elements;
    }

    String text() throws DefinitionsException {
        if (node == null || !node.isTextual()) {
            throw wrong("a text");
        }
        return node.textValue();
    }

    String text(String otherwise) throws DefinitionsException {
        return isMissing() ? otherwise : text();
    }

    boolean bool(boolean otherwise) throws DefinitionsException {
        if (isMissing() || node == null) {
            return otherwise;
        }
        if (!node.isBoolean()) {
            throw wrong("true or false");
        }
        return node.booleanValue();
    }

    /** An object as a table; an empty one if it is missing, or the empty list that some versions of RabbitMQ write for it. */
    FieldTable table() throws DefinitionsException {
        return table(0);
    }

    private FieldTable table(int depth) throws DefinitionsException {
        if (isMissing() || node == null || (node.isArray() && node.isEmpty())) {
            return FieldTable.EMPTY;
        }
        FieldTable.Builder table = FieldTable.builder();
        for (Map.Entry<String, JsonNode> each : object().properties()) {
            try {
                table.put(each.getKey(), at(each.getKey()).value(depth + 1));
            } catch (IllegalArgumentException e) {
                throw problem(String.valueOf(e.getMessage()));
            }
        }
        return table.build();
    }

    /** A value that can be kept: one nested deeper could be written, and never be read again. */
    FieldValue value() throws DefinitionsException {
        return value(1);
    }

    private FieldValue value(int depth) throws DefinitionsException {
        if (node == null) {
            throw wrong("a value");
        }
        if (node.isContainerNode() && depth > MAX_DEPTH) {
            throw problem("nested deeper than " + MAX_DEPTH);
        }
        return switch (node.getNodeType()) {
            case STRING -> FieldValue.of(node.textValue());
            case BOOLEAN -> FieldValue.of(node.booleanValue());
            case NUMBER -> number(node);
            case OBJECT -> FieldValue.of(table(depth));
            case ARRAY -> {
                List<FieldValue> values = new ArrayList<>();
                for (JsonPlace each : elements()) {
                    values.add(each.value(depth + 1));
                }
                yield FieldValue.of(values);
            }
            default -> new FieldValue.Void();
        };
    }

    private FieldValue number(JsonNode number) throws DefinitionsException {
        if (number.isIntegralNumber()) {
            if (!number.canConvertToLong()) {
                throw wrong("an integer of 64 bits");
            }
            return FieldValue.of(number.longValue());
        }
        double value = number.doubleValue();
        if (Double.isInfinite(value)) {
            throw wrong("a number of double precision");
        }
        return new FieldValue.Float64(value);
    }

    DefinitionsException problem(String problem) {
        return new DefinitionsException(source, path, problem);
    }

    private DefinitionsException wrong(String expected) {
        return problem(found() + " (expected: " + expected + ")");
    }

    /** What stands here, but for what may be, or be near, a password: the message goes to the log. */
    private String found() {
        if (node == null) {
            return "missing";
        }
        boolean tellsNothing = node.isContainerNode() || SECRET.stream().anyMatch(path::startsWith);
        return tellsNothing ? kind(node) : shortened(node.toString());
    }

    private static String kind(JsonNode node) {
        return switch (node.getNodeType()) {
            case OBJECT -> "an object";
            case ARRAY -> "a list";
            case STRING -> "a text";
            case NUMBER -> "a number";
            case BOOLEAN -> "true or false";
            default -> "null";
        };
    }

    private static String shortened(String text) {
        int most = 60;
        return text.length() > most ? text.substring(0, most) + "..." : text;
    }
}
