package io.leveret.broker.policy;

import io.leveret.broker.pattern.NamePattern;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The policies of one kind in a virtual host, and which of them holds for what. Immutable. */
public final class PolicyList {

    private static final Comparator<Compiled> HIGHEST_FIRST = Comparator.<Compiled>comparingDouble(
                    each -> each.policy().priority())
            .reversed()
            .thenComparing(each -> each.policy().name());

    /** Made last: it sorts. */
    public static final PolicyList EMPTY = new PolicyList(Map.of());

    private final Map<String, Compiled> byName;

    /** In the order in which they are tried. */
    private final List<Compiled> tried;

    private record Compiled(Policy policy, NamePattern pattern) {}

    private PolicyList(Map<String, Compiled> byName) {
        this.byName = byName;
        this.tried = byName.values().stream().sorted(HIGHEST_FIRST).toList();
    }

    /** By name. */
    public Collection<Policy> policies() {
        return byName.values().stream().map(Compiled::policy).toList();
    }

    public @Nullable Policy get(String name) {
        Compiled found = byName.get(name);
        return found == null ? null : found.policy();
    }

    /** @param policy which was checked */
    public PolicyList with(Policy policy) {
        return with(List.of(policy));
    }

    /** @param policies which were checked */
    public PolicyList with(Collection<Policy> policies) {
        Map<String, Compiled> changed = new TreeMap<>(byName);
        policies.forEach(policy -> changed.put(policy.name(), new Compiled(policy, NamePattern.of(policy.pattern()))));
        return new PolicyList(changed);
    }

    public PolicyList without(String name) {
        Map<String, Compiled> changed = new TreeMap<>(byName);
        changed.remove(name);
        return new PolicyList(changed);
    }

    /** The one that holds for a queue or an exchange; null if none does. */
    public @Nullable Policy match(PolicyTarget target, String name) {
        for (Compiled each : tried) {
            if (isApplicable(each.policy(), target) && each.pattern().matches(name)) {
                return each.policy();
            }
        }
        return null;
    }

    /**
     * The one that holds after some policies were set or cleared, which looks at no others if it need not.
     *
     * @param had the one that held before
     * @param changed the names of those
     */
    public @Nullable Policy match(PolicyTarget target, String name, @Nullable Policy had, Set<String> changed) {
        if (had != null && changed.contains(had.name())) {
            return match(target, name);
        }
        for (Compiled each : tried) {
            if (each.policy().equals(had)) {
                return had;
            }
            boolean isChanged = changed.contains(each.policy().name());
            if (isChanged
                    && isApplicable(each.policy(), target)
                    && each.pattern().matches(name)) {
                return each.policy();
            }
        }
        return null;
    }

    /** RabbitMQ passes a policy by as a whole if a queue's type does not support one of its keys; exchanges take any. */
    private static boolean isApplicable(Policy policy, PolicyTarget target) {
        return policy.applyTo().covers(target)
                && policy.definition().entries().keySet().stream().allMatch(name -> {
                    PolicyKey key = PolicyKey.byName(name);
                    return key == null || key.isSupportedBy(target);
                });
    }
}
