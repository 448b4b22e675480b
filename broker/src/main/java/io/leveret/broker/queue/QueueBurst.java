package io.leveret.broker.queue;

import io.leveret.broker.message.Message;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * What one read burst of a connection brings to one queue: messages and acknowledgements, gathered so that they cross the
 * queue's lock together. Owned by the connection's event loop and used again for every burst.
 */
public final class QueueBurst {

    /** Arrays that a large burst made grow are not kept beyond this. */
    private static final int KEPT = 1024;

    private static final int NOT_STORED = -1;

    private final Queue queue;
    private Message[] messages = new Message[4];
    private int messageCount;
    /** For each message its place in the batch that stores it, -1 for none; null while that is so for all. */
    private int @Nullable [] stored;

    /** For each message when it expires; null while none does. */
    private long @Nullable [] deadlines;

    /** Null if the queue takes everything. */
    private final @Nullable BurstKeys keys;

    /** What the queue keeps room for until this comes. */
    private int admitted;

    private long admittedBytes;
    private int firstStored = NOT_STORED;
    private QueueEntry[] settled = new QueueEntry[4];
    private int settledCount;
    private List<QueueEntry> rejected = List.of();

    /** Whether it has nothing but messages that never expire and acknowledgements, as nearly always. */
    private boolean plain = true;

    /** What the queue's store did not have before. */
    private List<Integer> newLevels = List.of();

    public QueueBurst(Queue queue) {
        this.queue = queue;
        this.keys = queue.uniqueness() == null ? null : new BurstKeys();
    }

    public Queue queue() {
        return queue;
    }

    public boolean isEmpty() {
        return messageCount == 0 && settledCount == 0 && rejected.isEmpty();
    }

    /** Adds a message that is in memory only. */
    public void publish(Message message) {
        add(message, NOT_STORED);
    }

    /**
     * Adds a message that is stored.
     *
     * @param index of the publish in the batch, which is appended before the burst is flushed
     */
    public void publish(Message message, int index) {
        if (stored == null) {
            stored = new int[messages.length];
            Arrays.fill(stored, NOT_STORED);
        }
        if (firstStored == NOT_STORED) {
            firstStored = index;
        }
        add(message, index);
    }

    private void add(Message message, int index) {
        if (messageCount == messages.length) {
            grow();
        }
        if (stored != null) {
            stored[messageCount] = index;
        }
        messages[messageCount++] = message;
    }

    /**
     * Says when the last message expires.
     *
     * @param deadlineMs in milliseconds since 1970; 0 for never
     */
    public void expiresAt(long deadlineMs) {
        if (deadlines == null) {
            if (deadlineMs == 0) {
                return;
            }
            deadlines = new long[messages.length];
            plain = false;
        }
        deadlines[messageCount - 1] = deadlineMs;
    }

    /** Whether a message may be a duplicate. */
    public boolean isKeyed() {
        return keys != null;
    }

    /** @throws io.leveret.amqp.AmqpException precondition failed, if a header that the queue looks at is not what it has to be */
    public void check(Message message) {
        Uniqueness uniqueness = queue.uniqueness();
        if (uniqueness != null) {
            uniqueness.check(message);
        }
    }

    /**
     * Asks the queue for room for a message that is to be published next, or not at all: then {@link #giveUp}.
     *
     * @return false if the queue does not take it
     */
    public boolean admit(Message message) {
        return !queue.settings().mayRefuse() || hasRoom(message.body().length);
    }

    /** As {@link #admit}, for a message with a key, and says why it is not taken. */
    public Admitted ask(Message message, long key) {
        Uniqueness uniqueness = queue.uniqueness();
        if (keys == null || uniqueness == null) {
            throw new AssertionError("a key for " + queue.describe());
        }
        // Before the room: what is there already needs none.
        Admitted answer = uniqueness.take(key, message, this);
        if (answer == Admitted.TAKEN && !admit(message)) {
            uniqueness.giveUp(key);
            return Admitted.REFUSED;
        }
        if (answer == Admitted.TAKEN) {
            keys.admitted(message, key, uniqueness);
        }
        return answer;
    }

