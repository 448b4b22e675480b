package io.leveret.server.config;

import java.util.List;
import java.util.stream.Stream;

/**
 * What it means that a key of RabbitMQ has no effect here: for most just that; for some that clients would find nobody, or that somebody
 * may do what the operator did not want. Immutable.
 *
 * @param meaning with {@code %s} where the value stands
 */
record WithoutEffect(KeyPattern key, String meaning) {

    private static final String PLAIN = "no effect here";
    private static final String NO_TLS =
            "there is no TLS here yet: NOTHING LISTENS on %s, and clients that connect to it are refused";
    private static final String NO_LISTENER = "no effect here: nothing listens on %s";

    private static final List<WithoutEffect> TELLING = Stream.of(
                    rows(NO_TLS, "listeners.ssl.$name"),
                    rows(
                            NO_LISTENER,
                            "management.tcp.port",
                            "management.ssl.port",
                            "management.listener.port",
                            "prometheus.tcp.port",
                            "prometheus.ssl.port",
                            "mqtt.listeners.tcp.$name",
                            "mqtt.listeners.ssl.$name",
                            "stomp.listeners.tcp.$name",
                            "stomp.listeners.ssl.$name",
                            "stream.listeners.tcp.$name",
                            "stream.listeners.ssl.$name"),
                    rows("no effect here: the definitions in %s are not loaded", "management.load_definitions"),
                    rows(
                            "no effect here: only default_user and the users of definitions can log in",
                            "auth_backends.$num",
                            "auth_backends.$num.authn",
                            "auth_backends.$num.authz",
                            "default_users.$name.password"))
            .flatMap(List::stream)
            .toList();

    private static List<WithoutEffect> rows(String meaning, String... keys) {
        return Stream.of(keys)
                .map(key -> new WithoutEffect(KeyPattern.of(key), meaning))
                .toList();
    }

    /** The warning about a setting whose key has no effect. */
    static String warning(Setting setting) {
        for (WithoutEffect row : TELLING) {
            if (row.key.matches(setting.key())) {
                return setting.key() + ": " + row.meaning.replace("%s", setting.value());
            }
        }
        return setting.key() + ": " + PLAIN;
    }
}
