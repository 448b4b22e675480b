package io.leveret.broker.queue;

import io.leveret.broker.message.Message;
import io.leveret.broker.message.Message.Past;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/**
 * The keys of a queue that takes no message twice: those of what it holds, and if it is to remember others those that came last. An entry is known
 * by a number here, its position in the store or, if the store has it not, its arrival with a sign: so no entry takes more memory for it, and one that
 * only the store has is known as well. Guarded by the queue's lock.
 */
final class UniqueKeys implements LostEntries {

    /** What a queue holds at most with a key: some 700 MiB of memory. More are refused, as by a queue that is full. */
    static final int MOST = 10_000_000;

    private static final long YES = 1;

    private final Deduplication how;
    private final int most;

    /** Whether positions of all entries are in one order. */
    private final boolean oneLevel;

    /** What it remembers beside; null if nothing. */
    private final @Nullable KeyWindow window;

    /** Which entry has a key. */
    private LongTable entries = new LongTable();

    /** The key of an entry. One that is about to leave may have it beside the one that comes. */
    private LongTable keys = new LongTable();

    /** Keys of which no entry is here yet. */
    private final LongTable coming = new LongTable();

    /** Of the entries with a key those that are given out, which a purge leaves. */
    private final LongTable given = new LongTable();

    private long duplicates;

    private boolean over;

    /** For such a queue; null if it takes everything. */
    static @Nullable UniqueKeys of(QueueDeclaration declaration) {
        Deduplication how = Deduplication.ofQueue(declaration.arguments());
        return how == null ? null : new UniqueKeys(how, MOST, declaration);
    }

    /**
     * @param most how many entries with a key there may be
     * @param of the queue's
     */
    UniqueKeys(Deduplication how, int most, QueueDeclaration of) {
        this.how = how;
        this.most = most;
        this.oneLevel = of.priorities().levels() == 1;
        this.window =
                how.rememberedMax() == 0 ? null : new KeyWindow(how.rememberedMax(), how.durable() && of.durable());
    }

    Deduplication how() {
        return how;
    }

    /** How many entries have a key, or are to come with one. */
    int taken() {
        return entries.size() + coming.size();
    }

    int remembered() {
        return window == null ? 0 : window.size();
    }

    /** How many messages were duplicates. */
    long duplicates() {
        return duplicates;
    }

    void countDuplicate() {
        duplicates++;
    }

    /**
     * Takes a key, if it is free, for an entry that comes with the burst.
     *
     * @param burst what it settles is as good as settled: it goes into the log in one batch with the entry
     */
    Admitted take(long key, Message message, QueueBurst burst, long nowMs) {
        if (isTaken(key, burst)
                || (window != null && isPublished(message) && window.contains(key, nowMs, coming.size()))) {
            return Admitted.DUPLICATE;
        }
        if (taken() >= most) {
            return Admitted.REFUSED;
        }
        coming.put(key, YES);
        return Admitted.TAKEN;
    }

    private boolean isTaken(long key, QueueBurst burst) {
        if (coming.contains(key)) {
            return true;
        }
        long entry = entries.get(key);
        return entry != LongTable.NONE && !burst.settles(entry, UniqueKeys::idOf);
    }

    /** What the broker moves comes back to a queue on purpose, and is no repeated publish: only what a queue holds counts then. */
    private static boolean isPublished(Message message) {
        return message.past() == Past.NONE;
    }

    /** The entry does not come. */
    void giveUp(long key) {
        coming.remove(key);
    }

    /** As {@link #giveUp}, of what was remembered: the message is nowhere, and may come again. Nothing if its entry is here. */
    void lose(long key, Message message) {
        if (coming.remove(key) != LongTable.NONE) {
            forgetRemembered(key, message);
        }
    }

    private void forgetRemembered(long key, Message message) {
        if (window != null && isPublished(message)) {
            window.forget(key);
        }
    }

    /** The message with a key is about to come: remembers the key. Null if it is not remembered, or that is not to be written down. */
    KeyWindow.@Nullable Written remember(long key, Message message, long nowMs) {
        if (window == null || !isPublished(message)) {
            return null;
        }
        KeyWindow.Written written = window.add(key, how.rememberedUntilMs(message, nowMs));
        return how.durable() ? written : null;
    }

    /** The entry is here. */
    void came(long key, QueueEntry entry) {
        bind(key, idOf(entry));
        // Afterwards: memory may run out before, and then it is known to be on its way.
        coming.remove(key);
    }

    /** The entry has come and is not here all the same, nor anywhere. */
    void lose(QueueEntry entry) {
        long key = keys.get(idOf(entry));
        if (key != LongTable.NONE) {
            left(entry);
            forgetRemembered(key, entry.message());
        }
    }

    private void bind(long key, long id) {
        long before = entries.get(key);
        if (before != LongTable.NONE) {
            // Made once more for the same message.
            keys.remove(before);
        }
        // In this order: if memory runs out in between, nothing has the key.
        keys.put(id, key);
        entries.put(key, id);
    }

    /** The entry is given out: it has its key until it is settled, be it by having been written. */
    void given(QueueEntry entry) {
        long id = idOf(entry);
        if (keys.contains(id)) {
            given.put(id, YES);
        }
    }

    /** The entry is settled, or comes back. */
    void released(QueueEntry entry) {
        given.remove(idOf(entry));
    }

    void left(QueueEntry entry) {
        left(idOf(entry));
    }

    /** An entry is not in the queue any more; nothing if its key was free before. */
    void left(long id) {
        long key = keys.remove(id);
        if (key != LongTable.NONE && entries.get(key) == id) {
            entries.remove(key);
        }
    }

    @Override
    public void lost(QueueEntry entry) {
        left(entry);
    }

    /** Those that are given out are in memory, and not among them. With priorities those of other levels may stand between them. */
    @Override
    public void lostStretch(long fromPosition, long throughPosition) {
        if (!oneLevel) {
            return;
        }
        LongStream.Builder lost = LongStream.builder();
        keys.forEach((id, key) -> {
            if (id >= fromPosition && id <= throughPosition && !given.contains(id)) {
                lost.add(id);
            }
        });
        lost.build().forEach(this::left);
    }

    /** All that is not given out has left. */
    void purged() {
        LongTable leftEntries = new LongTable();
        LongTable leftKeys = new LongTable();
        given.forEach((id, yes) -> {
            long key = keys.get(id);
            if (key != LongTable.NONE) {
                leftKeys.put(id, key);
                if (entries.get(key) == id) {
                    leftEntries.put(key, id);
                }
            }
        });
        entries = leftEntries;
        keys = leftKeys;
    }

    /**
     * Begins with what recovery found.
     *
     * @return the position of the one of two entries with the same key that had left before the other came, which a crash undid; 0 if there
     *     is no other
     */
    long recovered(long key, long position) {
        long other = entries.get(key);
        if (other == LongTable.NONE) {
            bind(key, position);
            return 0;
        }
        if (other < position) {
            bind(key, position);
        }
        return Math.min(other, position);
    }

    /** The queue is gone: nobody has to reckon with these any more. */
    void end() {
        over = true;
    }

    /** What it takes, in octets. */
    long memoryBytes() {
        if (over) {
            return 0;
        }
        return entries.memoryBytes()
                + keys.memoryBytes()
                + coming.memoryBytes()
                + given.memoryBytes()
                + (window == null ? 0 : window.memoryBytes());
    }

    @Nullable
    KeyWindow window() {
        return window;
    }

    static long idOf(QueueEntry entry) {
        return entry.stored() ? entry.position() : -entry.arrival();
    }
}
