package io.leveret.broker.policy;

import io.leveret.amqp.ErlangTerm;
import io.leveret.amqp.FieldTable;
import io.leveret.amqp.FieldValue;
import io.leveret.broker.pattern.NamePattern;
import io.leveret.broker.pattern.PatternException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads a policy from the value of its runtime parameter, the same way wherever it comes from: API, definitions file, store.
 * All that is wrong is told at once, with RabbitMQ's reasons in RabbitMQ's order. Pure.
 */
public final class PolicyTerm {

    private static final String APPLY_TO_WORDS = "unrecognised; should be one of: 'queues', 'classic_queues', "
            + " 'quorum_queues', 'streams', 'exchanges', or 'all'";

    private final String name;
    private final PolicyKind kind;
    private final Map<String, FieldValue> left;
    private final List<String> problems = new ArrayList<>();

    private PolicyTerm(PolicyKind kind, String name, FieldTable term) {
        this.kind = kind;
        this.name = name;
        this.left = new LinkedHashMap<>(term.entries());
    }

    /** @throws ParameterException if it is none; the message has a line for each reason */
    public static Policy read(PolicyKind kind, String name, FieldValue term) {
        if (!(term instanceof FieldValue.Table table)) {
            throw new ParameterException(name + " not a list " + JsonTerm.of(term));
        }
        return new PolicyTerm(kind, name, table.value()).read();
    }

    private Policy read() {
        FieldTable definition = definition(take("definition"));
        ApplyTo applyTo = applyTo(left.remove("apply-to"));
        String pattern = pattern(take("pattern"));
        double priority = priority(take("priority"));
        if (!left.isEmpty()) {
            problems.add(0, "Unrecognised terms " + JsonTerm.pairs(left) + " in " + name);
        }
        if (!problems.isEmpty()) {
            throw new ParameterException(String.join("\n", problems));
        }
        return new Policy(name, pattern, definition, priority, applyTo);
    }

    private @Nullable FieldValue take(String key) {
        FieldValue value = left.remove(key);
        if (value == null) {
            problems.add("Key \"" + key + "\" not found in " + name);
        }
        return value;
    }

    private FieldTable definition(@Nullable FieldValue value) {
        if (value instanceof FieldValue.Table table) {
            String problem = Definition.problem(kind, table.value());
            if (problem != null) {
                problems.add(problem);
            }
            return table.value();
        }
        if (value != null) {
            problems.add(noDefinition(value));
        }
        return FieldTable.EMPTY;
    }

    /** RabbitMQ's dictionaries are lists to it, so that its words for a list are others than for what is none. */
    private String noDefinition(FieldValue value) {
        if (value instanceof FieldValue.Array list) {
            return list.values().isEmpty()
                    ? Definition.EMPTY
                    : "definition must be a dictionary: " + JsonTerm.of(value);
        }
        return "parse error while reading policy definition: " + JsonTerm.of(value) + ". Validator: "
                + (kind == PolicyKind.USER ? "policy_validator" : "operator_policy_validator") + ".";
    }

    private ApplyTo applyTo(@Nullable FieldValue value) {
        if (value == null) {
            return ApplyTo.ALL;
        }
        String text = value instanceof FieldValue.LongString string ? string.asString() : JsonTerm.of(value);
        ApplyTo applyTo = ApplyTo.byName(text);
        if (applyTo == null) {
            problems.add("apply-to '" + text + "' " + APPLY_TO_WORDS);
            return ApplyTo.ALL;
        }
        return applyTo;
    }

    private String pattern(@Nullable FieldValue value) {
        if (value instanceof FieldValue.LongString text) {
            String invalid = "pattern should be regular expression but is invalid: ";
            String problem = patternProblem("pattern", text.asString(), invalid);
            if (problem != null) {
                problems.add(problem);
            }
            return text.asString();
        }
        if (value != null) {
            problems.add("pattern should be a binary but was " + JsonTerm.of(value));
        }
        return "";
    }

    /**
     * What is wrong with a regular expression; null if nothing is.
     *
     * @param name what it is
     * @param invalid what is said of one that is none, before Erlang's words
     */
    static @Nullable String patternProblem(String name, String pattern, String invalid) {
        if (NamePattern.isTooLong(pattern)) {
            return name + " must not exceed " + NamePattern.MAX_BYTES + " bytes";
        }
        try {
            NamePattern.of(pattern);
            return null;
        } catch (PatternException e) {
            return invalid + "{" + ErlangTerm.string(String.valueOf(e.getMessage())) + "," + e.offset() + "}";
        }
    }

    private double priority(@Nullable FieldValue value) {
        if (value instanceof FieldValue.Float64 number) {
            return number.value();
        }
        if (value != null && value.isInteger()) {
            return value.longValue();
        }
        if (value != null) {
            problems.add("priority should be a number, actually was " + JsonTerm.of(value));
        }
        return 0;
    }
}
