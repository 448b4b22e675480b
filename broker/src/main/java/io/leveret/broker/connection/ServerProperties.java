package io.leveret.broker.connection;

import io.leveret.amqp.FieldTable;
import io.leveret.broker.settings.IdentitySettings;

/** What {@code connection.start} tells clients about the broker. They choose behaviour by it. */
final class ServerProperties {

    private ServerProperties() {}

    static FieldTable of(IdentitySettings identity) {
        return FieldTable.builder()
                .put("capabilities", capabilities())
                .put("cluster_name", identity.clusterName())
                .put("copyright", "Copyright (c) 2026 the Leveret authors")
                .put("information", "Leveret " + version() + ". Licensed under the Apache License 2.0.")
                .put("platform", "Java " + Runtime.version())
                .put("product", identity.product())
                .put("version", identity.version())
                .build();
    }

    private static FieldTable capabilities() {
        return FieldTable.builder()
                .put("publisher_confirms", true)
                .put("exchange_exchange_bindings", true)
                .put("basic.nack", true)
                .put("consumer_cancel_notify", true)
                .put("connection.blocked", true)
                .put("consumer_priorities", true)
                .put("authentication_failure_close", true)
                .put("per_consumer_qos", true)
                .put("direct_reply_to", true)
                .build();
    }

    /** Leveret's own version, from the jar's manifest. */
    private static String version() {
        String version = ServerProperties.class.getPackage().getImplementationVersion();
        return version == null ? "development" : version;
    }
}
