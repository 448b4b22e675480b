package io.leveret.broker.vhost;

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
}
