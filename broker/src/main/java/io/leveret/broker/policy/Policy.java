package io.leveret.broker.policy;

import io.leveret.amqp.FieldTable;
import io.leveret.amqp.FieldValue;

/**
 * What is set for all queues and exchanges of a virtual host whose names match. Immutable; whether it may be set shows when it
 * is ({@link PolicyTerm}).
 *
 * @param pattern a regular expression; it need not match the whole name
 * @param definition {@link PolicyKey}s by their names
 * @param priority of those that match, the one with the highest holds; between equal ones the name decides
 */
public record Policy(String name, String pattern, FieldTable definition, double priority, ApplyTo applyTo) {

    /** For everything that matches, with priority 0. */
    public Policy(String name, String pattern, FieldTable definition) {
        this(name, pattern, definition, 0, ApplyTo.ALL);
    }

    public Policy withPriority(double other) {
        return new Policy(name, pattern, definition, other, applyTo);
    }

    public Policy withApplyTo(ApplyTo other) {
        return new Policy(name, pattern, definition, priority, other);
    }

    /** The value of the runtime parameter that it is. */
    public FieldValue term() {
        return FieldValue.of(FieldTable.builder()
                .put("pattern", pattern)
                .put("definition", definition)
                .put("priority", priorityTerm())
                .put("apply-to", applyTo.wireName())
                .build());
    }

    private FieldValue priorityTerm() {
        boolean integer = priority == Math.rint(priority) && Math.abs(priority) < Long.MAX_VALUE;
        return integer ? FieldValue.of((long) priority) : new FieldValue.Float64(priority);
    }
}
