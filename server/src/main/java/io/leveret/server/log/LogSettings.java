package io.leveret.server.log;

import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What {@code log.*} asks for. Immutable.
 *
 * @param console where the console output goes
 * @param folder holds the file unless that has a path of its own; null means {@code log} in the data folder
 * @param file null for no file
 * @param levels of the categories; those not named have the default one's
 */
public record LogSettings(
        Console console,
        @Nullable Path folder,
        @Nullable Path file,
        LogLevel fileLevel,
        LogRotation rotation,
        Map<LogCategory, LogLevel> levels) {

    /**
     * The console's part.
     *
     * @param colors whether levels are coloured
     */
    public record Console(boolean on, boolean standardError, LogLevel level, boolean colors) {}

    /** The console alone, at level info. */
    public static LogSettings defaults() {
        return new LogSettings(
                new Console(true, false, LogLevel.DEBUG, false),
                null,
                null,
                LogLevel.DEBUG,
                LogRotation.defaults(),
                Map.of(LogCategory.DEFAULT, LogLevel.INFO));
    }

    /** For commands whose output is for the operator: warnings alone, apart from it. */
    public static LogSettings warningsOnStandardError() {
        LogSettings defaults = defaults();
        return new LogSettings(
                new Console(true, true, LogLevel.WARNING, false),
                null,
                null,
                defaults.fileLevel(),
                defaults.rotation(),
                defaults.levels());
    }

    /** Where the file is; null if there is none. */
    @Nullable
    Path fileIn(Path dataFolder) {
        if (file == null) {
            return null;
        }
        return (folder == null ? dataFolder.resolve("log") : folder).resolve(file);
    }

    /** Whether a line of level info appears on standard output. */
    public boolean showsInfoOnStandardOutput() {
        LogLevel level = levels.getOrDefault(LogCategory.DEFAULT, LogLevel.INFO);
        return console.on()
                && !console.standardError()
                && console.level().compareTo(LogLevel.INFO) <= 0
                && level.compareTo(LogLevel.INFO) <= 0;
    }
}
