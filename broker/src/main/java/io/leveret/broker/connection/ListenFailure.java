package io.leveret.broker.connection;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/** Says in one sentence why an address can't be listened on, and what to do about it. */
final class ListenFailure {

    private ListenFailure() {}

    static IOException of(InetSocketAddress address, @Nullable Throwable cause) {
        return new IOException(sentence(text(address), reason(cause)), cause);
    }

    /** Netty's native transport wraps the system's words in its own: {@code bind(..) failed with error(-98): Address already in use}. */
    private static String reason(@Nullable Throwable cause) {
        if (cause == null) {
            return "cancelled";
        }
        String message = cause.getMessage();
        return message == null
                ? cause.toString()
                : message.substring(message.lastIndexOf(": ") + 1).strip();
    }

    private static String sentence(String address, String reason) {
        return switch (reason) {
            case "Address already in use" ->
                "another process listens on " + address + "; stop it, or set listeners.tcp.default to another port";
            case "Permission denied" ->
                "not allowed to listen on " + address
                        + "; set listeners.tcp.default to a port from 1024 up, or start as a user who may";
            case "Cannot assign requested address" ->
                "can't listen on " + address
                        + ": this machine has no such address; set listeners.tcp.default to one that it has";
            default -> "can't listen on " + address + ": " + reason;
        };
    }

    private static String text(InetSocketAddress address) {
        InetAddress resolved = address.getAddress();
        String host = resolved == null ? address.getHostString() : resolved.getHostAddress();
        return (host.contains(":") ? "[" + host + "]" : host) + ":" + address.getPort();
    }
}
