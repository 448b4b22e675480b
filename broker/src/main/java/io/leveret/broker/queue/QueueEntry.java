package io.leveret.broker.queue;

import io.leveret.broker.message.Message;
import io.leveret.broker.message.Message.Past;
import io.leveret.broker.queue.Spill.Slot;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/**
 * One message in one queue. It is owned by the queue's lock while it is ready, and by the event loop of the channel that
 * holds it while it is delivered and not settled; the hand-over is through the queue's or the outbox's lock.
 */
public final class QueueEntry {

    /** What an entry takes of the heap beside the message's bytes; only an estimate. */
    static final int OVERHEAD_BYTES = 160;

    /** What an entry takes of the heap that has no message, with its place among the others. */
    static final int BARE_BYTES = 100;

    private static final int LONG_HEAD = Character.MAX_VALUE;

    private static final VarHandle WRITTEN = written();

    /** The arrival of an entry which the store has. */
    private static final long STORED = 0;

    private final Queue queue;
    private final long position;
    private final long arrival;
    private final int bytes;

    /** The {@link Message}; the {@link Slot} where it is while it is spilled; null while only the store has it. */
    private @Nullable Object content;

    private @Nullable Consumer consumer;

    /** Null while there is nothing in it. */
    private @Nullable Particulars particulars;

    /** All that is not body; as much as the type holds if that is more. */
    private final char headBytes;

    /** No more than the type holds without its sign. */
    private final byte level;

    private boolean redelivered;

    /** It left the queue from among the others, and only its place is still there. Guarded by the queue's lock. */
    private boolean gone;

    /** Whether the delivery which is under way has been written, so that nobody needs the message for it any more. */
    @SuppressWarnings("UnusedVariable") // read through WRITTEN
    private boolean written;

    /** Delivered, and to be acknowledged by the client. Guarded by the queue's lock. */
    private boolean unacked;

    /** Neighbours in a {@link HeldList}. Guarded by the queue's lock. */
    @Nullable
    QueueEntry previousHeld;

    @Nullable
    QueueEntry nextHeld;

    /** What few entries have: apart from the others, which thus fit into a line of the processor's cache. */
    private static final class Particulars {

        /** If it is {@link #LONG_HEAD} or more. */
        private int headBytes;

        /** Null while it never came back to a queue that counts how often. */
        private @Nullable Attempts attempts;

        /** Null for ever. */
        private @Nullable Deadline deadline;
    }

