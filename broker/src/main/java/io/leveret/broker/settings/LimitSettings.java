package io.leveret.broker.settings;

/**
 * Bounds on what clients can ask for. In all of them 0 means unlimited, except the last two.
 *
 * @param channelMax highest channel number proposed to clients, 0 to 65535
 * @param channelMaxPerNode channels over all connections
 * @param connectionMax connections of this broker
 * @param consumerUnackedMax deliveries that a consumer without prefetch may leave unsettled, at least 1
 * @param maxMessageSizeBytes largest body of one message, 1 to 536870912
 */
public record LimitSettings(
        int channelMax,
        int consumerMaxPerChannel,
        int channelMaxPerNode,
        int connectionMax,
        int consumerUnackedMax,
        long maxMessageSizeBytes) {

    /** No body may be announced larger than this, whatever is configured (RabbitMQ's hard limit). */
    public static final long MESSAGE_SIZE_CEILING_BYTES = 512L << 20;

    public static LimitSettings defaults() {
        return new LimitSettings(2047, 0, 0, 0, 100_000, 16L << 20);
    }
}
