package io.leveret.bench.load;

import java.util.Locale;
import java.util.OptionalInt;

/** What one run asks of a broker; checked when made. A rate, a confirm window or a message count of 0 means without. */
record Load(
        Address address,
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
        OptionalInt brokerPid) {

    /** The stamp of a message: its intended send time, in the first bytes of its body. */
    static final int STAMP_BYTES = Long.BYTES;

    /** Where the broker is and who we are there. */
    record Address(String host, int port, String user, String password, String virtualHost) {}

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
        atLeast("messages", messages, 0);
    }

    /** Deliveries that one publish causes. */
    int fanOut() {
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
