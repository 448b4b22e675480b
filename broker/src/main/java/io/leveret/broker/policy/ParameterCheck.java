package io.leveret.broker.policy;

import io.leveret.amqp.FieldTable;
import io.leveret.amqp.FieldValue;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What a runtime parameter may be that is no policy. Pure. */
public final class ParameterCheck {

    private static final String VHOST_LIMITS = "vhost-limits";

    /** The name that the one parameter of that component has. */
    private static final String LIMITS = "limits";

    private static final List<String> LIMIT_KEYS = List.of("max-queues", "max-connections");

    private static final List<String> USER_LIMIT_KEYS = List.of("max-connections", "max-channels");

    /** Of plugins of RabbitMQ's, which check them; here they are kept, and without effect. */
    private static final Set<String> OF_PLUGINS = Set.of("federation-upstream", "federation-upstream-set", "shovel");

    private ParameterCheck() {}

    /** @throws ParameterException with RabbitMQ's reason */
    public static void check(Parameter parameter) {
        if (PolicyKind.ofComponent(parameter.component()) != null) {
            throw new ParameterException("policies may not be set using this method");
        }
        if (parameter.component().equals(VHOST_LIMITS)) {
            checkLimits(parameter);
        } else if (!hasNoEffect(parameter)) {
            throw new ParameterException("component " + parameter.component() + " not found");
        } else {
            requireStorable(parameter);
        }
    }

    /** Whether it is kept only, for a plugin that RabbitMQ has and Leveret has not. */
    public static boolean hasNoEffect(Parameter parameter) {
        return OF_PLUGINS.contains(parameter.component());
    }

    private static void checkLimits(Parameter parameter) {
        if (!parameter.name().equals(LIMITS)) {
            throw new ParameterException("the name of vhost-limits is 'limits', not '" + parameter.name() + "'");
        }
        if (!(parameter.value() instanceof FieldValue.Table table)) {
            throw new ParameterException(LIMITS + " not a list " + JsonTerm.of(parameter.value()));
        }
        checkNumbers(table.value(), LIMIT_KEYS, LIMITS);
    }

    /** @throws ParameterException with RabbitMQ's reason */
    public static void checkUserLimits(FieldTable limits) {
        checkNumbers(limits, USER_LIMIT_KEYS, "user-limits");
    }

    /** @param keys in the order in which RabbitMQ tells of them, if several are wrong */
    private static void checkNumbers(FieldTable limits, List<String> keys, String subject) {
        Map<String, FieldValue> unknown = new LinkedHashMap<>(limits.entries());
        List<String> problems = new ArrayList<>();
        for (String key : keys) {
            FieldValue value = unknown.remove(key);
            if (value != null && !value.isInteger()) {
                problems.add(key + " should be a number, actually was " + JsonTerm.of(value));
            }
        }
        if (!unknown.isEmpty()) {
            problems.add(0, "Unrecognised terms " + JsonTerm.pairs(unknown) + " in " + subject);
        }
        if (!problems.isEmpty()) {
            throw new ParameterException(String.join("\n", problems));
        }
    }

    /** It is written as a table, whose depth and names are bounded. */
    private static void requireStorable(Parameter parameter) {
        try {
            FieldTable.decode(
                    FieldTable.builder().put("value", parameter.value()).build().encoded());
        } catch (RuntimeException e) {
            throw new ParameterException(parameter.describe() + " can't be kept: " + e.getMessage());
        }
    }
}
