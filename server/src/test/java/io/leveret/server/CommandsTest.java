package io.leveret.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.leveret.broker.settings.BrokerSettings;
import io.leveret.server.BrokerStarter.RunningBroker;
import io.leveret.server.log.LogSettings;
import io.leveret.server.log.Logging;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;

/** The commands with a broker that only remembers what was done to it. */
@Timeout(60)
class CommandsTest {

    private final StopSignal stop = new StopSignal();
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private BrokerStarter starter = FakeBroker::new;

    @TempDir
    private Path folder = Path.of("");

    @AfterEach
    void restoreTheConsole() throws IOException {
        Logging.start(LogSettings.defaults(), folder);
    }

    @Test
    void explainsAnUnknownOptionInALineWithAHint() {
        assertThat(run("server", "--nope")).isEqualTo(2);
        assertThat(err.toString().lines())
                .containsExactly("leveret: Unknown option: '--nope'", "Try 'leveret server --help'.");
    }

    @Test
    void suggestsACommandThatWasMisspelt() {
        assertThat(run("serve")).isEqualTo(2);
        assertThat(err.toString().lines()).contains("Did you mean: leveret server?", "Try 'leveret --help'.");
    }

    @Test
    void asksForACommand() {
        assertThat(run()).isEqualTo(2);
        assertThat(err.toString().lines()).containsExactly("leveret: Missing command", "Try 'leveret --help'.");
    }

    @Test
    void printsTheVersion() {
        assertThat(run("--version")).isZero();
        assertThat(out.toString()).matches("(?s)Leveret \\d+\\.\\d+\\.\\d+\\S*\\RJava .*");
    }

    @Test
    void helpsWithOptionsExamplesAndEnvironment() {
        assertThat(run("server", "--help")).isZero();
        assertThat(out.toString())
                .contains("--conf=FILE", "--data-dir=DIR", "--set=KEY=VALUE", "Examples:", "RABBITMQ_DEFAULT_USER");
    }

    @Test
    void helpsWithEveryJavaOptionAndItsReason() {
        run("server", "--help");
        String oneLine = out.toString().replaceAll("\\s+", " ");

        assertThat(JvmDefaults.load())
                .isNotEmpty()
                .allSatisfy(option -> assertThat(oneLine).contains(option.flag() + " " + option.reason()));
    }

    @Test
    void printsEveryProblemOfTheConfiguration() {
        assertThat(run("server", "--set", "heartbeat=x", "--set", "nosuch=1")).isEqualTo(1);
        assertThat(err.toString().lines())
                .containsExactlyInAnyOrder(
                        "leveret: --set: heartbeat: x (expected: 0 to 65535)",
                        "leveret: --set: nosuch: no such key (docs/configuration.md lists the keys)");
    }

    @Test
    void startsTheBrokerWithTheSettingsAndClosesItWhenAskedToStop() {
        FakeBroker[] started = new FakeBroker[1];
        starter = (settings, folder) -> started[0] = new FakeBroker(settings, folder);
        stop.ask();

        assertThat(runServer("--set", "heartbeat=7")).isZero();
        assertThat(started[0].settings.network().heartbeatSeconds()).isEqualTo(7);
        assertThat(started[0].closed).isTrue();
    }

    @Test
    void saysThatItStartedEvenWhenTheConsoleIsOff() {
        stop.ask();
        runServer("--set", "log.console=false");

        assertThat(out.toString().lines()).containsExactly("Server startup complete");
    }

    @Test
    void printsOneLineWhenTheBrokerCannotListen() {
        starter = (settings, folder) -> {
            throw new IOException("cannot listen on 127.0.0.1:5672: in use");
        };

        assertThat(runServer()).isEqualTo(1);
        assertThat(err.toString().lines()).containsExactly("leveret: cannot listen on 127.0.0.1:5672: in use");
    }

