package io.leveret.interop;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Writes docs/compatibility.md from the cases: first where Leveret differs, then everything that is compared. */
final class CompatibilityDocument {

    private static final String INTRODUCTION = """
            # Compatibility with RabbitMQ

            <!-- Generated from the cases in interop-tests; a test fails when this file is not up to date. -->

            Each line is a test: one piece of code, run over real sockets against a RabbitMQ 4.3 and against Leveret. Its
            answers, with their codes and texts, must be those that the test expects, and the same on both. `differs` means
            that Leveret answers something else on purpose; the test then pins down what, and fails should the difference
            disappear. `ours` is what RabbitMQ does not have.

            %d cases: %d the same, %d differ, %d ours.
            """;

    private static final String EVENTS = """

            ## What events say of Erlang

            Events have RabbitMQ's keys and headers, and where those are about Erlang the nearest that there is: `pid`, `owner_pid`,
            `channel` and `connection` are ids in the form of its processes, which nothing else has in any run of the broker; `node`,
            `leader` and `members` are the cluster's name; arguments and the properties of clients are printed as its terms. What has no
            user tells `rmq-internal`, as in RabbitMQ, and so does what the Java API is asked for. One connection's events come in
            their order, `channel.closed` before `connection.closed` and that before the `queue.deleted` of its exclusive queues;
            in RabbitMQ that is a matter of chance. Users, permissions and virtual hosts can't be changed at run time yet, so that there
            are no events of that; nor are there any of shovels and federation.
            """;

    private final List<DocumentedCase> cases;

    CompatibilityDocument(List<DocumentedCase> cases) {
        this.cases = cases.stream()
                .sorted(Comparator.comparing(DocumentedCase::chapter)
                        .thenComparing(DocumentedCase::section)
                        .thenComparing(DocumentedCase::sentence))
                .toList();
    }

    String markdown() {
        StringBuilder out = new StringBuilder(introduction());
        writeDifferences(out);
        out.append(EVENTS);
        cases.stream()
                .collect(Collectors.groupingBy(DocumentedCase::chapter, TreeMap::new, Collectors.toList()))
                .forEach((chapter, inChapter) -> writeChapter(out, chapter, inChapter));
        return out.toString();
    }

    private String introduction() {
        long ours = cases.stream().filter(DocumentedCase::ours).count();
        long differ = cases.stream().filter(CompatibilityDocument::differs).count();
        return INTRODUCTION.formatted(cases.size(), cases.size() - ours - differ, differ, ours);
    }

    private void writeDifferences(StringBuilder out) {
        out.append("\n## Where Leveret differs on purpose\n\n| RabbitMQ | why Leveret doesn't |\n|---|---|\n");
        cases.stream()
                .filter(CompatibilityDocument::differs)
                .forEach(differing -> writeRow(out, differing.sentence(), String.valueOf(differing.difference())));
    }

    private static void writeChapter(StringBuilder out, Chapter chapter, List<DocumentedCase> inChapter) {
        out.append("\n## ").append(chapter.title()).append('\n');
        Map<String, List<DocumentedCase>> sections = inChapter.stream()
                .collect(Collectors.groupingBy(DocumentedCase::section, TreeMap::new, Collectors.toList()));
        sections.forEach((section, inSection) -> {
            out.append("\n### ").append(section).append("\n\n| case | Leveret |\n|---|---|\n");
            inSection.forEach(documented -> writeRow(out, documented.sentence(), documented.state()));
        });
    }

    private static void writeRow(StringBuilder out, String left, String right) {
        out.append("| ")
                .append(escaped(left))
                .append(" | ")
                .append(escaped(right))
                .append(" |\n");
    }

    /** What Markdown would take for markup. */
    private static String escaped(String text) {
        return text.replaceAll("([|*_<])", "\\\\$1");
    }

    private static boolean differs(DocumentedCase documented) {
        return documented.difference() != null;
    }
}
