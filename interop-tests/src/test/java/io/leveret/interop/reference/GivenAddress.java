package io.leveret.interop.reference;

import java.net.InetSocketAddress;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * A node that somebody else runs, with the configuration that its cases need: {@code -Dreference.amqp=host:port} for
 * reference.conf, {@code -Dlimited.amqp=host:port} for limited.conf.
 */
final class GivenAddress implements ReferenceSource {

    static final String PROPERTY = "reference.amqp";

    @Override
    public @Nullable RunningNode start(Path configuration) {
        // An empty value is none: the build passes the property on whether or not it was given.
        String property = configuration.getFileName().toString().replaceAll("\\.conf$", ".amqp");
        String given = System.getProperty(property, "");
        if (given.isEmpty()) {
            return null;
        }
        return new RunningNode(parse(property, given), "-D" + property, () -> {}, null);
    }

    private static InetSocketAddress parse(String property, String given) {
        int colon = given.lastIndexOf(':');
        if (colon < 1 || !given.substring(colon + 1).matches("\\d{1,5}")) {
            throw new IllegalArgumentException(property + ": '" + given + "' (expected: host:port)");
        }
        return new InetSocketAddress(given.substring(0, colon), Integer.parseInt(given.substring(colon + 1)));
    }
}
