package io.leveret.interop;

import io.leveret.broker.settings.BrokerSettings;
import io.leveret.server.config.ConfigException;
import io.leveret.server.config.Configuration;
import java.nio.file.Path;
import java.util.List;

/** How the brokers of a case are configured: by one rabbitmq.conf for both, or two that mean the same. */
public enum Setup {

    /** RabbitMQ's defaults, except that it permits what Leveret permits. */
    DEFAULTS("reference.conf", "reference.conf", "/"),

    /** Limits within a test's reach. */
    LIMITED("limited.conf", "limited.conf", "/"),

    /** A user who may do little, in a virtual host with a name of its own. Each broker has a file, since they take it unlike. */
    RESTRICTED("restricted.conf", "restricted-reference.conf", "house"),

    /** A user who may read and not write, as the configuration says it. */
    READ_ONLY("read-only.conf", "read-only.conf", "/"),

    /** The defaults, on brokers of their own: what is done to these would stop the cases that run beside. */
    ALONE("reference.conf", "reference.conf", "/");

    private final String file;
    private final String referenceFile;
    private final String virtualHost;

    Setup(String file, String referenceFile, String virtualHost) {
        this.file = file;
        this.referenceFile = referenceFile;
        this.virtualHost = virtualHost;
    }

    static Setup of(Class<?> cases) {
        RunsOn runsOn = cases.getAnnotation(RunsOn.class);
        return runsOn == null ? DEFAULTS : runsOn.value();
    }

    /** The one that there is. */
    String virtualHost() {
        return virtualHost;
    }

    Path reference() {
        return path(referenceFile);
    }

    BrokerSettings leveret() {
        try {
            return Configuration.load(path(file), List.of(), variable -> null)
                    .settings()
                    .broker();
        } catch (ConfigException e) {
            throw new IllegalStateException(file + ": " + e.problems(), e);
        }
    }

    private static Path path(String file) {
        return Path.of("src", "test", "resources", file).toAbsolutePath();
    }
}
