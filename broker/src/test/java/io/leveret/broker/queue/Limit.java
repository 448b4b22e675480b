package io.leveret.broker.queue;

import io.leveret.amqp.FieldTable;
import java.util.Random;

/**
 * How long a queue may be.
 *
 * @param length how many messages
 * @param bytes how many octets their bodies may have
 */
record Limit(long length, long bytes) {

    static final Limit NONE = new Limit(QueueSettings.NONE, QueueSettings.NONE);

    /** Of either kind, of both, or none; low ones more often. */
    static Limit random(Random random, int lengthMax, int bytesMax) {
        long length = random.nextBoolean() ? random.nextInt(1 + random.nextInt(lengthMax)) : QueueSettings.NONE;
        return new Limit(
                length, random.nextBoolean() ? random.nextInt(1 + random.nextInt(bytesMax)) : QueueSettings.NONE);
    }

    /** What holds for a queue with these arguments, to which a policy adds the limit. */
    QueueSettings with(FieldTable arguments) {
        FieldTable.Builder effective = FieldTable.builder().putAll(arguments);
        if (length != QueueSettings.NONE) {
            effective.put("x-max-length", length);
        }
        if (bytes != QueueSettings.NONE) {
            effective.put("x-max-length-bytes", bytes);
        }
        return QueueSettings.of(effective.build());
    }

    boolean isExceededBy(long messages, long bodyBytes) {
        return messages > length || bodyBytes > bytes;
    }
}
