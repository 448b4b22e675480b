package io.leveret.broker.auth;

import org.jspecify.annotations.Nullable;

/**
 * What a SASL response came to. Immutable.
 *
 * @param name who the client claims to be, fit for one line of the log
 * @param user null if that was refused
 * @param refusal why, for the operator only: a client that guesses must not learn it; empty if it was not
 */
public record Login(String name, @Nullable User user, String refusal) {

    static Login of(User user) {
        return new Login(Printable.of(user.name()), user, "");
    }

    static Login refused(String name, String why) {
        return new Login(Printable.of(name), null, why);
    }
}
