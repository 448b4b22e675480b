package io.leveret.broker.auth;

import java.util.List;

/** Who is logged in. */
public record User(String name, List<String> tags) {

    /** A user with this tag may publish with any {@code user_id}; being administrator does not imply it. */
    private static final String IMPERSONATOR = "impersonator";

    public boolean mayImpersonate() {
        return tags.contains(IMPERSONATOR);
    }
}
