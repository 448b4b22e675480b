package io.leveret.server.config;

import io.leveret.server.log.LogCategory;
import io.leveret.server.log.LogLevel;
import io.leveret.server.log.LogRotation;
import io.leveret.server.log.LogRotation.Period;
import io.leveret.server.log.LogSettings;
import io.leveret.server.log.LogSettings.Console;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What {@code log.*} has said so far. Owned by one loading. */
final class LogDraft {

    /** RabbitMQ's rotation dates: {@code $D0} daily, {@code $H0} hourly, {@code $W0D0} weekly, {@code $M1D0} monthly. */
    private static final Pattern DATE = Pattern.compile("\\$(?:[HD][0-9]{1,2}|[WM][0-9]{1,2}(?:D[0-9]{1,2})?)");

    private static final Path DEFAULT_FILE = Path.of("leveret.log");

    boolean console = true;
    boolean consoleOnStandardError;
    boolean consoleColors;

    @Nullable
    LogLevel consoleLevel;

    @Nullable
    Path folder;

    @Nullable
    Path file;

    @Nullable
    LogLevel fileLevel;

    long rotationSizeBytes = LogRotation.defaults().sizeBytes();
    Period rotationPeriod = LogRotation.defaults().period();
    int rotationCount = LogRotation.defaults().count();
    boolean rotationCompress = LogRotation.defaults().compress();
    final Map<LogCategory, LogLevel> levels = new EnumMap<>(LogCategory.class);

    /** {@code false} for no file, {@code true} for the usual one, else its name. */
    static ValueType<String> fileType() {
        return ValueTypes.type("false, true or a file name", text -> text.isEmpty() || !isPath(text) ? null : text);
    }

    static ValueType<Path> folderType() {
        return ValueTypes.type("a folder", text -> text.isEmpty() || !isPath(text) ? null : Path.of(text));
    }

    static ValueType<Path> anyFileType() {
        return ValueTypes.type("a file", text -> text.isEmpty() || !isPath(text) ? null : Path.of(text));
    }

    private static boolean isPath(String text) {
        try {
            return !Path.of(text).toString().isEmpty();
        } catch (InvalidPathException e) {
            return false;
        }
    }

    static ValueType<Period> periodType() {
        return ValueTypes.type("$H0, $D0, $W0D0, $M1D0 or '' for none", LogDraft::period);
    }

    private static @Nullable Period period(String text) {
        if (text.isEmpty()) {
            return Period.NONE;
        }
        if (!DATE.matcher(text).matches()) {
            return null;
        }
        return switch (text.charAt(1)) {
            case 'H' -> Period.HOUR;
            case 'D' -> Period.DAY;
            case 'W' -> Period.WEEK;
            default -> Period.MONTH;
        };
    }

    void setFile(String value) {
        file = switch (value) {
            case "false" -> null;
            case "true" -> DEFAULT_FILE;
            default -> Path.of(value);
        };
    }

    LogSettings settings() {
        levels.putIfAbsent(LogCategory.DEFAULT, mostVerboseOutput());
        return new LogSettings(
                new Console(console, consoleOnStandardError, orAll(consoleLevel), consoleColors),
                folder,
                file,
                orAll(fileLevel),
                new LogRotation(rotationSizeBytes, rotationPeriod, rotationCount, rotationCompress),
                Map.copyOf(levels));
    }

    /** An output that asks for debug is to have it, though no category was told so. */
    private LogLevel mostVerboseOutput() {
        boolean debug = Stream.of(orInfo(consoleLevel), orInfo(fileLevel)).anyMatch(LogLevel.DEBUG::equals);
        return debug ? LogLevel.DEBUG : LogLevel.INFO;
    }

    private static LogLevel orInfo(@Nullable LogLevel level) {
        return level == null ? LogLevel.INFO : level;
    }

    /** An output without a level of its own takes all that the categories let through. */
    private static LogLevel orAll(@Nullable LogLevel level) {
        return level == null ? LogLevel.DEBUG : level;
    }
}
