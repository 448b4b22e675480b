package io.leveret.interop.reference;

import java.net.InetSocketAddress;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * A node that somebody else runs, with the configuration that its cases need: {@code -Dreference.amqp=host:port} for
 * reference.conf, {@code -Dlimited.amqp=host:port} for limited.conf. Its management HTTP API listens 10,000 ports above.
 */
final class GivenAddress implements ReferenceSource {

    static final String PROPERTY = "reference.amqp";

    /** As by default: 15672 beside 5672. */
    private static final int MANAGEMENT_PORT_OFFSET = 10_000;

    @Override
    public @Nullable RunningNode start(Path configuration) {
        // An empty value is none: the build passes the property on whether or not it was given.
        String property = configuration.getFileName().toString().replaceAll("\\.conf$", ".amqp");
        String given = System.getProperty(property, "");
        if (given.isEmpty()) {
            return null;
        }
        InetSocketAddress address = parse(property, given);
        InetSocketAddress management =
                new InetSocketAddress(address.getHostString(), address.getPort() + MANAGEMENT_PORT_OFFSET);
        return new RunningNode(address, management, "-D" + property, () -> {}, null);
    }

    private static InetSocketAddress parse(String property, String given) {
        int colon = given.lastIndexOf(':');
        if (colon < 1 || !given.substring(colon + 1).matches("\\d{1,5}")) {
            throw new IllegalArgumentException(property + ": '" + given + "' (expected: host:port)");
        }
        return new InetSocketAddress(given.substring(0, colon), Integer.parseInt(given.substring(colon + 1)));
    }
}
