package io.leveret.broker.queue;

import io.leveret.broker.queue.Backlog.LoadedEntry;
import io.leveret.broker.queue.Spill.Slot;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a queue holds: entries that are ready and entries that are given out, in memory and in the store, and what they take of
 * the memory budget. Guarded by the queue's lock.
 */
final class Stock {

    private final Queue queue;
    private final MemoryBudget budget;
    private final @Nullable Backlog backlog;

    /** Null in a queue without. */
    private final @Nullable Groups groups;

    private HeldEntries held = new HeldEntries();
    private Levels ready;

    private final Kept kept = new Kept();

    /** Null if the queue takes everything. */
    private final @Nullable UniqueKeys keys;

    private final NewEntries arrivals;

    private final MemoryShare share;
    private final DeliveryNotice notice;

    /** @param backlog the queue's part of the store; null if it has none */
    Stock(Queue queue, QueueContext context, @Nullable Backlog backlog) {
        this.queue = queue;
        this.budget = context.budget();
        this.share = new MemoryShare(budget);
        this.notice = new DeliveryNotice(queue, backlog == null ? null : context.notices());
        this.backlog = backlog;
        SetAside aside = SetAside.of(queue.declaration().arguments(), context);
        this.groups = aside == null ? null : aside.groups();
        this.keys = UniqueKeys.of(queue.declaration());
        this.arrivals = new NewEntries(queue, backlog, keys);
        this.ready = new Levels(queue.priorities(), backlog == null ? () -> 0 : backlog::dueSearchedThroughMs, aside);
    }

    /** The groups of its messages; null if it has none. */
    @Nullable
    Groups groups() {
        return groups;
    }

    /** What was looked past since its group is held up; null if messages are not grouped. Another one after a purge. */
    @Nullable
    SetAside aside() {
        return ready.aside();
    }

    void recovered(int level, long throughPosition, long entries, long bytes) {
        ready.level(level).recovered(throughPosition, entries, bytes);
    }

    boolean isEmpty() {
        return ready.isEmpty();
    }

    /** RabbitMQ's counts are of 32 bits, too. */
    int readyCount() {
        return (int) Math.min(ready.size(), Integer.MAX_VALUE);
    }

    /** What a purge would remove: what waits for its time counts too, though it is not ready. */
    int purgeableCount() {
        return (int) Math.min(ready.size() + ready.delayed(), Integer.MAX_VALUE);
    }

    /** Null if the queue takes everything. */
    @Nullable
    UniqueKeys keys() {
        return keys;
    }

    /** The dead letters that it keeps. */
    Kept kept() {
        return kept;
    }

    int unackedCount() {
        return held.unacked();
    }

    long readyBytes() {
        return ready.bytes();
    }

    /** Whether more is ready, or would be with so much more, than a queue may have. */
    boolean exceeds(QueueSettings settings, long moreEntries, long moreBodyBytes) {
        return ready.size() + ready.delayed() + kept.entries() + moreEntries > settings.maxLength()
                || ready.bodyBytes() + kept.bodyBytes() + moreBodyBytes > settings.maxBytes();
    }

    /** When the next entry expires, in milliseconds since 1970; the largest number if none is known to. */
    long firstDeadlineMs() {
        return ready.firstDeadlineMs();
    }

    /** Takes out an entry that had left its queue before the last start; null if there is none. */
    @Nullable
    QueueEntry pollDead() {
        return ready.pollDead();
    }

    /** Lets an entry that waited for its time be given out again; false if none may be. */
    boolean retryOne(long nowMs) {
        return ready.retryOne(nowMs);
    }

    /** Takes out an entry in memory that has expired; null if there is none, or one on the disk is first. */
    @Nullable
    QueueEntry pollExpired(long nowMs) {
        return ready.expired().poll(nowMs);
    }

    /** Takes out an entry that has expired and that only the store has; null if there is none. */
    @Nullable
    StoredDeadline pollExpiredOnDisk(long nowMs) {
        return ready.expired().pollOnDisk(nowMs);
    }

    /** An entry that the store has expires soon; it may be in memory, or gone. */
    void dueSoon(StoredDeadline entry) {
        ready.dueSoon(entry);
    }

    long unackedBytes() {
        return held.bytes();
    }

    long pagedCount() {
        return ready.pagedEntries();
    }

    long memoryBytes() {
        return ready.memoryBytes() + held.memoryBytes() + (keys == null ? 0 : keys.memoryBytes());
    }

    /** How far entries of a level were ever taken; null if there never was any. */
    @Nullable
    TakenThrough taken(int level) {
        return ready.taken(level);
    }

    /** How far was told is lost: notice is given of it again. */
    void deliveredUntold() {
        ready.untold();
        notice.given();
        notice.tell();
    }

    DeliveryNotice notice() {
        return notice;
    }

    /** @param firstPosition of the batch in which the burst's stored messages were appended */
    void begin(QueueBurst burst, long firstPosition) {
        arrivals.begin(burst, firstPosition);
    }

