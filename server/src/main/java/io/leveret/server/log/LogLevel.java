package io.leveret.server.log;

import ch.qos.logback.classic.Level;

/** RabbitMQ's log levels. Leveret logs at four of them; the others mean the nearest that hides no error. */
public enum LogLevel {
    DEBUG("DEBUG"),
    INFO("INFO"),
    NOTICE("WARN"),
    WARNING("WARN"),
    ERROR("ERROR"),
    CRITICAL("ERROR"),
    ALERT("ERROR"),
    EMERGENCY("ERROR"),
    NONE("OFF");

    private final String level;

    LogLevel(String level) {
        this.level = level;
    }

    Level level() {
        return Level.toLevel(level);
    }
}
