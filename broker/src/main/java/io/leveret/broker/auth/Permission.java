package io.leveret.broker.auth;

import java.util.Locale;

/** The three things that a user may do with a queue or exchange. */
public enum Permission {
    CONFIGURE,
    WRITE,
    READ;

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