    /** Whether nothing is in here but entries in memory, in order, that come and go and have nothing to be looked at; quick. */
    boolean isPlain() {
        return keys == null && ready.isPlain();
    }

    /** Finds out whether all {@link #isPlain}. */
    void look() {
        ready.look();
    }

    /** Whether a message of the burst may go to a consumer as it comes: nothing would go before it, and nobody asks for its group. */
    boolean letsPass() {
        return groups == null && ready.isEmpty();
    }

    /** The next message of the burst, so that it may {@link #pass}: nothing has to be made for it then. */
    QueueEntry entryToPass(QueueBurst burst, int index) {
        QueueEntry entry = arrivals.entry(burst, index);
        ready.prepare(entry);
        return entry;
    }

    /** Gives a message of the burst out; only if it {@link #letsPass}, and the messages before it are out. */
    void pass(QueueEntry entry, boolean noAck) {
        ready.passed(entry);
        give(entry, noAck);
    }

    /** Takes in what comes in the burst from a message on. */
    void add(QueueBurst burst, int from) {
        boolean added = false;
        try {
            addAll(burst, from);
            added = true;
        } finally {
            if (!added) {
                arrivals.loseLast();
                ready.failed();
            }
        }
    }

    private void addAll(QueueBurst burst, int from) {
        EntryChunks end = null;
        for (int i = from; i < burst.messageCount(); i++) {
            QueueEntry entry = arrivals.entry(burst, i);
            if (!burst.hasDeadlines() && (end == null || ready.areSeveral())) {
                end = ready.endFor(entry);
            }
            if (end == null) {
                addEach(entry, burst, i);
                return;
            }
            end.add(entry);
        }
    }

    private void addEach(QueueEntry first, QueueBurst burst, int from) {
        try {
            ready.add(first);
            for (int i = from + 1; i < burst.messageCount(); i++) {
                ready.add(arrivals.entry(burst, i));
            }
        } finally {
            // Or what comes next would be taken for a part of this one.
            ready.endBurst();
        }
    }

    /** The first entry, if it can be taken now; null if it has to be read before, or there is none. */
    @Nullable
    QueueEntry next() {
        return ready.next();
    }

    /** Those of a queue that {@link #isPlain}, as far as they can be taken one after the other. */
    ReadyEntries plainRun() {
        return ready.plainRun();
    }

    /** Those that can be taken one after the other, maybe none; null if something may come between them. */
    @Nullable
    ReadyEntries run() {
        return ready.run();
    }

    /** Gives out the first one of a {@link #run}. */
    QueueEntry takeFrom(ReadyEntries run, boolean noAck) {
        QueueEntry entry = ready.takeFrom(run);
        give(entry, noAck);
        return entry;
    }

    /** Gives out what {@link #next} tells. */
    void take(QueueEntry next, boolean noAck) {
        ready.take(next);
        give(next, noAck);
    }

    private void give(QueueEntry entry, boolean noAck) {
        notice.given();
        held.add(entry, noAck);
        if (keys != null) {
            keys.given(entry);
        }
    }

    /**
     * Likewise where messages have groups.
     *
     * @param consumer null for {@code basic.get}
     */
    void take(SetAside aside, QueueEntry next, @Nullable Consumer consumer, boolean noAck) {
        aside.give(ready.only(), next, consumer, noAck);
        give(next, noAck);
    }

    /** What {@link #next} tells, if anybody may have it. */
    @Nullable
    QueueEntry nextForAnybody() {
        return ready.nextForAnybody();
    }

    /** Whether nothing can be given out since what is next is held up by its group and can't be looked past. */
    boolean isStuck() {
        SetAside aside = groups == null ? null : ready.aside();
        return aside != null && aside.isStuck(ready.only());
    }

    /** Likewise, and memory is all that is wanted. */
    boolean waitsForMemory() {
        SetAside aside = aside();
        return aside != null && aside.waitsForMemory(ready.only());
    }

    /** Whether something is there, and has to be read before anything can be given out. */
    boolean lacksNext() {
        return ready.lacksNext();
    }

    /** The entry that leaves first if there are too many; null if it has to be read before, or there is none. */
    @Nullable
    QueueEntry oldest() {
        return ready.oldest();
    }

    /** What leaves first likewise, if nobody wants the messages. */
    Unwanted unwanted() {
        return new Unwanted(ready, keys, budget);
    }

    /** Takes out what {@link #oldest} tells, and gives it to nobody. */
    void takeToDrop(QueueEntry oldest) {
        ready.takeOldest(oldest);
    }

    /** Notes that an entry which was given out is settled or returns. */
    void release(QueueEntry entry) {
        held.remove(entry);
        if (keys != null) {
            keys.released(entry);
        }
    }

    /** What the burst settles has left. */
    void settled(QueueBurst burst) {
        for (int i = 0; keys != null && i < burst.settledCount(); i++) {
            keys.left(burst.settled(i));
        }
    }

    /** An entry leaves by itself, or is not wanted. */
    void left(QueueEntry entry) {
        if (keys != null) {
            keys.left(entry);
        }
    }

    /** An entry leaves that only the store has. */
    void leftStore(long position) {
        if (keys != null) {
            keys.left(position);
        }
    }

