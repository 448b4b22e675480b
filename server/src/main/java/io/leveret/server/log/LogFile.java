package io.leveret.server.log;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.Context;
import ch.qos.logback.core.FileAppender;
import ch.qos.logback.core.rolling.FixedWindowRollingPolicy;
import ch.qos.logback.core.rolling.RollingFileAppender;
import ch.qos.logback.core.rolling.SizeAndTimeBasedRollingPolicy;
import ch.qos.logback.core.rolling.SizeBasedTriggeringPolicy;
import ch.qos.logback.core.rolling.TimeBasedRollingPolicy;
import ch.qos.logback.core.util.Duration;
import ch.qos.logback.core.util.FileSize;
import io.leveret.server.log.LogRotation.Period;

/** The log file with its rotation, in Logback's terms. Used once; the appender it makes is not started yet. */
final class LogFile {

    private static final int FIRST_OLD_FILE = 1;

    /** The size is looked at with each line, which is a system call anyway: in Logback's minute a flood of errors outgrows any limit. */
    private static final Duration SIZE_CHECK = Duration.buildByMilliseconds(0);

    private final String path;
    private final LogRotation rotation;
    private final Context context;

    LogFile(String path, LogRotation rotation, Context context) {
        this.path = path;
        this.rotation = rotation;
        this.context = context;
    }

    FileAppender<ILoggingEvent> appender() {
        boolean rotates = rotation.sizeBytes() > 0 || rotation.period() != Period.NONE;
        FileAppender<ILoggingEvent> appender = rotates ? rolling() : new FileAppender<>();
        appender.setName("file");
        appender.setFile(path);
        return appender;
    }

    private RollingFileAppender<ILoggingEvent> rolling() {
        RollingFileAppender<ILoggingEvent> appender = new RollingFileAppender<>();
        appender.setContext(context);
        appender.setFile(path);
        if (rotation.period() == Period.NONE) {
            rollBySize(appender);
        } else if (rotation.sizeBytes() == 0) {
            rollByTime(appender, new TimeBasedRollingPolicy<>(), dated("."));
        } else {
            SizeAndTimeBasedRollingPolicy<ILoggingEvent> policy = new SizeAndTimeBasedRollingPolicy<>();
            policy.setMaxFileSize(new FileSize(rotation.sizeBytes()));
            rollByTime(appender, policy, dated(".") + ".%i");
        }
        return appender;
    }

    private void rollBySize(RollingFileAppender<ILoggingEvent> appender) {
        FixedWindowRollingPolicy policy = new FixedWindowRollingPolicy();
        policy.setContext(context);
        policy.setParent(appender);
        policy.setFileNamePattern(escaped(path) + ".%i" + suffix());
        policy.setMinIndex(FIRST_OLD_FILE);
        policy.setMaxIndex(Math.max(FIRST_OLD_FILE, rotation.count()));
        policy.start();
        SizeBasedTriggeringPolicy<ILoggingEvent> trigger = new SizeBasedTriggeringPolicy<>();
        trigger.setContext(context);
        trigger.setMaxFileSize(new FileSize(rotation.sizeBytes()));
        trigger.setCheckIncrement(SIZE_CHECK);
        trigger.start();
        appender.setRollingPolicy(policy);
        appender.setTriggeringPolicy(trigger);
    }

    private void rollByTime(
            RollingFileAppender<ILoggingEvent> appender, TimeBasedRollingPolicy<ILoggingEvent> policy, String pattern) {
        policy.setContext(context);
        policy.setParent(appender);
        policy.setFileNamePattern(pattern + suffix());
        policy.setMaxHistory(Math.max(FIRST_OLD_FILE, rotation.count()));
        policy.start();
        appender.setRollingPolicy(policy);
    }

    private String dated(String separator) {
        return escaped(path) + separator + "%d{" + rotation.period().dateFormat() + "}";
    }

    /** A path may hold what is a conversion word in a pattern. */
    private static String escaped(String path) {
        return path.replace("%", "\\%");
    }

    private String suffix() {
        return rotation.compress() ? ".gz" : "";
    }
}
