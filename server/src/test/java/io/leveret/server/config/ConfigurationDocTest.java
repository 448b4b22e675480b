package io.leveret.server.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Keeps the page's table and the table in the code the same. */
class ConfigurationDocTest {

    private static final Path PAGE = Path.of("../docs/configuration.md");
    private static final Path EXPECTED = Path.of("target/configuration-keys.md");
    private static final String BEGIN = "<!-- keys: begin -->\n";
    private static final String END = "<!-- keys: end -->";

    @Test
    void listsTheHonouredKeysAsTheCodeHasThem() throws IOException {
        String page = Files.readString(PAGE);
        String table = HonouredKeys.ALL.stream()
                .map(ConfigurationDocTest::row)
                .collect(Collectors.joining("\n", "| key | value | default | meaning |\n|---|---|---|---|\n", "\n"));
        Files.writeString(EXPECTED, table);

        assertThat(page.substring(page.indexOf(BEGIN) + BEGIN.length(), page.indexOf(END)))
                .as("the table in %s; as it should be it is in server/%s", PAGE, EXPECTED)
                .isEqualTo(table);
    }

    private static String row(HonouredKey<?> key) {
        String names =
                key.patterns().stream().map(pattern -> "`" + pattern + "`").collect(Collectors.joining(", "));
        String shown = key.defaultText().isEmpty() ? "" : "`" + key.defaultText() + "`";
        return "| " + names + " | " + key.type().expected() + " | " + shown + " | " + key.meaning() + " |";
    }
}
