package io.leveret.server.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.leveret.server.config.ConfItem.Assignment;
import io.leveret.server.config.ConfItem.Include;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The cases were all put to RabbitMQ 4.3's own parser too, with the same outcome. */
class ConfParserTest {

    private static final String NOISE = "ab.=#'\\ \t\r\n$()-_1\u00e9include";

    static Stream<Arguments> readableTexts() {
        return Stream.of(
                Arguments.of("a = 1\n", "a=1"),
                Arguments.of("a=1", "a=1"),
                Arguments.of("\t a\t=\t1 \t\n", "a=1"),
                Arguments.of("a = 1 # c\n", "a=1"),
                Arguments.of("a = 1# c\n", "a=1"),
                Arguments.of("# c\n\n  # d\na = 1\n", "a=1"),
                Arguments.of("a = 1\r\nb = 2\r\n", "a=1|b=2"),
                Arguments.of("a = 1\n\n   \n# x\nb=2", "a=1|b=2"),
                Arguments.of("a = b = c\n", "a=b = c"),
                Arguments.of("a = b  c  \n", "a=b  c"),
                Arguments.of("a.b.c = 1\n", "a.b.c=1"),
                Arguments.of("a-b_C9 = 1\n", "a-b_C9=1"),
                Arguments.of("a\\.b.c = 1\n", "a\\.b.c=1"),
                Arguments.of("a = 'x # y' # z\n", "a=x # y"),
                Arguments.of("a = '  x  '\n", "a=  x  "),
                Arguments.of("a = ''\n", "a="),
                Arguments.of("a = 'x\ny'\n", "a=x\ny"),
                Arguments.of("a = '''it's'''\n", "a=it's"),
                Arguments.of("a = 'x\n", "a='x"),
                Arguments.of("a = x'y'\n", "a=x'y'"),
                Arguments.of("a = \"x y\"\n", "a=\"x y\""),
                Arguments.of("a = \"x # y\"\n", "a=\"x"),
                Arguments.of("a = x\\ny\n", "a=x\\ny"),
                Arguments.of("a = \u00e9\n", "a=\u00e9"),
                Arguments.of("a = $(HOME)\n", "a=$(HOME)"),
                Arguments.of("", ""),
                Arguments.of("# only", ""));
    }

    @ParameterizedTest
    @MethodSource("readableTexts")
    void readsAsRabbitDoes(String text, String expected) throws ConfigException {
        assertThat(parse(text).stream().map(ConfParserTest::show).collect(Collectors.joining("|")))
                .isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a",
                "= 1",
                "a =",
                "a = ",
                "a = # c",
                "a b = 1",
                "a..b = 1",
                ".a = 1",
                "a. = 1",
                "a/b = 1",
                "a:b = 1",
                "a$ = 1",
                "a\\b = 1",
                "\u00e9 = 1",
                "a = 'it''s'",
                "a = 'x' y",
                "a = 'x'y'",
                "\ufeffa = 1"
            })
    void refusesWhatRabbitRefuses(String text) {
        assertThatThrownBy(() -> parse(text + "\n"))
                .isInstanceOf(ConfigException.class)
                .hasMessageStartingWith("test.conf:1: can't read '")
                .hasMessageEndingWith("(expected: key = value)");
    }

    @Test
    void knowsTheLineOfASettingBehindAValueOfSeveralLines() throws ConfigException {
        ConfItem last = parse("# c\na = 'x\ny'\n\nb = 1\n").get(1);

        assertThat(((Assignment) last).setting().origin()).hasToString("test.conf:5");
    }

    @Test
    void namesEveryBadLineAtOnce() {
        assertThatThrownBy(() -> parse("bad\na = 1\nworse\n"))
                .hasMessageContaining("test.conf:1: can't read 'bad'")
                .hasMessageContaining("test.conf:3: can't read 'worse'");
    }

    @Test
    void doesNotEchoTheValueOfABadLine() {
        assertThatThrownBy(() -> parse("default_pass = 'secret' x\n"))
                .hasMessageContaining("can't read 'default_pass = ...'")
                .message()
                .doesNotContain("secret");
    }

    @Test
    void readsAnInclude() throws ConfigException {
        assertThat(parse("include conf/*.conf # more\n"))
                .containsExactly(new Include("conf/*.conf", new Origin("test.conf", 1)));
    }

    /** Whatever the text, it is read or refused; nothing else is thrown, and nothing takes long. */
    @RepeatedTest(300)
    void survivesNoise(RepetitionInfo repetition) {
        int seed = repetition.getCurrentRepetition();
        Random random = new Random(seed);
        StringBuilder text = new StringBuilder();
        random.ints(random.nextInt(200), 0, NOISE.length()).forEach(i -> text.append(NOISE.charAt(i)));
        int lines = (int) text.chars().filter(c -> c == '\n').count() + 1;

        Problems problems = new Problems();
        List<ConfItem> items = new ConfParser("noise", text.toString(), problems).parse();

        assertThat(items).as("seed %d: %s", seed, text).hasSizeLessThanOrEqualTo(lines);
    }

    @Test
    void readsAVeryLongLine() throws ConfigException {
        String key = "a".repeat(100_000);

        assertThat(parse(key + " = " + key)).hasSize(1);
    }

    private static List<ConfItem> parse(String text) throws ConfigException {
        Problems problems = new Problems();
        List<ConfItem> items = new ConfParser("test.conf", text, problems).parse();
        problems.throwIfAny();
        return items;
    }

    private static String show(ConfItem item) {
        Setting setting = ((Assignment) item).setting();
        return setting.key() + "=" + setting.value();
    }
}
