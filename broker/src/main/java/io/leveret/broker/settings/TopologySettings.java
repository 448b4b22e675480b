package io.leveret.broker.settings;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * What a broker has before anybody declares anything.
 *
 * @param defaultQueueType what a queue is that asks for no type, in virtual hosts that say nothing else: classic or quorum
 * @param definitions a file of RabbitMQ's JSON that is imported at each start; null for none
 * @param eventVhost the virtual host with the event exchange; null for the default one
 */
public record TopologySettings(
        String defaultQueueType,
        @Nullable Path definitions,
        @Nullable String eventVhost) {

    /** With the event exchange in the default virtual host. */
    public TopologySettings(String defaultQueueType, @Nullable Path definitions) {
        this(defaultQueueType, definitions, null);
    }

    public static TopologySettings defaults() {
        return new TopologySettings("classic", null);
    }
}
