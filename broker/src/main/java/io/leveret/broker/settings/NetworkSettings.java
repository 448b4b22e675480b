package io.leveret.broker.settings;

import java.net.InetSocketAddress;
import java.util.List;

/**
 * Listeners and what is negotiated with each connection.
 *
 * @param listeners addresses to listen on; port 0 takes a free one
 * @param socket options of the listening and the accepted sockets
 * @param eventLoops number of event loops; 0 lets the broker choose by the machine's cores
 * @param eventLoopWatchdog whether the log tells when an event loop does not turn; costs some wake-ups
 * @param handshakeTimeoutMs how long a client may take from the TCP connect to {@code connection.open}
 * @param heartbeatSeconds the interval proposed to clients, 0 to 65535; 0 proposes none
 * @param frameMaxBytes the largest frame proposed, from 4096; 0 means none smaller than a message may be
 */
public record NetworkSettings(
        List<InetSocketAddress> listeners,
        SocketSettings socket,
        int eventLoops,
        boolean eventLoopWatchdog,
        int handshakeTimeoutMs,
        int heartbeatSeconds,
        int frameMaxBytes) {

    public static final int DEFAULT_PORT = 5672;

    public static NetworkSettings defaults() {
        return new NetworkSettings(
                List.of(new InetSocketAddress(DEFAULT_PORT)), SocketSettings.defaults(), 0, false, 10_000, 60, 131_072);
    }

    public NetworkSettings withListeners(List<InetSocketAddress> listeners) {
        return new NetworkSettings(
                listeners, socket, eventLoops, eventLoopWatchdog, handshakeTimeoutMs, heartbeatSeconds, frameMaxBytes);
    }

    public NetworkSettings withFrameMax(int bytes) {
        return new NetworkSettings(
                listeners, socket, eventLoops, eventLoopWatchdog, handshakeTimeoutMs, heartbeatSeconds, bytes);
    }
}
