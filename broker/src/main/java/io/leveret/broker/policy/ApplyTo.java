package io.leveret.broker.policy;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What a policy is for: {@code apply-to}. */
public enum ApplyTo {
    ALL("all", PolicyTarget.EXCHANGE, PolicyTarget.CLASSIC_QUEUE, PolicyTarget.QUORUM_QUEUE),
    EXCHANGES("exchanges", PolicyTarget.EXCHANGE),
    QUEUES("queues", PolicyTarget.CLASSIC_QUEUE, PolicyTarget.QUORUM_QUEUE),
    CLASSIC_QUEUES("classic_queues", PolicyTarget.CLASSIC_QUEUE),
    QUORUM_QUEUES("quorum_queues", PolicyTarget.QUORUM_QUEUE),
    /** Of which there are none yet. */
    STREAMS("streams");

    private final String wireName;

    @SuppressWarnings("ImmutableEnumChecker") // a copy that nobody can change
    private final Set<PolicyTarget> targets;

    ApplyTo(String wireName, PolicyTarget... targets) {
        this.wireName = wireName;
        this.targets = Set.of(targets);
    }

    /** The one with that name; null if there is none. */
    public static @Nullable ApplyTo byName(String name) {
        for (ApplyTo each : values()) {
            if (each.wireName.equals(name)) {
                return each;
            }
        }
        return null;
    }

    public String wireName() {
        return wireName;
    }

    boolean covers(PolicyTarget target) {
        return targets.contains(target);
    }
}
