package io.leveret.bench.load;

import picocli.CommandLine.Option;

/** The options that say where the broker is. */
final class AddressOptions {

    @Option(names = "--host", description = "Broker address.")
    private String host = "127.0.0.1";

    @Option(names = "--port", description = "Broker port.")
    private int port = 5672;

    @Option(names = "--user", description = "User name.")
    private String user = "guest";

    @Option(names = "--password", description = "Password.")
    private String password = "guest";

    @Option(names = "--vhost", description = "Virtual host.")
    private String virtualHost = "/";

    Load.Address address() {
        return new Load.Address(host, port, user, password, virtualHost);
    }
}
