package io.leveret.server.log;

import ch.qos.logback.classic.AsyncAppender;
import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.filter.ThresholdFilter;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.Appender;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.OutputStreamAppender;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/** Sets Logback up for the whole process. Called at start and at stop, by the main thread. */
public final class Logging {

    /** Names that clients chose stand in messages, and must not begin lines of their own. */
    private static final String MESSAGE = "%replace(%msg){'\\p{Cntrl}', '?'}%n";

    private static final int LINES_WAITING = 8192;

    /** At stop. */
    private static final int FLUSH_MS = 5000;

    private static final String TIME = "%d{yyyy-MM-dd HH:mm:ss.SSS} ";
    private static final String PATTERN = TIME + "%-5level " + MESSAGE;
    private static final String COLORED_PATTERN = TIME + "%highlight(%-5level) " + MESSAGE;

    private final LoggerContext context;
    private final LogSettings settings;
    private final @Nullable Path file;

    private Logging(LoggerContext context, LogSettings settings, @Nullable Path file) {
        this.context = context;
        this.settings = settings;
        this.file = file;
    }

    /**
     * Replaces whatever set-up there was.
     *
     * @throws IOException if the log file can't be written; the message names it, and the set-up stays as it was
     */
    public static void start(LogSettings settings, Path dataFolder) throws IOException {
        Path file = settings.fileIn(dataFolder);
        if (file != null) {
            requireWritable(file);
        }
        new Logging(context(), settings, file).start();
    }

    /** Logback itself would go on without the file, and only note it where nobody looks. */
    private static void requireWritable(Path file) throws IOException {
        try {
            Path folder = file.getParent();
            if (folder != null) {
                Files.createDirectories(folder);
            }
            Files.newOutputStream(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND)
                    .close();
        } catch (IOException e) {
            throw new IOException("can't write the log file " + file + ": " + e, e);
        }
    }

    /** Writes out what is buffered and closes the files. */
    public static void stop() {
        context().stop();
    }

    private static LoggerContext context() {
        return (LoggerContext) LoggerFactory.getILoggerFactory();
    }

    private void start() {
        context.reset();
        // What was stopped once is not stopped again unless it is started.
        context.start();
        Logger root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        root.setLevel(Level.INFO);
        settings.levels()
                .forEach((category, level) ->
                        context.getLogger(category.logger()).setLevel(level.level()));
        if (settings.console().on()) {
            root.addAppender(aside(console()));
        }
        if (file != null) {
            root.addAppender(aside(file(file)));
        }
    }

    /**
     * On a thread of its own, since a disk or a terminal may keep a writer waiting, and event loops log too. When it lags far behind,
     * lines are dropped rather than loops stopped.
     */
    private Appender<ILoggingEvent> aside(Appender<ILoggingEvent> appender) {
        AsyncAppender aside = new AsyncAppender();
        aside.setName(appender.getName());
        aside.setContext(context);
        aside.setQueueSize(LINES_WAITING);
        aside.setDiscardingThreshold(0);
        aside.setNeverBlock(true);
        aside.setMaxFlushTime(FLUSH_MS);
        aside.addAppender(appender);
        aside.start();
        return aside;
    }

    private Appender<ILoggingEvent> console() {
        ConsoleAppender<ILoggingEvent> console = new ConsoleAppender<>();
        console.setName("console");
        console.setTarget(settings.console().standardError() ? "System.err" : "System.out");
        return started(
                console,
                settings.console().colors() ? COLORED_PATTERN : PATTERN,
                settings.console().level());
    }

    private Appender<ILoggingEvent> file(Path path) {
        LogFile logFile = new LogFile(path.toString(), settings.rotation(), context);
        return started(logFile.appender(), PATTERN, settings.fileLevel());
    }

    private Appender<ILoggingEvent> started(
            OutputStreamAppender<ILoggingEvent> appender, String pattern, LogLevel level) {
        PatternLayoutEncoder encoder = new PatternLayoutEncoder();
        encoder.setContext(context);
        encoder.setPattern(pattern);
        encoder.start();
        ThresholdFilter threshold = new ThresholdFilter();
        threshold.setLevel(level.level().toString());
        threshold.start();
        appender.setContext(context);
        appender.setEncoder(encoder);
        appender.addFilter(threshold);
        appender.start();
        return appender;
    }
}
