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

    private static final int LONG_HEAD = 0xFF;

    private static final VarHandle DELIVERY = delivery();

    /** Of {@link #delivery}: it was never written. */
    private static final byte FIRST = 0;

    /** An earlier one may have reached a client; this one was not written. */
    private static final byte AGAIN = 1;

    private static final byte WRITTEN = 2;

    /** Of {@link #state}: it left the queue from among the others, and only its place is still there. */
    private static final byte GONE = 1;

    /** Delivered, and to be acknowledged by the client. */
    private static final byte UNACKED = 2;

    /** The arrival of an entry which the store has. */
    private static final long STORED = 0;

    /** The {@link Consumer} which it was last delivered to, which knows the queue; the {@link Queue} if there is none. */
    private Object owner;

    private final long position;
    private final long arrival;
    private final int bytes;

    /** The {@link Message}; the {@link Slot} where it is while it is spilled; null while only the store has it. */
    private @Nullable Object content;

    /** Null while there is nothing in it. */
    private @Nullable Particulars particulars;

    /** All that is not body, without a sign; {@link #LONG_HEAD} if it is that much or more. */
    private final byte headBytes;

    /** No more than the type holds without its sign. */
    private final byte level;

    /** Whether there were any before, and whether the one under way was written, so that nobody needs the message for it any more. */
    private byte delivery;

    /** Flags. Guarded by the queue's lock. */
    private byte state;

    /** Neighbours in a {@link HeldList}. Guarded by the queue's lock. */
    @Nullable
    QueueEntry previousHeld;

    @Nullable
    QueueEntry nextHeld;

    /** What few entries have: apart from the others, which thus take no more than 56 bytes. */
    private static final class Particulars {

        /** If it is {@link #LONG_HEAD} or more. */
        private int headBytes;

        /** Null while it never came back to a queue that counts how often, and has no group. */
        private @Nullable Attempts attempts;

        /** Null for ever. */
        private @Nullable Deadline deadline;
    }

    private static VarHandle delivery() {
        try {
            return MethodHandles.lookup().findVarHandle(QueueEntry.class, "delivery", byte.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private QueueEntry(Queue queue, Message message, long position, long arrival) {
        this.owner = queue;
        this.content = message;
        this.bytes = message.heapBytes();
        this.delivery = message.past() == Past.DELIVERED ? AGAIN : FIRST;
        int head = bytes - message.body().length;
        this.headBytes = (byte) Math.min(head, LONG_HEAD);
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
        Object now = owner;
        return now instanceof Consumer consumer ? consumer.queue() : (Queue) now;
    }

    /** The message, which every entry has that was taken from its queue, until {@link #transmitted}. */
    public Message message() {
        if (content instanceof Message message) {
            return message;
        }
        throw new AssertionError("message " + position + " of " + queue().describe() + " is not in memory");
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
        return owner instanceof Consumer consumer ? consumer : null;
    }

    /** The target of the consumer which the entry was offered to. */
    public DeliveryTarget holder() {
        if (owner instanceof Consumer consumer) {
            return consumer.target();
        }
        throw new AssertionError("entry was offered to nobody");
    }

    /** Whether an earlier delivery of this entry may have reached a client. */
    public boolean redelivered() {
        return delivery != FIRST;
    }

    /**
     * Notes, on the loop that writes it, that a delivery has been written: if the entry returns, the next one is a repetition.
     * The queue may drop the message from now on, so the loop has read it before. The store releases and
     * {@link #isWritten} acquires: whoever sees the flag knows that read done.
     */
    public void transmitted() {
        DELIVERY.setRelease(this, WRITTEN);
    }

    /** Under the queue's lock, while the entry is given out: the loop that writes it holds no lock of the queue. */
    boolean isWritten() {
        return (byte) DELIVERY.getAcquire(this) == WRITTEN;
    }

    /** Begins a delivery. */
    void given() {
        if (delivery != FIRST) {
            delivery = AGAIN;
        }
    }

    /** An earlier delivery of this entry may have reached a client before the last restart. */
    void deliveredBefore() {
        delivery = AGAIN;
    }

    boolean isBefore(QueueEntry other) {
        return compare(this, other) < 0;
    }

    /** Whether it came behind another one, wherever they stand since. */
    boolean standsBehind(QueueEntry other) {
        return standsBehind(other.position, other.arrival);
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
        Queue queue = queue();
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
    public int bytes() {
        return bytes;
    }

    /** What the message's body takes. */
    int bodyBytes() {
        int head = headBytes & LONG_HEAD;
        return bytes - (head == LONG_HEAD && particulars != null ? particulars.headBytes : head);
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

    /** The group that it is in, or was when it was given out; null if it is in none, or that was not looked at yet. */
    @Nullable
    Group group() {
        Attempts attempts = attemptsOrNull();
        return attempts == null ? null : attempts.group();
    }

    void group(@Nullable Group now) {
        if (now != null || group() != null) {
            attempts().group(now);
        }
    }

    boolean isGone() {
        return (state & GONE) != 0;
    }

    void gone() {
        state |= GONE;
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

    /** @param consumer null for nobody any more */
    void deliveredTo(@Nullable Consumer consumer) {
        owner = consumer == null ? queue() : consumer;
    }

    boolean unacked() {
        return (state & UNACKED) != 0;
    }

    void unacked(boolean now) {
        state = (byte) (now ? state | UNACKED : state & ~UNACKED);
    }
}
