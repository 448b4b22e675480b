package io.leveret.broker.auth;

import io.leveret.amqp.FieldTable;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A user as the broker keeps it. Immutable.
 *
 * @param password null for one who can't log in with any
 * @param limits {@code max-connections} and {@code max-channels}, by these names
 */
public record Account(String name, @Nullable PasswordHash password, List<String> tags, FieldTable limits) {

    public Account withLimits(FieldTable others) {
        return new Account(name, password, tags, others);
    }
}
