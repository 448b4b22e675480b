package io.leveret.server.config;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Everything wrong with a configuration, gathered so that the operator sees it all at once, in the order in which it stands in the files.
 * Owned by one loading.
 */
final class Problems {

    private record Problem(Origin origin, String message) {

        @Override
        public String toString() {
            return origin + ": " + message;
        }
    }

    private final List<String> sources = new ArrayList<>();
    private final List<Problem> errors = new ArrayList<>();
    private final List<Problem> warnings = new ArrayList<>();

    /** A file is read: what is wrong in it comes after what is wrong in the files before it. */
    void reading(String source) {
        sources.add(source);
    }

    void error(Origin origin, String message) {
        errors.add(new Problem(origin, message));
    }

    void warning(Origin origin, String message) {
        warnings.add(new Problem(origin, message));
    }

    List<String> warnings() {
        return inOrder(warnings);
    }

    void throwIfAny() throws ConfigException {
        if (!errors.isEmpty()) {
            throw new ConfigException(inOrder(errors));
        }
    }

    private List<String> inOrder(List<Problem> problems) {
        Comparator<Problem> byPlace = Comparator.<Problem>comparingInt(problem -> rank(problem.origin()))
                .thenComparingInt(problem -> problem.origin().line());
        return problems.stream().sorted(byPlace).map(Problem::toString).toList();
    }

    /** Files as they were read; environment and command line, which win over them, last. */
    private int rank(Origin origin) {
        int file = sources.indexOf(origin.source());
        return file < 0 ? sources.size() : file;
    }
}
