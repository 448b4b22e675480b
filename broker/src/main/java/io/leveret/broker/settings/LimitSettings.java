package io.leveret.broker.settings;

/**
 * Bounds on what clients can ask for. In all of them 0 means unlimited, except the last seven.
 *
 * @param channelMax highest channel number proposed to clients, 0 to 65535
 * @param channelMaxPerNode channels over all connections
 * @param connectionMax connections of this broker
 * @param consumerUnackedMax deliveries that a consumer without prefetch may leave unsettled, at least 1
 * @param consumerTimeoutMs how long a delivery of a quorum queue may wait for its acknowledgement, in milliseconds, at least 0
 * @param maxMessageSizeBytes largest body of one message, 1 to 536870912
 * @param transactionMaxBytes what a channel in tx mode may publish before it commits, at least 1
 * @param groupLookahead messages that a queue with message groups may look past, since their group is held up, at least 1
 * @param transactionalMessagesMax half messages of one virtual host that may be undecided, at least 1
 * @param delayedTransientMax messages of one virtual host that may wait in delayed exchanges and are not stored, at least 1
 */
public record LimitSettings(
        int channelMax,
        int consumerMaxPerChannel,
        int channelMaxPerNode,
        int connectionMax,
        int consumerUnackedMax,
        long consumerTimeoutMs,
        long maxMessageSizeBytes,
        long transactionMaxBytes,
        int groupLookahead,
        int transactionalMessagesMax,
        int delayedTransientMax) {

    /** How many messages a queue with message groups may look past, unless somebody says otherwise. */
    public static final int GROUP_LOOKAHEAD = 100_000;

    /** No body may be announced larger than this, whatever is configured (RabbitMQ's hard limit). */
    public static final long MESSAGE_SIZE_CEILING_BYTES = 512L << 20;

    /** One transaction may take this part of the heap. */
    private static final int TRANSACTION_SHARE = 8;

    /** More half messages than that are a sign that nobody decides; more delayed ones should be persistent. */
    private static final int MOST_HELD = 1_000_000;

    private static final int HEAP_OF_A_HALF = 1024;
    private static final int HEAP_OF_A_DELAYED = 1024;

    public static LimitSettings defaults() {
        return new LimitSettings(
                2047,
                0,
                0,
                0,
                100_000,
                1_800_000,
                16L << 20,
                Runtime.getRuntime().maxMemory() / TRANSACTION_SHARE,
                GROUP_LOOKAHEAD,
                oneForEach(HEAP_OF_A_HALF),
                oneForEach(HEAP_OF_A_DELAYED));
    }

    /** Each takes some hundred octets of the heap. */
    private static int oneForEach(int heapBytes) {
        return (int) Math.max(1, Math.min(MOST_HELD, Runtime.getRuntime().maxMemory() / heapBytes));
    }

    public LimitSettings withMaxMessageSize(long bytes) {
        return new LimitSettings(
                channelMax,
                consumerMaxPerChannel,
                channelMaxPerNode,
                connectionMax,
                consumerUnackedMax,
                consumerTimeoutMs,
                bytes,
                transactionMaxBytes,
                groupLookahead,
                transactionalMessagesMax,
                delayedTransientMax);
    }

    public LimitSettings withTransactionMax(long bytes) {
        return new LimitSettings(
                channelMax,
                consumerMaxPerChannel,
                channelMaxPerNode,
                connectionMax,
                consumerUnackedMax,
                consumerTimeoutMs,
                maxMessageSizeBytes,
                bytes,
                groupLookahead,
                transactionalMessagesMax,
                delayedTransientMax);
    }

    public LimitSettings withGroupLookahead(int messages) {
        return new LimitSettings(
                channelMax,
                consumerMaxPerChannel,
                channelMaxPerNode,
                connectionMax,
                consumerUnackedMax,
                consumerTimeoutMs,
                maxMessageSizeBytes,
                transactionMaxBytes,
                messages,
                transactionalMessagesMax,
                delayedTransientMax);
    }

    public LimitSettings withTransactionalMessagesMax(int messages) {
        return new LimitSettings(
                channelMax,
                consumerMaxPerChannel,
                channelMaxPerNode,
                connectionMax,
                consumerUnackedMax,
                consumerTimeoutMs,
                maxMessageSizeBytes,
                transactionMaxBytes,
                groupLookahead,
                messages,
                delayedTransientMax);
    }
}
