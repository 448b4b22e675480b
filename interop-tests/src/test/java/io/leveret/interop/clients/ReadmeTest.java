package io.leveret.interop.clients;

import static org.assertj.core.api.Assertions.assertThat;

import io.leveret.broker.Broker;
import io.leveret.broker.settings.BrokerSettings;
import io.leveret.interop.process.Command;
import io.leveret.interop.process.Pika;
import io.leveret.interop.process.Tool;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The programs in README.md and in other pages, run as they are printed: so they need a Leveret on the port that they name. */
@Timeout(180)
class ReadmeTest {

    private static final int PORT = 5672;
    private static final Duration TIMEOUT = Duration.ofSeconds(60);
    private static final Pattern PUBLIC_CLASS = Pattern.compile("public class (\\w+)");

    @TempDir
    private static Path data = Path.of("");

    private static @Nullable Broker broker;

    @TempDir
    private Path folder = Path.of("");

    @BeforeAll
    static void startBroker() {
        InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), PORT);
        BrokerSettings settings = BrokerSettings.defaults();
        try {
            broker = Broker.start(settings.withNetwork(settings.network().withListeners(List.of(address))), data);
        } catch (IOException e) {
            throw Tool.missing("the README's programs need port " + PORT + ": " + e.getMessage());
        }
    }

    @AfterAll
    static void stopBroker() {
        if (broker != null) {
            broker.close();
        }
    }

    @Test
    void theJavaProgramRunsAsPrinted() throws Exception {
        assertThat(runJava(only(Readme.programs("java")))).isEqualTo("Hello from Java\n");
    }

    @Test
    void theProgramOfThePageAboutDelayRunsAsPrinted() throws Exception {
        assertThat(runJava(only(Readme.programs(Path.of("..", "docs", "delay.md"), "java"))))
                .isEqualTo("order-2 was not paid\n");
    }

    @Test
    void theProgramAboutTransactionsRunsAsPrinted() throws Exception {
        Path page = Path.of("..", "docs", "transactions.md");

        assertThat(runJava(only(Readme.programs(page, "java")))).isEqualTo("order-1 is paid\norder-2 is paid\n");
    }

    @Test
    void theProgramAboutOrderRunsAsPrinted() throws Exception {
        Path page = Path.of("..", "docs", "ordering.md");

        assertThat(runJava(only(Readme.programs(page, "java"))))
                .isEqualTo("alice: [placed, paid, shipped]\nbob: [placed, paid]\n");
    }

    @Test
    void theProgramAboutDuplicatesRunsAsPrinted() throws Exception {
        Path page = Path.of("..", "docs", "deduplication.md");

        assertThat(runJava(only(Readme.programs(page, "java")))).isEqualTo("2 orders\n");
    }

    private String runJava(String program) throws Exception {
        Matcher name = PUBLIC_CLASS.matcher(program);
        assertThat(name.find()).as("a public class in the program").isTrue();
        Path source = Files.writeString(folder.resolve(name.group(1) + ".java"), program);

        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        String classPath = System.getProperty("java.class.path");
        return run(java, "-cp", classPath, source.toString());
    }

    @Test
    void thePythonProgramRunsAsPrinted() throws Exception {
        Pika.require();
        Path source = Files.writeString(folder.resolve("hello.py"), only(Readme.programs("python")));

        assertThat(run(Pika.PYTHON, source.toString())).isEqualTo("Hello from Python\n");
    }

    private static String only(List<String> programs) {
        assertThat(programs).as("programs in the page").hasSize(1);
        return programs.get(0);
    }

    private static String run(String... words) throws IOException, InterruptedException {
        return Command.of(TIMEOUT, words).run();
    }
}
