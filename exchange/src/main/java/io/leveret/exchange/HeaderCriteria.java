package io.leveret.exchange;

import io.leveret.amqp.AmqpException;
import io.leveret.amqp.ErlangTerm;
import io.leveret.amqp.FieldTable;
import io.leveret.amqp.FieldValue;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a binding of a headers exchange asks of a message's headers, immutable: all of the criteria or any of them.
 * Bindings whose arguments differ in order alone have equal criteria.
 */
record HeaderCriteria(boolean all, List<Criterion> criteria) {

    private static final String MATCH = "x-match";

    /** A header that must be there, with this value unless it is {@link HeaderValue#ANY}. */
    record Criterion(String name, HeaderValue value) {

        boolean matches(FieldTable headers) {
            FieldValue header = headers.get(name);
            return header != null && (value.equals(HeaderValue.ANY) || value.equals(HeaderValue.of(header)));
        }

        @Override
        public int hashCode() {
            return SeededHash.of(List.of(name, value));
        }
    }

    /** Reads a binding's arguments; refuses a wrong {@code x-match} with RabbitMQ's reply. */
    static HeaderCriteria of(FieldTable arguments) {
        Mode mode = Mode.of(arguments.get(MATCH));
        List<Criterion> criteria = arguments.entries().entrySet().stream()
                .filter(argument -> mode.uses(argument.getKey()))
                .map(argument -> criterion(argument.getKey(), argument.getValue()))
                .sorted(Comparator.comparing(Criterion::name))
                .toList();
        return new HeaderCriteria(mode.all, criteria);
    }

    @Override
    public int hashCode() {
        return SeededHash.of(List.of(all, criteria));
    }

    boolean isBlank() {
        return criteria.isEmpty();
    }

    /** All of none is always true, any of none never, as in RabbitMQ. */
    boolean matches(FieldTable headers) {
        for (Criterion criterion : criteria) {
            if (criterion.matches(headers) != all) {
                return !all;
            }
        }
        return all;
    }

    private static Criterion criterion(String name, FieldValue value) {
        return new Criterion(name, value instanceof FieldValue.Void ? HeaderValue.ANY : HeaderValue.of(value));
    }

    /** The values of {@code x-match}. */
    private enum Mode {
        ALL("all", true, false),
        ANY("any", false, false),
        ALL_WITH_X("all-with-x", true, true),
        ANY_WITH_X("any-with-x", false, true);

        private final String wireName;
        private final boolean all;
        private final boolean withX;

        Mode(String wireName, boolean all, boolean withX) {
            this.wireName = wireName;
            this.all = all;
            this.withX = withX;
        }

        static Mode of(@Nullable FieldValue match) {
            if (match == null) {
                return ALL;
            }
            if (!(match instanceof FieldValue.LongString wireName)) {
                throw AmqpException.preconditionFailed("Invalid x-match field type %s (value %s); expected longstr"
                        .formatted(match.typeName(), ErlangTerm.of(match)));
            }
            for (Mode mode : values()) {
                if (mode.wireName.equals(wireName.asString())) {
                    return mode;
                }
            }
            throw AmqpException.preconditionFailed(
                    "Invalid x-match field value %s; expected all, any, all-with-x, or any-with-x"
                            .formatted(ErlangTerm.of(match)));
        }

        boolean uses(String argument) {
            return !argument.equals(MATCH) && (withX || !argument.startsWith("x-"));
        }
    }
}
