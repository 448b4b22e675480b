package io.leveret.broker.queue;

import io.leveret.amqp.FieldTable;
import io.leveret.amqp.ShortString;
import org.jspecify.annotations.Nullable;

/** A subscription of a channel to a queue. What it was made with is immutable; its credit is guarded by its queue's lock. */
public final class Consumer {

    private final Queue queue;
    private final DeliveryTarget target;
    private final String tag;
    private final byte[] encodedTag;
    private final ConsumerOptions options;
    private final boolean noAck;
    private final int prefetch;
    private final long timeoutMs;

    /** Deliveries not yet settled. Guarded by the queue's lock; not counted without acknowledgements. */
    private int inFlight;
    /** Without credit and out of the queue's ring. Written under the queue's lock; volatile for the channel's quick look. */
    private volatile boolean parked;

    private boolean cancelled;

    /** Those that it holds: {@link Groups}' own. Null while it never held one. */
    @Nullable
    HeldGroups groups;

    /** Its place among the queue's consumers: the list's own. */
    @Nullable
    ConsumerList list;

    @Nullable
    Consumer before;

    @Nullable
    Consumer after;

    /**
     * What {@code basic.consume} asks for.
     *
     * @param prefetch how many deliveries may be unsettled; positive
     * @param priority {@code x-priority}; larger first
     */
    public record ConsumerOptions(
            boolean noAck, boolean exclusive, int prefetch, long priority, FieldTable arguments) {}

    public Consumer(Queue queue, DeliveryTarget target, String tag, ConsumerOptions options) {
        this.queue = queue;
        this.target = target;
        this.tag = tag;
        this.encodedTag = ShortString.encode(tag);
        this.options = options;
        this.noAck = options.noAck();
        this.prefetch = options.prefetch();
        this.timeoutMs = ConsumerArguments.timeoutMs(options.arguments());
    }

    public Queue queue() {
        return queue;
    }

    public DeliveryTarget target() {
        return target;
    }

    public String tag() {
        return tag;
    }

    /** The tag as a short string. Not to be changed. */
    public byte[] encodedTag() {
        return encodedTag;
    }

    /**
     * How long a delivery to it may wait for its acknowledgement, in milliseconds; {@link QueueSettings#NONE} for ever.
     *
     * @param ofQuorumMs of a quorum queue, if neither it nor the consumer says
     */
    public long timeoutMs(long ofQuorumMs) {
        return timeoutMs >= 0 ? timeoutMs : queue.consumerTimeoutMs(ofQuorumMs);
    }

    public boolean noAck() {
        return noAck;
    }

    public ConsumerOptions options() {
        return options;
    }

    /** Whether it waits for credit: a look without the lock, so only a hint. */
    public boolean parked() {
        return parked;
    }

    void park() {
        parked = true;
    }

    void unpark() {
        parked = false;
    }

    boolean cancelled() {
        return cancelled;
    }

    void cancel() {
        cancelled = true;
    }

    /** Takes credit for one delivery, if there is any. */
    boolean reserve() {
        if (noAck) {
            return target.reserve(this);
        }
        if (inFlight >= prefetch || !target.reserve(this)) {
            return false;
        }
        inFlight++;
        return true;
    }

    /** Whether deliveries of it are to be settled; never without acknowledgements. */
    boolean hasUnsettled() {
        return inFlight > 0;
    }

    void settled() {
        inFlight--;
    }
}
