package io.leveret.broker.settings;

/**
 * {@code tcp_listen_options.*}. Sizes are bytes; -1 leaves the choice to the operating system.
 *
 * @param lingerSeconds {@code SO_LINGER}; -1 is off
 */
public record SocketSettings(
        int backlog,
        boolean nodelay,
        boolean keepalive,
        int lingerSeconds,
        int sendBufferBytes,
        int receiveBufferBytes) {

    public static SocketSettings defaults() {
        return new SocketSettings(128, true, false, -1, -1, -1);
    }
}
