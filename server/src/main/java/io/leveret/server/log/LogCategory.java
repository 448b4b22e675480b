package io.leveret.server.log;

/** RabbitMQ's log categories that exist here, and the part of the code which logs in each. */
public enum LogCategory {
    /** All that is in no other category. */
    DEFAULT("ROOT"),
    CONNECTION("io.leveret.broker.connection"),
    CHANNEL("io.leveret.broker.channel"),
    QUEUE("io.leveret.broker.queue"),
    USER("io.leveret.broker.auth");

    private final String logger;

    LogCategory(String logger) {
        this.logger = logger;
    }

    String logger() {
        return logger;
    }
}
