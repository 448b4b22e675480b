/** Connections: sockets, handshake, heartbeats, frames in, outbox and frames out. */
@NullMarked
package io.leveret.broker.connection;

import org.jspecify.annotations.NullMarked;
