package io.leveret.server.config;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * An address to listen on: a port alone for all interfaces, or {@code ip:port}, the last colon dividing ({@code ::1:5672}
 * and {@code [::1]:5672} are one). Names are not looked up, as in RabbitMQ.
 */
final class ListenerAddress {

    private static final String OCTET = "(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])";
    private static final Pattern IPV4 = Pattern.compile("(?:" + OCTET + "\\.){3}" + OCTET);
    private static final Pattern IPV6 = Pattern.compile("[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*(?:%[0-9A-Za-z]+)?");
    private static final Pattern PORT = Pattern.compile("[0-9]{1,5}");
    private static final int MAX_PORT = 65_535;

    private ListenerAddress() {}

    static ValueType<InetSocketAddress> type() {
        return ValueTypes.type(
                "a port from 0 to 65535, or ip:port such as 127.0.0.1:5672 or ::1:5672", ListenerAddress::parse);
    }

    private static @Nullable InetSocketAddress parse(String text) {
        int colon = text.lastIndexOf(':');
        String port = text.substring(colon + 1);
        if (!PORT.matcher(port).matches() || Integer.parseInt(port) > MAX_PORT) {
            return null;
        }
        if (colon < 0) {
            return new InetSocketAddress(Integer.parseInt(port));
        }
        InetAddress address = address(withoutBrackets(text.substring(0, colon)));
        return address == null ? null : new InetSocketAddress(address, Integer.parseInt(port));
    }

    private static String withoutBrackets(String host) {
        return host.startsWith("[") && host.endsWith("]") ? host.substring(1, host.length() - 1) : host;
    }

    private static @Nullable InetAddress address(String literal) {
        if (!IPV4.matcher(literal).matches() && !IPV6.matcher(literal).matches()) {
            return null;
        }
        try {
            return InetAddress.getByName(literal);
        } catch (UnknownHostException e) {
            return null;
        }
    }
}
