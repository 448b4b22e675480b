package io.leveret.bench.load;

import java.util.Locale;
import java.util.OptionalInt;

/**
 * What one run asks of a broker; checked when made. A rate, a confirm window or a message count of 0 means without.
 *
 * @param queue a durable queue that is there before and after the run; empty for queues of its own
 * @param undisturbed whether the confirms are told once more without those in whose time the machine's host took something from a processor
 * @param progress whether the counts are printed each second
 */
record Load(
        Address address,
        Part part,
        String queue,
        int producers,
        int consumers,
        int queues,
        ExchangeType exchangeType,
        int sizeBytes,
        boolean persistent,
        int ackEvery,
        int prefetch,
        int confirmWindow,
        int window,
        int rate,
        int warmUpSeconds,
        int seconds,
        long messages,
        boolean spin,
        boolean undisturbed,
        boolean progress,
        OptionalInt brokerPid) {

    /** The stamp of a message: its intended send time, in the first bytes of its body. */
    static final int STAMP_BYTES = Long.BYTES;

    /** Where the broker is and who we are there. */
    record Address(String host, int port, String user, String password, String virtualHost) {}

    /** Which sides of the load a run has. */
    enum Part {
        BOTH,
        PUBLISH,
        CONSUME
    }

    /** How many of the queues a message reaches: the one its routing key names, or all of them. */
    enum ExchangeType {
        DIRECT,
        FANOUT,
        TOPIC;

        String amqpName() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    Load {
        atLeast("producers", producers, 1);
        atLeast("consumers", consumers, queues);
        atLeast("queues", queues, 1);
        atLeast("size", sizeBytes, STAMP_BYTES);
        atLeast("ack-every", ackEvery, 0);
        atLeast("prefetch", prefetch, 0);
        atLeast("confirm", confirmWindow, 0);
        atLeast("window", window, 1);
        atLeast("rate", rate, 0);
        atLeast("warm-up", warmUpSeconds, 0);
        atLeast("seconds", seconds, 1);
        atLeast("messages", messages, part == Part.CONSUME ? 1 : 0);
        if (undisturbed && confirmWindow == 0) {
            throw new IllegalArgumentException("--undisturbed: without confirms (expected: with --confirm)");
        }
        if (!queue.isEmpty() && (queues > 1 || exchangeType != ExchangeType.DIRECT)) {
            throw new IllegalArgumentException("--queue: %s (expected: none, with many queues)".formatted(queue));
        }
        if (part != Part.BOTH && queue.isEmpty()) {
            throw new IllegalArgumentException("--part: %s (expected: with --queue)".formatted(part));
        }
    }

    /** Deliveries that one publish causes in this run. */
    int fanOut() {
        if (part == Part.PUBLISH) {
            return 0;
        }
        return exchangeType == ExchangeType.DIRECT ? 1 : queues;
    }

    boolean autoAck() {
        return ackEvery == 0;
    }

    private static void atLeast(String option, long value, long least) {
        if (value < least) {
            throw new IllegalArgumentException("--%s: %d (expected: %d or more)".formatted(option, value, least));
        }
    }
}