    @Test
    void printsOneLineWhenTheLogFileCannotBeWritten() throws IOException {
        Path file = Files.createFile(folder.resolve("file"));

        assertThat(runServer("--set", "log.dir=" + file, "--set", "log.file=a.log"))
                .isEqualTo(1);
        assertThat(err.toString().lines())
                .singleElement()
                .asString()
                .startsWith("leveret: can't write the log file " + file);
    }

    @Test
    void endsWithCodeOneOnAnErrorThatIsNobodysFault() {
        starter = (settings, folder) -> {
            throw new NoClassDefFoundError("io/leveret/Gone");
        };

        assertThat(runServer()).isEqualTo(1);
        assertThat(err.toString()).contains("NoClassDefFoundError: io/leveret/Gone");
    }

    @Test
    void releasesTheDataFolderWhenTheBrokerCannotListen() {
        printsOneLineWhenTheBrokerCannotListen();
        starter = FakeBroker::new;
        stop.ask();

        assertThat(runServer()).isZero();
    }

    @Test
    void closesTheBrokerTheLogAndTheLockWhenTheStartFailsAtItsVeryEnd() throws Exception {
        Path log = folder.resolve("a.log");
        FakeBroker[] started = new FakeBroker[1];
        starter = (settings, data) -> started[0] = new FakeBroker(settings, data) {
            @Override
            public List<InetSocketAddress> addresses() {
                throw new IllegalStateException("injected");
            }
        };

        assertThat(runServer("--set", "log.file=" + log)).isEqualTo(1);
        LoggerFactory.getLogger(CommandsTest.class).error("logged too late");

        assertThat(err.toString()).contains("IllegalStateException: injected");
        assertThat(started[0].closed).isTrue();
        assertThat(log).content().doesNotContain("logged too late");
        DataFolderLock.take(folder).close();
    }

    @Test
    void closesTheLogWhenTheBrokerDoesNotStart() throws IOException {
        Path log = folder.resolve("a.log");
        starter = (settings, data) -> {
            LoggerFactory.getLogger(CommandsTest.class).error("in time");
            throw new IllegalStateException("injected");
        };

        assertThat(runServer("--set", "log.file=" + log)).isEqualTo(1);
        LoggerFactory.getLogger(CommandsTest.class).error("logged too late");

        assertThat(log).content().contains("in time").doesNotContain("logged too late");
    }

    @Test
    void warnsOfTheConfigurationBetweenBannerAndLastLine() {
        stop.ask();
        PrintStream console = System.out;
        ByteArrayOutputStream captured = new ByteArrayOutputStream();
        System.setOut(new PrintStream(captured, true, StandardCharsets.UTF_8));
        try {
            runServer("--set", "listeners.ssl.default=5671");
        } finally {
            System.setOut(console);
        }

        assertThat(captured.toString(StandardCharsets.UTF_8))
                .containsSubsequence("listening on: ", "NOTHING LISTENS on 5671", "Server startup complete");
    }

    @Test
    void givesUpOnABrokerThatDoesNotCloseInTime() {
        CountDownLatch never = new CountDownLatch(1);
        starter = (settings, folder) -> new FakeBroker(settings, folder) {
            @Override
            public void close() {
                try {
                    never.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            }
        };
        stop.ask();

        assertThat(runServer("--set", "leveret.shutdown_timeout=20")).isEqualTo(1);
    }

    private int runServer(String... options) {
        List<String> arguments = new ArrayList<>(List.of("server", "--data-dir", folder.toString()));
        arguments.addAll(List.of(options));
        return run(arguments.toArray(String[]::new));
    }

    private int run(String... arguments) {
        CommandLine commands = Commands.of(stop, starter);
        commands.setOut(new PrintWriter(out, true));
        commands.setErr(new PrintWriter(err, true));
        return Main.run(commands, arguments);
    }

    private static class FakeBroker implements RunningBroker {

        private final BrokerSettings settings;
        private volatile boolean closed;

        FakeBroker(BrokerSettings settings, Path dataFolder) {
            this.settings = settings;
        }

        @Override
        public List<InetSocketAddress> addresses() {
            return List.of(new InetSocketAddress(5672));
        }

        @Override
        public void close() {
            closed = true;
        }
    }
}