    private boolean hasRoom(int bytes) {
        if (!queue.admit(bytes)) {
            return false;
        }
        plain = false;
        admitted++;
        admittedBytes += bytes;
        return true;
    }

    /** What was admitted since the last flush does not come. Nothing else is in here. */
    public void giveUp() {
        if (admitted > 0) {
            queue.giveUp(admitted, admittedBytes);
            admitted = 0;
            admittedBytes = 0;
        }
    }

    /** How far room was taken, to {@link #giveUpSince go back} to. */
    public record Place(int messages, long bodyBytes) {}

    public Place place() {
        return new Place(admitted, admittedBytes);
    }

    /** What was admitted since then does not come; nothing that was is in here yet. Its keys are free with {@link #giveUpKeys}. */
    public void giveUpSince(Place place) {
        if (admitted > place.messages()) {
            queue.giveUp(admitted - place.messages(), admittedBytes - place.bodyBytes());
            admitted = place.messages();
            admittedBytes = place.bodyBytes();
        }
    }

    /** The keys with which messages were admitted are free: these do not come, nor do others leave. What came stays as it is. */
    public void giveUpKeys() {
        Uniqueness uniqueness = queue.uniqueness();
        if (keys != null && uniqueness != null) {
            keys.giveUp(uniqueness);
        }
    }

    /** The key with which a message was admitted that comes next; 0 if it has none. */
    public long nextKey(Message message) {
        return keys == null ? DeduplicationKey.NONE : keys.next(message);
    }

    /** The last message came with {@link #nextKey}, which this tells once more. */
    public long takeKey() {
        return keys == null ? DeduplicationKey.NONE : keys.came(messages[messageCount - 1], messageCount - 1);
    }

    /** The key of a message; 0 if it has none. */
    long key(int index) {
        return keys == null ? DeduplicationKey.NONE : keys.of(index);
    }

    /** An entry is about to be settled or rejected, with what is asked for before: its key is free then. */
    public void leaves(QueueEntry entry) {
        if (keys != null) {
            keys.leaves(UniqueKeys.idOf(entry));
        }
    }

    /** Whether the burst settles, or rejects, the entry of that number, or is about to. */
    boolean settles(long id, ToLongFunction<QueueEntry> idOf) {
        if (keys != null && keys.isLeaving(id)) {
            return true;
        }
        for (int i = 0; i < settledCount; i++) {
            if (idOf.applyAsLong(settled[i]) == id) {
                return true;
            }
        }
        return rejected.stream().anyMatch(entry -> idOf.applyAsLong(entry) == id);
    }

    /** Whether the burst settles, or rejects, an entry. */
    public boolean takesOut(QueueEntry entry) {
        for (int i = 0; i < settledCount; i++) {
            if (settled[i] == entry) {
                return true;
            }
        }
        return rejected.contains(entry);
    }

    private void grow() {
        messages = Arrays.copyOf(messages, messageCount * 2);
        if (stored != null) {
            stored = Arrays.copyOf(stored, messages.length);
        }
        if (deadlines != null) {
            deadlines = Arrays.copyOf(deadlines, messages.length);
        }
    }

    /** Notes an entry which leaves the queue for good. */
    public void settle(QueueEntry entry) {
        if (settledCount == settled.length) {
            settled = Arrays.copyOf(settled, settledCount * 2);
        }
        settled[settledCount++] = entry;
    }

    /** Notes an entry that its consumer does not want: the queue knows where it goes. */
    public void reject(QueueEntry entry) {
        if (rejected.isEmpty()) {
            rejected = new ArrayList<>();
        }
        plain = false;
        rejected.add(entry);
    }

    /**
     * Whether the store has to learn of a level of the queue before a message of it, which is so once for this burst; afterwards the
     * queue knows that it has.
     */
    public boolean beginsLevel(int level) {
        if (queue.storedLevels().contains(level) || newLevels.contains(level)) {
            return false;
        }
        newLevels = new ArrayList<>(newLevels);
        newLevels.add(level);
        plain = false;
        return true;
    }

