package io.leveret.broker.channel;

import io.leveret.broker.auth.Access;
import io.leveret.broker.auth.Authenticator;
import io.leveret.broker.auth.User;
import io.leveret.broker.settings.BrokerSettings;
import io.leveret.broker.vhost.VirtualHost;
import java.util.List;

/** Sessions of guest in a virtual host {@code /}, for channels without a connection. */
final class Sessions {

    private static final BrokerSettings SETTINGS = BrokerSettings.defaults();

    private Sessions() {}

    static VirtualHost vhost() {
        return new VirtualHost("/", SETTINGS.deprecatedFeatures());
    }

    static Session in(VirtualHost vhost) {
        Object owner = new Object();
        return new Session(owner, "client -> server", vhost, guest(), SETTINGS, 131_072, true, true);
    }

    static Access guest() {
        Access access = new Authenticator(SETTINGS.login()).access(new User("guest", List.of()), "/");
        if (access == null) {
            throw new AssertionError("guest may enter the default virtual host");
        }
        return access;
    }
}
