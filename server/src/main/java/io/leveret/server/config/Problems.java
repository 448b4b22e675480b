package io.leveret.server.config;

import java.util.ArrayList;
import java.util.List;

/** Everything wrong with a configuration, gathered so that the operator sees it all at once. Owned by one loading. */
final class Problems {

    private final List<String> errors = new ArrayList<>();
    private final List<String> warnings = new ArrayList<>();

    void error(Origin origin, String message) {
        errors.add(origin + ": " + message);
    }

    void warning(Origin origin, String message) {
        warnings.add(origin + ": " + message);
    }

    List<String> warnings() {
        return List.copyOf(warnings);
    }

    void throwIfAny() throws ConfigException {
        if (!errors.isEmpty()) {
            throw new ConfigException(errors);
        }
    }
}
