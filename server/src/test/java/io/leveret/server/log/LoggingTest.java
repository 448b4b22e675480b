package io.leveret.server.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.leveret.server.log.LogRotation.Period;
import io.leveret.server.log.LogSettings.Console;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

class LoggingTest {

    private static final Console NO_CONSOLE = new Console(false, false, LogLevel.DEBUG, false);

    private final Logger log = LoggerFactory.getLogger("test");
    private final Logger connections = LoggerFactory.getLogger("io.leveret.broker.connection.Connection");

    @TempDir
    private Path folder = Path.of("");

    @AfterEach
    void restoreTheConsole() throws IOException {
        Logging.start(LogSettings.defaults(), folder);
    }

    @Test
    void writesToTheFileInTheLogFolderOfTheDataFolder() throws IOException {
        start(null, LogLevel.DEBUG, LogRotation.defaults(), Map.of());
        log.info("hello");

        assertThat(written()).matches("\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d\\.\\d{3} INFO  hello\\R");
    }

    @Test
    void keepsAMessageInOneLineWhateverNamesAreInIt() throws IOException {
        start(null, LogLevel.DEBUG, LogRotation.defaults(), Map.of());
        log.info("no queue '{}'", "q\r\n2026-01-01 ERROR all is lost\u001b[31m");

        assertThat(written().lines()).singleElement().asString().endsWith("'q??2026-01-01 ERROR all is lost?[31m'");
    }

    @Test
    void writesToTheFolderNamed() throws IOException {
        start(folder.resolve("elsewhere"), LogLevel.DEBUG, LogRotation.defaults(), Map.of());

        assertThat(folder.resolve("elsewhere/a.log")).exists();
    }

    @Test
    void refusesAFileThatItCannotWriteAndNamesIt() throws IOException {
        Files.createDirectories(folder.resolve("log/a.log"));

        assertThatThrownBy(() -> start(null, LogLevel.DEBUG, LogRotation.defaults(), Map.of()))
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith("can't write the log file " + folder.resolve("log/a.log") + ": ");
    }

    @Test
    void refusesAFolderThatItCannotMake() throws IOException {
        Path file = Files.createFile(folder.resolve("file"));

        assertThatThrownBy(() -> start(file.resolve("logs"), LogLevel.DEBUG, LogRotation.defaults(), Map.of()))
                .hasMessageStartingWith("can't write the log file " + file.resolve("logs/a.log") + ": ");
    }

    @Test
    void leavesOutWhatIsBelowTheFilesLevel() throws IOException {
        start(null, LogLevel.WARNING, LogRotation.defaults(), Map.of());
        log.info("quiet");
        log.warn("loud");

        assertThat(written()).contains("loud").doesNotContain("quiet");
    }

    @Test
    void logsACategoryAtItsOwnLevel() throws IOException {
        start(null, LogLevel.DEBUG, LogRotation.defaults(), Map.of(LogCategory.CONNECTION, LogLevel.DEBUG));
        log.debug("other detail");
        connections.debug("connection detail");

        assertThat(written()).contains("connection detail").doesNotContain("other detail");
    }

    @Test
    void silencesACategory() throws IOException {
        start(null, LogLevel.DEBUG, LogRotation.defaults(), Map.of(LogCategory.CONNECTION, LogLevel.NONE));
        connections.error("connection error");
        log.info("hello");

        assertThat(written()).contains("hello").doesNotContain("connection error");
    }

    @ParameterizedTest
    @EnumSource(LogLevel.class)
    void hidesErrorsOnlyWhenToldToLogNothing(LogLevel level) throws IOException {
        start(null, level, LogRotation.defaults(), Map.of());
        log.error("failed");

        assertThat(written().contains("failed")).isEqualTo(level != LogLevel.NONE);
    }

    @Test
    void putsAFileThatHasGrownAside() throws IOException {
        start(null, LogLevel.DEBUG, new LogRotation(1000, Period.NONE, 2, false), Map.of());
        fill();

        assertThat(files()).containsExactlyInAnyOrder("a.log", "a.log.1", "a.log.2");
    }

    @Test
    void compressesWhatItPutsAside() throws IOException {
        start(null, LogLevel.DEBUG, new LogRotation(1000, Period.NONE, 1, true), Map.of());
        fill();

        assertThat(files()).containsExactlyInAnyOrder("a.log", "a.log.1.gz");
    }

    @ParameterizedTest
    @EnumSource(
            value = Period.class,
            names = {"HOUR", "DAY", "WEEK", "MONTH"})
    void writesOnWithAnyPeriodAndSize(Period period) throws IOException {
        start(null, LogLevel.DEBUG, new LogRotation(1000, period, 3, false), Map.of());
        log.info("hello");
        start(null, LogLevel.DEBUG, new LogRotation(0, period, 3, false), Map.of());
        log.info("again");

        assertThat(written()).contains("hello").contains("again");
    }

    @Test
    void putsAFileThatHasGrownAsideWithinThePeriodToo() throws IOException {
        start(null, LogLevel.DEBUG, new LogRotation(1000, Period.DAY, 2, false), Map.of());
        fill();

        assertThat(files())
                .hasSizeGreaterThan(1)
                .allMatch(name -> name.matches("a\\.log(\\.\\d{4}-\\d\\d-\\d\\d\\.\\d+)?"));
    }

    @Test
    void showsInfoOnStandardOutputUnlessToldOtherwise() {
        assertThat(LogSettings.defaults().showsInfoOnStandardOutput()).isTrue();
        assertThat(with(NO_CONSOLE)).isFalse();
        assertThat(with(new Console(true, true, LogLevel.DEBUG, false))).isFalse();
        assertThat(with(new Console(true, false, LogLevel.WARNING, false))).isFalse();
    }

    private static boolean with(Console console) {
        LogSettings defaults = LogSettings.defaults();
        return new LogSettings(console, null, null, LogLevel.DEBUG, defaults.rotation(), defaults.levels())
                .showsInfoOnStandardOutput();
    }

    private void start(
            @Nullable Path logFolder, LogLevel level, LogRotation rotation, Map<LogCategory, LogLevel> levels)
            throws IOException {
        Logging.start(new LogSettings(NO_CONSOLE, logFolder, Path.of("a.log"), level, rotation, levels), folder);
    }

    /** Logback looks at the size only now and then, so this writes far more than the limit. */
    private void fill() {
        for (int i = 0; i < 5_000; i++) {
            log.info("a line of some length, number {}", i);
        }
    }

    /** Once all is, since another thread writes. */
    private String written() throws IOException {
        Logging.stop();
        return Files.readString(folder.resolve("log/a.log"));
    }

    private Stream<String> files() throws IOException {
        Logging.stop();
        try (Stream<Path> files = Files.list(folder.resolve("log"))) {
            return files.map(file -> String.valueOf(file.getFileName())).toList().stream();
        }
    }
}
