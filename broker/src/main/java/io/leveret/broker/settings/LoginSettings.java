package io.leveret.broker.settings;

import java.util.List;
import java.util.Set;

/**
 * Who may log in, and how.
 *
 * @param mechanisms SASL mechanisms in the order in which they are announced: PLAIN, AMQPLAIN, ANONYMOUS
 * @param anonymousUser the user that ANONYMOUS logs in as
 * @param anonymousPassword what ANONYMOUS logs in with, checked like any password
 * @param loopbackUsers users who may connect from a loopback address only
 * @param defaultUser the user that exists from the first start
 * @param defaultVhost the virtual host that exists from the first start, and where the default user has its permissions
 */
public record LoginSettings(
        List<String> mechanisms,
        String anonymousUser,
        String anonymousPassword,
        Set<String> loopbackUsers,
        DefaultUser defaultUser,
        String defaultVhost) {

    /**
     * The user of a new broker.
     *
     * @param configure regular expression over the names that the user may declare and delete; likewise write and read
     */
    public record DefaultUser(
            String name, String password, List<String> tags, String configure, String write, String read) {}

    public static LoginSettings defaults() {
        return new LoginSettings(
                List.of("PLAIN", "AMQPLAIN", "ANONYMOUS"),
                "guest",
                "guest",
                Set.of("guest"),
                new DefaultUser("guest", "guest", List.of("administrator"), ".*", ".*", ".*"),
                "/");
    }

    @Override
    public String toString() {
        return "LoginSettings[mechanisms=" + mechanisms + ", defaultUser=" + defaultUser.name() + "]";
    }
}
