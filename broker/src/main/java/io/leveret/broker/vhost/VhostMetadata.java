package io.leveret.broker.vhost;

import io.leveret.broker.queue.QueueType;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is said about a virtual host. Immutable.
 *
 * @param defaultQueueType what a queue is in it that asks for no type; null for what holds in the whole broker
 */
public record VhostMetadata(
        String description, List<String> tags, @Nullable String defaultQueueType) {

    public static final VhostMetadata NONE = new VhostMetadata("", List.of(), null);

    /** @throws IllegalArgumentException if no queue can be of that type */
    public VhostMetadata {
        tags = List.copyOf(tags);
        if (defaultQueueType != null && QueueType.byName(defaultQueueType) == null) {
            throw new IllegalArgumentException(
                    "default queue type: \"" + defaultQueueType + "\" (expected: one of classic, quorum)");
        }
    }
}