    private static VarHandle written() {
        try {
            return MethodHandles.lookup().findVarHandle(QueueEntry.class, "written", boolean.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private QueueEntry(Queue queue, Message message, long position, long arrival) {
        this.queue = queue;
        this.content = message;
        this.bytes = message.heapBytes();
        this.redelivered = message.past() == Past.DELIVERED;
        int head = bytes - message.body().length;
        this.headBytes = (char) Math.min(head, LONG_HEAD);
        if (head >= LONG_HEAD) {
            particulars().headBytes = head;
        }
        this.position = position;
        this.arrival = arrival;
        this.level = (byte) queue.priorities().levelOf(message);
    }

    /** An entry that the queue's store has under this position. */
    static QueueEntry stored(Queue queue, Message message, long position) {
        return new QueueEntry(queue, message, position, STORED);
    }

    /**
     * An entry that only memory has. It stands behind a stored one of the same position.
     *
     * @param arrival positive; who came first among those of the same position
     */
    static QueueEntry unstored(Queue queue, Message message, long position, long arrival) {
        return new QueueEntry(queue, message, position, arrival);
    }

    public Queue queue() {
        return queue;
    }

    /** The message, which every entry has that was taken from its queue, until {@link #transmitted}. */
    public Message message() {
        if (content instanceof Message message) {
            return message;
        }
        throw new AssertionError("message " + position + " of " + queue.describe() + " is not in memory");
    }

    /** The place in the queue's order, kept when the entry is requeued; of a stored entry the position in the store. */
    public long position() {
        return position;
    }

    /** The priority that it has in its queue. */
    public int level() {
        return level & 0xFF;
    }

    long arrival() {
        return arrival;
    }

    /** Whether the store has this entry, so that it must learn when it is settled. */
    public boolean stored() {
        return arrival == STORED;
    }

    /** The consumer which the entry was last delivered to; null for {@code basic.get}. */
    public @Nullable Consumer consumer() {
        return consumer;
    }

    /** The target of the consumer which the entry was offered to. */
    public DeliveryTarget holder() {
        if (consumer == null) {
            throw new AssertionError("entry was offered to nobody");
        }
        return consumer.target();
    }

    /** Whether an earlier delivery of this entry may have reached a client. */
    public boolean redelivered() {
        return redelivered;
    }

    /**
     * Notes, on the loop that writes it, that a delivery has been written: if the entry returns, the next one is a repetition.
     * The queue may drop the message from now on, so the loop has read it before. The store releases and
     * {@link #isWritten} acquires: whoever sees the flag knows that read done.
     */
    public void transmitted() {
        redelivered = true;
        WRITTEN.setRelease(this, true);
    }

    /** Under the queue's lock, while the entry is given out: the loop that writes it holds no lock of the queue. */
    boolean isWritten() {
        return (boolean) WRITTEN.getAcquire(this);
    }

    /** Begins a delivery. */
    void given() {
        written = false;
    }

    /** An earlier delivery of this entry may have reached a client before the last restart. */
    void deliveredBefore() {
        redelivered = true;
    }

    boolean isBefore(QueueEntry other) {
        return compare(this, other) < 0;
    }

    boolean standsBehind(long otherPosition, long otherArrival) {
        return position > otherPosition || (position == otherPosition && arrival > otherArrival);
    }

    /** The order of one queue's entries. */
    public static int compare(QueueEntry one, QueueEntry other) {
        int byPlace = Long.compare(one.place(), other.place());
        return byPlace != 0 ? byPlace : Long.compare(one.arrival, other.arrival);
    }

    private long place() {
        Attempts attempts = attemptsOrNull();
        return attempts == null ? position : attempts.place(position);
    }

    /** Whether it came back to a queue in which what returns comes first. */
    boolean hasReturned() {
        Attempts attempts = attemptsOrNull();
        return attempts != null && attempts.hasReturned();
    }

    /** It comes back to such a queue, as the one of this number. */
    void returnedAs(long number) {
        attempts().returnedAs(number);
    }

    /**
     * Notes, on the loop that the delivery belongs to, that it returns to its queue.
     *
     * @param failure whether it counts towards the queue's delivery limit: it was rejected, or its consumer is lost
     */
    public void returns(boolean failure, InstantSource clock) {
        if (queue.countsAttempts()) {
            Attempts account = attempts();
            account.ended(failure);
            long delayMs = queue.settings().retry().delayMs(failure, account.failed());
            account.retryAt(delayMs == 0 ? 0 : clock.millis() + delayMs);
        }
    }

    /** When it may be given out again, in milliseconds since 1970; 0 for at once. */
    public long retryAtMs() {
        Attempts attempts = attemptsOrNull();
        return attempts == null ? 0 : attempts.retryAtMs();
    }

    void retryAt(long timeMs) {
        attempts().retryAt(timeMs);
    }

    /** The order in which entries may be given out again. */
    static int compareByRetry(QueueEntry one, QueueEntry other) {
        int byTime = Long.compare(one.retryAtMs(), other.retryAtMs());
        return byTime != 0 ? byTime : compare(one, other);
    }

    /** How many deliveries counted towards the queue's delivery limit. */
    public int failures() {
        Attempts attempts = attemptsOrNull();
        return attempts == null ? 0 : attempts.failed();
    }

    /** The message as a consumer gets it, with what is to be told of earlier deliveries. */
    public Message messageToDeliver() {
        Attempts attempts = attemptsOrNull();
        return attempts == null ? message() : attempts.told(message());
    }

    /** What the store knows of deliveries before it was read. */
    void triedBefore(int failures, long retryAtMs) {
        if (failures > 0 || retryAtMs > 0) {
            attempts().recovered(failures, retryAtMs);
        }
    }

    private @Nullable Attempts attemptsOrNull() {
        return particulars == null ? null : particulars.attempts;
    }

    private Attempts attempts() {
        Particulars own = particulars();
        if (own.attempts == null) {
            own.attempts = new Attempts();
        }
        return own.attempts;
    }

    private Particulars particulars() {
        if (particulars == null) {
            particulars = new Particulars();
        }
        return particulars;
    }

    /** What the message takes of the heap: properties, address and body, and routing keys that none of them tells. */
    int bytes() {
        return bytes;
    }

    /** What the message's body takes. */
    int bodyBytes() {
        return bytes - (headBytes == LONG_HEAD && particulars != null ? particulars.headBytes : headBytes);
    }

    /** When it expires; null for never. */
    @Nullable
    Deadline deadline() {
        return particulars == null ? null : particulars.deadline;
    }

    /** @param timeMs in milliseconds since 1970; 0 for never */
    void expiresAt(long timeMs) {
        if (timeMs != 0) {
            particulars().deadline = new Deadline(this, timeMs);
        }
    }

    boolean isGone() {
        return gone;
    }

    void gone() {
        gone = true;
    }

    boolean hasMessage() {
        return content instanceof Message;
    }

    /** Where the message is; null if it was not spilled. */
    @Nullable
    Slot slot() {
        return content instanceof Slot slot ? slot : null;
    }

    /** Drops a message that the store has. */
    void dropMessage() {
        content = null;
    }

    /** Drops a message that was written. */
    void spilled(Slot slot) {
        content = slot;
    }

    void restore(Message again) {
        content = again;
    }

    void deliveredTo(@Nullable Consumer consumer) {
        this.consumer = consumer;
    }

    boolean unacked() {
        return unacked;
    }

    void unacked(boolean now) {
        unacked = now;
    }
}
