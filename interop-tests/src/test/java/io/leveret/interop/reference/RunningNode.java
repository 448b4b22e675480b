package io.leveret.interop.reference;

import java.net.InetSocketAddress;

/**
 * A RabbitMQ that accepts connections.
 *
 * @param origin where it comes from, for the line that the run prints
 * @param stop ends it, if it was started for this run
 */
record RunningNode(InetSocketAddress address, String origin, AutoCloseable stop) {}
