package io.leveret.interop.reference;

import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import io.leveret.interop.reference.RunningNode.Ctl;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.opentest4j.TestAbortedException;

/**
 * The real RabbitMQ 4.3 that a run compares with, started once for each configuration, or the reason why there is none.
 * Closed by JUnit when all tests have run.
 */
@SuppressWarnings("try") // JUnit closes it, and may be interrupted meanwhile
public final class Reference implements AutoCloseable {

    private static final String EXPECTED_VERSION = "4.3.";
    private static final String ANY_VERSION = "reference.any-version";
    private static final String NONE = "no RabbitMQ to compare with: give -D" + GivenAddress.PROPERTY
            + "=host:port, or start a Docker engine, or install debootstrap (as root), or rabbitmq-server 4.3";
    private static final Duration START_TIMEOUT = Duration.ofSeconds(60);
    private static final List<ReferenceSource> SOURCES =
            List.of(new GivenAddress(), new DockerNode(), new ScriptNode(), new InstalledNode());

    private final @Nullable RunningNode node;

    private Reference(@Nullable RunningNode node) {
        this.node = node;
    }

    /**
     * Takes the first source that this machine offers. Fails if what it gives is not the version that we compare with, and,
     * with CI=true in the environment, if there is none: there nothing may be skipped.
     *
     * @param virtualHost one that the configuration lets guest into
     */
    public static Reference start(Path configuration, String virtualHost) {
        try {
            RunningNode node = firstNode(configuration);
            if (node == null) {
                return none(Boolean.parseBoolean(System.getenv("CI")));
            }
            Reference reference = new Reference(node);
            reference.check(node, virtualHost);
            return reference;
        } catch (Exception e) {
            throw new IllegalStateException("the reference did not start", e);
        }
    }

    static Reference none(boolean required) {
        if (required) {
            throw new IllegalStateException(NONE + " (CI=true, so it may not be skipped)");
        }
        System.err.println(NONE);
        return new Reference(null);
    }

    /** Where it listens; aborts the test that asks where there is none. */
    public InetSocketAddress address() {
        if (node == null) {
            throw new TestAbortedException(NONE);
        }
        return node.address();
    }

    /** Where its management HTTP API listens; aborts the test that asks where there is no node. */
    public InetSocketAddress management() {
        if (node == null) {
            throw new TestAbortedException(NONE);
        }
        return node.management();
    }

    /** Stops the broker within the node and starts it again; aborts the test where that is not ours to do. */
    public void restart() throws Exception {
        ctl("stop_app");
        ctl("start_app");
    }

    /** Runs a command of rabbitmqctl; aborts the test where that is not ours to do. */
    public void ctl(String... command) throws Exception {
        Ctl ctl = node == null ? null : node.ctl();
        if (ctl == null) {
            throw new TestAbortedException("no rabbitmqctl here for the RabbitMQ to compare with");
        }
        ctl.run(command);
    }

    @Override
    public void close() throws Exception {
        if (node != null) {
            node.stop().close();
        }
    }

    private static @Nullable RunningNode firstNode(Path configuration) throws Exception {
        for (ReferenceSource source : SOURCES) {
            RunningNode node = source.start(configuration);
            if (node != null) {
                return node;
            }
        }
        return null;
    }

    private void check(RunningNode started, String virtualHost) throws Exception {
        try {
            String version = versionOf(started.address(), virtualHost);
            requireExpected(version);
            System.err.printf("comparing with RabbitMQ %s at %s (%s)%n", version, started.address(), started.origin());
        } catch (Exception e) {
            close();
            throw e;
        }
    }

    private static String versionOf(InetSocketAddress address, String virtualHost)
            throws IOException, TimeoutException, InterruptedException {
        try (Connection connection = connectWithin(START_TIMEOUT, address, virtualHost)) {
            return String.valueOf(connection.getServerProperties().get("version"));
        }
    }

    private static Connection connectWithin(Duration timeout, InetSocketAddress address, String virtualHost)
            throws IOException, TimeoutException, InterruptedException {
        ConnectionFactory factory = new ConnectionFactory();
        factory.setHost(address.getHostString());
        factory.setPort(address.getPort());
        factory.setVirtualHost(virtualHost);
        Instant deadline = Instant.now().plus(timeout);
        while (true) {
            try {
                return factory.newConnection("interop version check");
            } catch (IOException notYet) {
                if (Instant.now().isAfter(deadline)) {
                    throw notYet;
                }
                // A refused connection answers at once: asked again until the deadline, without a busy loop.
                Thread.sleep(200);
            }
        }
    }

    private static void requireExpected(String version) {
        if (!version.startsWith(EXPECTED_VERSION) && !Boolean.getBoolean(ANY_VERSION)) {
            throw new IllegalStateException("reference is RabbitMQ " + version + " (expected: " + EXPECTED_VERSION
                    + "x, or -D" + ANY_VERSION + "=true)");
        }
    }
}
