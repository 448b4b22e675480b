package io.leveret.interop;

import io.leveret.broker.settings.BrokerSettings;
import io.leveret.server.config.ConfigException;
import io.leveret.server.config.Configuration;
import java.nio.file.Path;
import java.util.List;

/** How the brokers of a case are configured: by one rabbitmq.conf for both. */
public enum Setup {

    /** RabbitMQ's defaults, except that it permits what Leveret permits. */
    DEFAULTS("reference.conf"),

    /** Limits within a test's reach. */
    LIMITED("limited.conf");

    private final String file;

    Setup(String file) {
        this.file = file;
    }

    Path configuration() {
        return Path.of("src", "test", "resources", file).toAbsolutePath();
    }

    BrokerSettings leveret() {
        try {
            return Configuration.load(configuration(), List.of(), variable -> null)
                    .settings()
                    .broker();
        } catch (ConfigException e) {
            throw new IllegalStateException(file + ": " + e.problems(), e);
        }
    }
}
