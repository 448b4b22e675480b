package io.leveret.interop.reference;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** One way of getting at a RabbitMQ. */
interface ReferenceSource {

    /**
     * Starts a node, or finds one; returns null where this way isn't open on this machine.
     *
     * @param configuration a rabbitmq.conf with what the cases need beyond RabbitMQ's defaults
     */
    @Nullable
    RunningNode start(Path configuration) throws Exception;
}
