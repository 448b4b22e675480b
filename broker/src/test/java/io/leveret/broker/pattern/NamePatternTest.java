package io.leveret.broker.pattern;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.io.IOException;
import java.io.InputStream;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class NamePatternTest {

    private static final Duration SOON = Duration.ofSeconds(20);
    private static final int DEEPEST = 250;

    /** What a RabbitMQ 4.3 answered: its reason, or 1 for each name that matched and 0 for each that did not. */
    private static List<String[]> answersOfRabbitMq() throws IOException {
        try (InputStream in = Objects.requireNonNull(NamePatternTest.class.getResourceAsStream("answers.txt"))) {
            return new String(in.readAllBytes(), StandardCharsets.US_ASCII)
                    .lines()
                    .map(line -> line.split("\t", -1))
                    .toList();
        }
    }

    private static String text(String encoded) {
        return URLDecoder.decode(encoded, StandardCharsets.UTF_8);
    }

    private static String answer(String[] line) {
        try {
            NamePattern pattern = NamePattern.of(text(line[1]));
            StringBuilder answer = new StringBuilder();
            for (int i = 2; i < line.length; i++) {
                answer.append(pattern.matches(text(line[i])) ? '1' : '0');
            }
            return answer.toString();
        } catch (PatternException e) {
            return String.valueOf(e.getMessage());
        }
    }

    @Test
    void answersAsRabbitMqDoes() throws IOException {
        for (String[] line : answersOfRabbitMq()) {
            assertThat(answer(line)).as("%s", text(line[1])).isEqualTo(line[0]);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "(a)(?1), a recursion",
        "(?R)?a, a recursion",
        "(?P>n)(?<n>a), a recursion",
        "(a)?(?(1)b|c), a condition (?(",
        "(*ACCEPT)a, a verb (*...)",
        "(?C1)a, a callout (?C",
        "(?J)a, (?J)",
        "\\p{L}, a property (\\p)"
    })
    void refusesWhatItDoesNotKnow(String expression, String what) {
        assertThatThrownBy(() -> NamePattern.of(expression))
                .isInstanceOf(PatternException.class)
                .hasMessage(what + " is nothing that Leveret knows, though RabbitMQ may");
    }

    /** Each would go on for minutes or for ever where nothing bounds it, or take more stack than there is. */
    private static List<String> boundless() {
        return List.of(
                "(a+)+\\1?x$",
                "(a*)*b\\1$",
                ".*.*.*.*.*.*.*.*.*.*.*.*x",
                "(?:|)".repeat(40) + "(?!)",
                "(?:|)".repeat(40) + "(a)\\1(?!)",
                "(?=.*(?=.*(?=.*(?=.*(?=.*b)))))x",
                "(?=(?:.{1,20}){1,20}x)",
                "((((a*)*)*)*)*\\1b",
                "(?:(?:){65535}){3}x",
                "(?:.{65535}){65535}",
                "(?:(?:)*)*(?!)",
                "(".repeat(250) + ")".repeat(250) + "x",
                "(?:".repeat(200) + "a" + ")*".repeat(200) + "x",
                "(?=".repeat(250) + ")".repeat(250) + "x");
    }

    @ParameterizedTest
    @MethodSource("boundless")
    void endsSoonWhateverTheExpressionIs(String expression) {
        String longest = "a".repeat(255);

        assertTimeoutPreemptively(
                SOON,
                () -> assertThat(NamePattern.of(expression).matches(longest)).isFalse());
    }

    @ParameterizedTest
    @CsvSource({
        "(?:(?:){60000}){60000}, regular expression is too large",
        "(?:(?:(?:){65535}){65535}){65535}, regular expression is too large",
        "(?:(?:){2147483647}){2147483647}, number too big in {} quantifier",
        "(?:(?=)){99999999999}, number too big in {} quantifier"
    })
    void refusesWhatIsTooMuch(String expression, String reason) {
        assertTimeoutPreemptively(
                SOON, () -> assertThatThrownBy(() -> NamePattern.of(expression)).hasMessage(reason));
    }

    @ParameterizedTest
    @CsvSource({"(, )", "(?:a, |b)*", "(?>a{2}, |b)*+", "(?=a, |b)", "(?|a|b, |c)*?"})
    void asManyBracketsAsThereMayBeNeedNoLargeStack(String begin, String end) throws InterruptedException {
        int depth = Math.min(DEEPEST, NamePattern.MAX_BYTES / (begin.length() + end.length()));
        String deepest = begin.repeat(depth) + end.repeat(depth);
        Thread small = new Thread(null, () -> NamePattern.of(deepest), "small", 512 * 1024);
        Throwable[] thrown = new Throwable[1];
        small.setUncaughtExceptionHandler((thread, e) -> thrown[0] = e);
        small.start();
        small.join();

        assertThat(thrown[0]).isNull();
    }

    @Test
    void theDepthOfBracketsIsBounded() {
        String deepest = "(".repeat(DEEPEST) + ")".repeat(DEEPEST);

        assertThatThrownBy(() -> NamePattern.of("(" + deepest + ")")).hasMessage("parentheses are too deeply nested");
        assertThatThrownBy(() -> NamePattern.of("(?:".repeat(341))).hasMessage("parentheses are too deeply nested");
    }

    @Test
    void theOctetsOfAnExpressionAreBounded() {
        assertThat(NamePattern.of("b|" + "a".repeat(1022)).matches("b")).isTrue();
        assertThatThrownBy(() -> NamePattern.of("a".repeat(1025))).hasMessage("longer than 1024 bytes");
        assertThat(NamePattern.of("b|" + "\u00e4".repeat(511)).matches("b")).isTrue();
        assertThatThrownBy(() -> NamePattern.of("\u00e4".repeat(513))).hasMessage("longer than 1024 bytes");
    }
}
