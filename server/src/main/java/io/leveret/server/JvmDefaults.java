package io.leveret.server;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import picocli.CommandLine.Model.UsageMessageSpec;

/** The Java options that the launcher passes; it and the help read them from the same file. */
final class JvmDefaults {

    /**
     * An option of the file.
     *
     * @param since the first Java version that gets it
     */
    record JvmOption(int since, String flag, String reason) {

        private static final int OLDEST_JAVA = 17;

        static JvmOption parse(String line) {
            String[] parts = line.split(" +", 3);
            return new JvmOption(Integer.parseInt(parts[0]), parts[1], parts[2]);
        }

        private String condition() {
            return since == OLDEST_JAVA ? "" : " (from Java " + since + ")";
        }
    }

    private static final List<String> EXAMPLES_AND_ENVIRONMENT = List.of(
            "Examples:",
            "  leveret server",
            "      listens on port 5672, keeps its data in ./data, lets guest/guest in from this machine",
            "  leveret server --conf /etc/leveret/rabbitmq.conf --data-dir /var/lib/leveret",
            "  leveret server --set listeners.tcp.default=0 --set default_user=app --set default_pass=secret",
            "      on a free port, which the log names",
            "",
            "Environment:",
            "  LEVERET_DATA_DIR         the data folder, unless --data-dir names it",
            "  RABBITMQ_CONFIG_FILE     the configuration, unless --conf names it",
            "  RABBITMQ_NODE_PORT, RABBITMQ_NODE_IP_ADDRESS",
            "                           where to listen, unless the configuration says it",
            "  RABBITMQ_DEFAULT_USER, RABBITMQ_DEFAULT_PASS, RABBITMQ_DEFAULT_VHOST",
            "                           user, password and virtual host of a new broker; they win over a file",
            "  any other                as $(NAME) in values of the configuration",
            "  JAVA_HOME                the Java to run with, 17 or newer; else the one on the PATH",
            "  LEVERET_JAVA_OPTS        options for Java; they win over the defaults below",
            "",
            "Exit codes:",
            "  0 stopped as asked; 1 could not start, or had to be stopped by force; 2 wrong command line",
            "",
            "Java options given by default:");

    private JvmDefaults() {}

    static List<JvmOption> load() {
        try (InputStream in = Objects.requireNonNull(JvmDefaults.class.getResourceAsStream("jvm-defaults.txt"))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> !line.isBlank() && !line.startsWith("#"))
                    .map(JvmOption::parse)
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static void describeIn(UsageMessageSpec usage) {
        List<String> lines = new ArrayList<>(EXAMPLES_AND_ENVIRONMENT);
        for (JvmOption option : load()) {
            lines.add("  " + option.flag());
            lines.add("      " + option.reason() + option.condition());
        }
        // A percent sign would be a format specifier to picocli.
        usage.footer(lines.stream().map(line -> line.replace("%", "%%")).toArray(String[]::new));
    }
}
