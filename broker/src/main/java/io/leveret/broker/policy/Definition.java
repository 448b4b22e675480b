package io.leveret.broker.policy;

import io.leveret.amqp.FieldTable;
import io.leveret.amqp.FieldValue;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What the definition of a policy may be: each key for itself, then those that belong together. Pure. */
final class Definition {

    /** Said of one without any key. */
    static final String EMPTY = "no policy provided";

    private static final String MASTER_LOCATOR = "queue-master-locator";

    private static final Set<PolicyKey> OF_QUORUM = EnumSet.of(
            PolicyKey.TARGET_GROUP_SIZE,
            PolicyKey.DELAYED_RETRY_TYPE,
            PolicyKey.DELAYED_RETRY_MIN,
            PolicyKey.DELAYED_RETRY_MAX);

    private static final Set<PolicyKey> OF_FEDERATION = EnumSet.of(
            PolicyKey.FEDERATION_UPSTREAM, PolicyKey.FEDERATION_UPSTREAM_SET, PolicyKey.FEDERATION_UPSTREAM_PATTERN);

    private final PolicyKind kind;

    /** By name, which is the order in which RabbitMQ looks at them. */
    private final Map<String, FieldValue> entries;

    private Definition(PolicyKind kind, FieldTable definition) {
        this.kind = kind;
        this.entries = new TreeMap<>(definition.entries());
    }

    /** The first thing that is wrong with it, in RabbitMQ's words and order; null if nothing is. */
    static @Nullable String problem(PolicyKind kind, FieldTable definition) {
        return new Definition(kind, definition).problem();
    }

    private @Nullable String problem() {
        if (entries.isEmpty()) {
            return EMPTY;
        }
        if (kind == PolicyKind.USER && entries.containsKey(MASTER_LOCATOR)) {
            return "use of deprecated queue-master-locator argument is not permitted";
        }
        EnumSet<PolicyKey> general = EnumSet.allOf(PolicyKey.class);
        general.removeAll(OF_QUORUM);
        general.removeAll(OF_FEDERATION);
        for (Collection<PolicyKey> group : List.of(general, OF_QUORUM, OF_FEDERATION)) {
            String problem = problemAmong(group);
            if (problem != null) {
                return problem;
            }
        }
        return unknown();
    }

    private @Nullable String problemAmong(Collection<PolicyKey> group) {
        for (Map.Entry<String, FieldValue> entry : entries.entrySet()) {
            PolicyKey key = PolicyKey.byName(entry.getKey());
            String problem =
                    key != null && group.contains(key) && key.isOf(kind) ? key.problem(entry.getValue()) : null;
            if (problem != null) {
                return problem;
            }
        }
        return group == OF_QUORUM ? retryProblem() : group == OF_FEDERATION ? upstreamProblem() : null;
    }

    private @Nullable String retryProblem() {
        FieldValue type = value(PolicyKey.DELAYED_RETRY_TYPE);
        FieldValue min = value(PolicyKey.DELAYED_RETRY_MIN);
        FieldValue max = value(PolicyKey.DELAYED_RETRY_MAX);
        if (min == null && type != null && !type.equals(FieldValue.of("disabled"))) {
            return "delayed-retry-min is required when delayed-retry-type is " + type;
        }
        if (min != null && max != null && max.longValue() < min.longValue()) {
            return "delayed-retry-max (" + max.longValue() + ") must not be smaller than delayed-retry-min ("
                    + min.longValue() + ")";
        }
        return null;
    }

    private @Nullable String upstreamProblem() {
        if (kind == PolicyKind.OPERATOR) {
            return null;
        }
        if (OF_FEDERATION.stream().filter(key -> value(key) != null).count() > 1) {
            return "cannot specify federation-upstream, federation-upstream-set or federation-upstream-pattern together";
        }
        String pattern = value(PolicyKey.FEDERATION_UPSTREAM_PATTERN) instanceof FieldValue.LongString text
                ? text.asString()
                : "";
        return PolicyTerm.patternProblem(
                PolicyKey.FEDERATION_UPSTREAM_PATTERN.wireName(),
                pattern,
                "could not compile pattern " + pattern + " to a regular expression. Error: ");
    }

    private @Nullable String unknown() {
        Map<String, FieldValue> unknown = new TreeMap<>(entries);
        unknown.keySet().removeIf(name -> {
            PolicyKey key = PolicyKey.byName(name);
            return key != null && key.isOf(kind);
        });
        return unknown.isEmpty() ? null : JsonTerm.pairs(unknown) + " are not recognised policy settings";
    }

    private @Nullable FieldValue value(PolicyKey key) {
        return entries.get(key.wireName());
    }
}
