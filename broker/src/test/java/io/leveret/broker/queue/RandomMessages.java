package io.leveret.broker.queue;

import io.leveret.amqp.BasicProperties;
import io.leveret.broker.message.Message;
import java.util.Random;
import java.util.function.LongSupplier;

/** Numbered messages of all sizes and priorities, some with a deadline, for one thread. Publishes none of them. */
final class RandomMessages {

    /** The longest time to live. */
    private static final int TTL_MAX_MS = 1000;

    /** A message that fills a window. */
    private static final int LARGE = 150_000;

    private final Random random;
    private final int padding;
    private final boolean expires;
    private final LongSupplier nowMs;
    private int made;

    /**
     * One of them.
     *
     * @param deadlineMs 0 if it has none
     */
    record Numbered(int id, Message message, long deadlineMs) {}

    /**
     * @param padding how many bytes most of them have at most, besides their number
     * @param expires whether any has a deadline
     */
    RandomMessages(Random random, int padding, boolean expires, LongSupplier nowMs) {
        this.random = random;
        this.padding = padding;
        this.expires = expires;
        this.nowMs = nowMs;
    }

    Numbered next() {
        int id = made++;
        return new Numbered(id, message(id), deadlineMs());
    }

    /** How many there are. */
    int made() {
        return made;
    }

    private Message message(int id) {
        String body = id + " ".repeat(random.nextInt(200) == 0 ? LARGE : random.nextInt(padding));
        int priority = random.nextInt(10) - 1;
        return Queues.message(
                body,
                priority < 0
                        ? BasicProperties.EMPTY
                        : BasicProperties.builder().priority(priority).build());
    }

    /** Most have none. */
    private long deadlineMs() {
        return expires && random.nextInt(3) == 0 ? nowMs.getAsLong() + 1 + random.nextInt(TTL_MAX_MS) : 0;
    }
}
