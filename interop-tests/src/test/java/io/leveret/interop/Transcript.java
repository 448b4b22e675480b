package io.leveret.interop;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What one case observed at one broker, line by line, without what differs from run to run. It belongs to the case's
 * thread.
 */
final class Transcript {

    private final String namePrefix;
    private final List<String> lines = new ArrayList<>();
    private @Nullable List<String> expected;

    Transcript(String namePrefix) {
        this.namePrefix = namePrefix;
    }

    void add(String line) {
        lines.add(normalised(line));
    }

    void expect(List<String> expectedLines) {
        expected = List.copyOf(expectedLines);
    }

    /** What the case expected, or null if it never said. */
    @Nullable
    List<String> expected() {
        return expected;
    }

    List<String> lines() {
        return List.copyOf(lines);
    }

    void assertAsExpected() {
        assertThat(expected).as("what the case expects (it must call expect)").isNotEmpty();
        assertThat(lines).isEqualTo(expected);
    }

    private String normalised(String line) {
        return line.replace(namePrefix, "")
                .replaceAll("on node '[^']+'", "on node '*'")
                .replaceAll("amq\\.gen-[A-Za-z0-9_-]{22}", "amq.gen-*")
                .replaceAll("amq\\.ctag-[A-Za-z0-9_-]{22}", "amq.ctag-*")
                .replaceAll("amq\\.rabbitmq\\.reply-to\\.[A-Za-z0-9+/=._-]{20,}", "amq.rabbitmq.reply-to.*");
    }
}