    /** The levels that begin with this burst. */
    public List<Integer> newLevels() {
        return newLevels;
    }

    /** Whether nothing was admitted or rejected, no level begins, and nothing expires. */
    boolean isPlain() {
        return plain;
    }

    List<QueueEntry> rejected() {
        return rejected;
    }

    int admittedCount() {
        return admitted;
    }

    long admittedBytes() {
        return admittedBytes;
    }

    /** Whether any of the messages expires or has a key. */
    boolean hasParticulars() {
        return deadlines != null || keys != null;
    }

    /** Whether any of the messages expires. */
    boolean hasDeadlines() {
        return deadlines != null;
    }

    /** When a message expires, in milliseconds since 1970; 0 for never. */
    long deadlineMs(int index) {
        return deadlines == null ? 0 : deadlines[index];
    }

    int messageCount() {
        return messageCount;
    }

    Message message(int index) {
        return messages[index];
    }

    boolean hasStored() {
        return firstStored != NOT_STORED;
    }

    /** The index of the first stored message in its batch. */
    int firstStored() {
        return firstStored;
    }

    /** The index of a message in its batch, -1 if it is not stored. */
    int stored(int index) {
        return stored == null ? NOT_STORED : stored[index];
    }

    int settledCount() {
        return settledCount;
    }

    QueueEntry settled(int index) {
        return settled[index];
    }

    /** Brings everything to the queue and is empty afterwards. Nothing in it is to be stored. */
    public void flush() {
        flush(0);
    }

    /**
     * Brings everything to the queue and is empty afterwards, also if that failed: what was taken must not come twice.
     *
     * @param firstPosition the position of the first publish of the batch in which the stored messages were appended
     * @throws BurstFailedException if the queue failed
     */
    public void flush(long firstPosition) {
        try {
            queue.accept(this, firstPosition);
        } finally {
            clear();
        }
    }

    /** The queue failed while it took this. What it did not take and only memory had is nowhere, and may come again. */
    BurstFailedException failed(Throwable failure) {
        loseKeys(false);
        return BurstFailedException.of(queue, failure);
    }

    /**
     * Forgets everything: what was to be stored with it could not be. Room and keys that the queue keeps for it are free, and what was to leave
     * is the queue's again. Each step by itself, for memory may be short; it is empty in any case.
     */
    public void drop() {
        try {
            giveUp();
        } finally {
            try {
                loseKeys(true);
            } finally {
                giveBack();
            }
        }
    }

    private void giveBack() {
        try {
            if (settledCount > 0 || !rejected.isEmpty()) {
                queue.requeueing().giveBack(this);
            }
        } finally {
            clear();
        }
    }

    private void loseKeys(boolean ofStored) {
        Uniqueness uniqueness = queue.uniqueness();
        for (int i = 0; uniqueness != null && i < messageCount; i++) {
            if (key(i) != DeduplicationKey.NONE && (ofStored || stored(i) == NOT_STORED)) {
                uniqueness.lose(key(i), messages[i]);
            }
        }
    }

    private void clear() {
        Arrays.fill(messages, 0, messageCount, null);
        Arrays.fill(settled, 0, settledCount, null);
        messageCount = 0;
        settledCount = 0;
        firstStored = NOT_STORED;
        if (!plain) {
            clearParticulars();
        }
        if (keys != null) {
            keys.clear();
        }
        if (messages.length > KEPT) {
            messages = new Message[4];
            stored = null;
        }
        if (settled.length > KEPT) {
            settled = new QueueEntry[4];
        }
    }

    /** Not for each burst: G1 has a memory barrier after each reference that is written into an old object. */
    private void clearParticulars() {
        plain = true;
        deadlines = null;
        admitted = 0;
        admittedBytes = 0;
        rejected = List.of();
        newLevels = List.of();
    }
}