    /** Takes an entry back, for at once or for later. */
    void putBack(QueueEntry entry) {
        boolean droppable =
                backlog != null && entry.stored() && budget.isShort() && entry.position() < backlog.readablePosition();
        ready.putBack(entry, droppable);
    }

    /** Takes out all that is ready. What is returned belongs to the caller alone. */
    Levels takeReady() {
        kept.purge();
        if (keys != null) {
            keys.purged();
        }
        Levels taken = ready;
        ready = taken.successor();
        return taken;
    }

    /** Whether it is less to name what is ready, all of it in memory, than what is given out. */
    boolean isCheaplyPurged() {
        return backlog == null || (ready.pagedThrough() == 0 && ready.size() + ready.delayed() <= held.inStore());
    }

    /** How many entries a purge may have to look at, or to name, one by one. */
    long purgeSteps() {
        long steps = ready.size() + ready.delayed() + held.inStore();
        for (ReadyEntries level : ready.all()) {
            steps += level.departed().unsettledCount();
        }
        return backlog == null ? 0 : steps;
    }

    /** The positions at a level, from one on, of what was ready in memory and is in the store. Takes entries out of {@code taken}. */
    long[] storedFrom(int level, long position, Levels taken) {
        return backlog == null ? new long[0] : taken.leftovers().takeStoredFrom(taken.level(level), position);
    }

    /** How many entries are given out that the store has. */
    int heldInStore() {
        return held.inStore();
    }

    HeldWalk walkHeld() {
        return held.walk();
    }

    void endWalk(HeldWalk walk) {
        held.end(walk);
    }

    /** What the store may show at a level though it has left. */
    Departed departed(int level) {
        return ready.level(level).departed();
    }

    /** What was settled before the last time that this was called, no read shows any more. */
    void forgetDeparted() {
        ready.all().forEach(level -> level.departed().turn());
    }

    /**
     * Drops from memory what can be read again.
     *
     * @param inOrder below this position everything that is to come has come
     * @param readable below this position a message can be read
     * @param max how many entries of each kind are looked at
     * @return whether there may be more to drop
     */
    boolean drop(long inOrder, long readable, int max) {
        boolean moreHeld = held.dropMessages(readable, max);
        return ready.relief().drop(Math.min(inOrder, readable), max) || moreHeld;
    }

    /** Chooses what to spill. */
    SpillBatch nextSpill(long bound, int max) {
        return ready.relief().nextSpill(bound, max);
    }

    /**
     * Drops the messages that were spilled; the slots of what no longer waits are to be released.
     *
     * @param max how many entries are looked at; those chosen stand among the first
     */
    List<Slot> spilled(SpillBatch batch, long bound, int max) {
        List<Slot> freed = new ArrayList<>();
        if (ready.has(batch.owner())) {
            ready.relief().spilled(batch, bound, max, freed);
        } else {
            batch.forEachLeft((entry, slot) -> freed.add(slot));
        }
        return freed;
    }

    boolean wantsLoad() {
        return !ready.isInMemory() && ready.readAhead().isWanted(budget.window());
    }

    @Nullable
    Load nextLoad() {
        return ready.readAhead().next(budget.window());
    }

    /**
     * Takes in what was read, unless it is of no use any more.
     *
     * @param freed takes the slots that are to be released
     * @return how many entries turned out to be nowhere
     */
    long loaded(Load load, Load.Read read, List<Slot> freed) {
        if (!ready.has(load.owner())) {
            return 0;
        }
        LostEntries lost = keys == null ? LostEntries.NOBODY : keys;
        if (load instanceof Load.OfPaged paged) {
            return load.owner().loaded(paged, entries(read.stretch()), read.messages(), freed, lost);
        }
        SetAside aside = ready.aside();
        if (load instanceof Load.OfSetAside apart && aside != null) {
            return aside.loaded(apart, read.messages(), freed, lost);
        }
        return load instanceof Load.OfMessages messages
                ? load.owner().loaded(messages, read.messages(), freed, lost)
                : 0;
    }

    private List<QueueEntry> entries(List<LoadedEntry> read) {
        List<QueueEntry> entries = new ArrayList<>(read.size());
        for (LoadedEntry each : read) {
            QueueEntry entry = QueueEntry.stored(queue, each.message(), each.position());
            entry.expiresAt(each.deadlineMs());
            entry.triedBefore(each.failures(), each.retryAtMs());
            if (each.redelivered()) {
                entry.deliveredBefore();
            }
            entries.add(entry);
        }
        return entries;
    }

    /** Tells the budget what has changed since the last time, and whoever marks deliveries that there were some. */
    void report() {
        notice.tell();
        share.tell(memoryBytes());
    }

    /** The queue is gone, and what is still given out is nobody's. What was ready belongs to the caller alone. */
    Levels forget() {
        Levels taken = ready;
        ready = taken.successor();
        held = new HeldEntries();
        if (groups != null) {
            groups.forget();
        }
        if (keys != null) {
            keys.end();
        }
        report();
        return taken;
    }
}
