package io.leveret.server.config;

import java.util.List;

/** A configuration that can't be used; each problem is one line naming file, line, key, value and what is allowed. */
public final class ConfigException extends Exception {

    private final List<String> problems;

    ConfigException(List<String> problems) {
        super(String.join(System.lineSeparator(), problems));
        this.problems = List.copyOf(problems);
    }

    public List<String> problems() {
        return problems;
    }
}
