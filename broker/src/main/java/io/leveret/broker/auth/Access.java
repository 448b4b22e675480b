package io.leveret.broker.auth;

import io.leveret.amqp.AmqpException;
import io.leveret.broker.pattern.NamePattern;
import java.util.Map;

/**
 * What one user may do in one virtual host: an unanchored regular expression over names for each permission, where the
 * empty one matches no name. Immutable, so any thread may ask.
 */
public final class Access {

    /** The default exchange has no name; permissions know it by this one. */
    private static final String DEFAULT_EXCHANGE = "amq.default";

    private static final NamePattern NOTHING = NamePattern.of("(?!)");

    private final User user;
    private final String vhost;
    private final Map<Permission, NamePattern> patterns;

    Access(User user, String vhost, String configure, String write, String read) {
        this.user = user;
        this.vhost = vhost;
        this.patterns = Map.of(
                Permission.CONFIGURE, pattern(configure),
                Permission.WRITE, pattern(write),
                Permission.READ, pattern(read));
    }

    public User user() {
        return user;
    }

    /**
     * Checks a permission on a queue.
     *
     * @throws AmqpException access refused, if the user may not
     */
    public void requireQueue(Permission permission, String queue) {
        require(permission, "queue", queue);
    }

    /**
     * Checks a permission on an exchange.
     *
     * @throws AmqpException access refused, if the user may not
     */
    public void requireExchange(Permission permission, String exchange) {
        require(permission, "exchange", exchange.isEmpty() ? DEFAULT_EXCHANGE : exchange);
    }

    /**
     * Checks that there is some permission at all, as a passive declaration needs.
     *
     * @throws AmqpException access refused, if the user has none of the three
     */
    public void requireAny(String kind, String name) {
        if (patterns.values().stream().noneMatch(pattern -> pattern.matches(name))) {
            throw refused(Permission.CONFIGURE, kind, name);
        }
    }

    private void require(Permission permission, String kind, String name) {
        NamePattern pattern = patterns.get(permission);
        if (pattern == null || !pattern.matches(name)) {
            throw refused(permission, kind, name);
        }
    }

    private AmqpException refused(Permission permission, String kind, String name) {
        return AmqpException.accessRefused(permission + " access to " + kind + " '" + name + "' in vhost '" + vhost
                + "' refused for user '" + user.name() + "'");
    }

    private static NamePattern pattern(String regex) {
        return regex.isEmpty() ? NOTHING : NamePattern.of(regex);
    }
}
