package io.leveret.broker.policy;

import io.leveret.amqp.FieldTable;
import io.leveret.amqp.FieldValue;
import io.leveret.broker.queue.QueueArgument;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What policies come to for one queue or exchange. Immutable.
 *
 * @param user the user's policy that holds; null if none does
 * @param operator the operator's that holds; null if none does
 */
public record EffectivePolicy(
        @Nullable Policy user, @Nullable Policy operator) {

    public static final EffectivePolicy NONE = new EffectivePolicy(null, null);

    public boolean isNone() {
        return user == null && operator == null;
    }

    /** The keys of both, by name; where both have one, RabbitMQ's rule for it decides. */
    public FieldTable definition() {
        Map<String, FieldValue> merged = new TreeMap<>();
        if (user != null) {
            merged.putAll(user.definition().entries());
        }
        if (operator != null) {
            operator.definition()
                    .entries()
                    .forEach((name, value) -> merged.merge(name, value, (first, second) -> {
                        PolicyKey key = PolicyKey.byName(name);
                        return key == null ? second : key.mergeWithOperator(first, second);
                    }));
        }
        return table(merged);
    }

    /** The value of one key; null if neither has it. */
    public @Nullable FieldValue get(PolicyKey key) {
        return definition().get(key.wireName());
    }

    /**
     * What holds for a queue, as arguments that say it all: its own, and those that a declaration like these policies would
     * have, with RabbitMQ's rules where both say something.
     *
     * @param arguments which were checked
     */
    public FieldTable over(FieldTable arguments, PolicyTarget target) {
        FieldTable.Builder all = FieldTable.builder().putAll(arguments);
        definition().entries().forEach((name, value) -> {
            PolicyKey key = PolicyKey.byName(name);
            String argument = "x-" + name;
            if (key != null && key.hasEffectOn(target) && QueueArgument.byName(argument) != null) {
                FieldValue own = arguments.get(argument);
                FieldValue said = bounded(key, value);
                all.put(argument, own == null ? said : key.mergeWithArgument(said, own, target));
            }
        });
        return all.build();
    }

    /** Nobody lives to see the difference, and no sum with a time overflows. */
    private static FieldValue bounded(PolicyKey key, FieldValue value) {
        boolean time = key == PolicyKey.MESSAGE_TTL || key == PolicyKey.EXPIRES;
        return time && value.longValue() > QueueArgument.LONGEST_MS ? FieldValue.of(QueueArgument.LONGEST_MS) : value;
    }

    private static FieldTable table(Map<String, FieldValue> entries) {
        FieldTable.Builder table = FieldTable.builder();
        entries.forEach(table::put);
        return table.build();
    }
}
