package io.leveret.broker.settings;

/**
 * What the broker announces as its {@code server-properties}. Clients choose behaviour by product and version (Kombu,
 * Spring Boot), so these are RabbitMQ's; Leveret's own name and version stand in {@code information}.
 */
public record IdentitySettings(String product, String version, String clusterName) {

    public static IdentitySettings defaults() {
        return new IdentitySettings("RabbitMQ", "4.2.0", "leveret@localhost");
    }
}
