package io.leveret.interop;

import java.util.Arrays;

/** The chapters of the compatibility document, in its order: one for each package of cases. */
enum Chapter {
    CONNECTION("Connections and channels"),
    EXCHANGE("Exchanges and bindings"),
    QUEUE("Queues"),
    MESSAGE("Messages"),
    CONSUME("Consumers"),
    SETTLE("Settling and getting"),
    CONFIRM("Confirms and transactions"),
    DEADLETTER("Expiry, limits and dead letters"),
    POLICY("Policies"),
    DEFINITIONS("Definitions"),
    REPLY("Direct reply-to"),
    FIREHOSE("Firehose"),
    EVENT("Events"),
    LIMIT("Limits"),
    CLIENTS("Other clients: amqplib (Node), amqp-tools (C), pika (Python) and Spring AMQP");

    private final String title;

    Chapter(String title) {
        this.title = title;
    }

    String title() {
        return title;
    }

    static Chapter of(Class<?> caseClass) {
        String packageName = caseClass.getPackageName();
        String last = packageName.substring(packageName.lastIndexOf('.') + 1);
        return Arrays.stream(values())
                .filter(chapter -> chapter.name().equalsIgnoreCase(last))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException(packageName + " is no chapter (expected: one of "
                        + Arrays.toString(values()) + " in small letters)"));
    }
}
