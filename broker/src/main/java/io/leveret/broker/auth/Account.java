package io.leveret.broker.auth;

import io.leveret.amqp.FieldTable;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A user as the broker keeps it. Immutable.
 *
 * @param password null for one who can't log in with any
 * @param limits {@code max-connections} and {@code max-channels}; kept, not enforced yet
 */
public record Account(String name, @Nullable PasswordHash password, List<String> tags, FieldTable limits) {}
