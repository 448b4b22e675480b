package io.leveret.interop.clients;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;

/** The programs printed in README.md, and in other pages. */
final class Readme {

    private static final Path FILE = Path.of("..", "README.md");

    private Readme() {}

    static List<String> programs(String language) throws IOException {
        return programs(FILE, language);
    }

    /** What stands between the fences of one language, each block as it is printed. */
    static List<String> programs(Path page, String language) throws IOException {
        Pattern block = Pattern.compile("(?ms)^```" + language + "\\n(.*?)^```$");
        return block.matcher(Files.readString(page, StandardCharsets.UTF_8))
                .results()
                .map(match -> match.group(1))
                .toList();
    }
}
