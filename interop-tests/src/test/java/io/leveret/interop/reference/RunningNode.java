package io.leveret.interop.reference;

import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * A RabbitMQ that accepts connections.
 *
 * @param management where its management HTTP API listens
 * @param origin where it comes from, for the line that the run prints
 * @param stop ends it, if it was started for this run
 * @param ctl runs a command of rabbitmqctl, or null where the node is somebody else's
 */
record RunningNode(
        InetSocketAddress address,
        InetSocketAddress management,
        String origin,
        AutoCloseable stop,
        @Nullable Ctl ctl) {

    interface Ctl {
        void run(String... command) throws Exception;
    }
}
