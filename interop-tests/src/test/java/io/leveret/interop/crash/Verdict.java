package io.leveret.interop.crash;

import io.leveret.interop.crash.Problem.Kind;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** What a history shows broken; empty if every promise was kept. */
record Verdict(List<Problem> problems) {

    private static final int SHOWN_OF_A_KIND = 10;

    static Verdict on(List<Event> history) {
        return new Verdict(Judge.of(history).problems());
    }

    boolean isGood() {
        return problems.isEmpty();
    }

    /** The problems by kind, the first few of each. */
    String text() {
        Map<Kind, List<Problem>> byKind =
                problems.stream().collect(Collectors.groupingBy(Problem::kind, TreeMap::new, Collectors.toList()));
        return byKind.entrySet().stream()
                .map(ofKind -> text(ofKind.getKey(), ofKind.getValue()))
                .collect(Collectors.joining("\n"));
    }

    private static String text(Kind kind, List<Problem> ofKind) {
        String shown = ofKind.stream()
                .limit(SHOWN_OF_A_KIND)
                .map(problem -> "\n    " + problem.what())
                .collect(Collectors.joining());
        String more = ofKind.size() > SHOWN_OF_A_KIND ? "\n    ..." : "";
        return kind + ": " + ofKind.size() + shown + more;
    }
}
