package io.leveret.broker.queue;

import io.leveret.amqp.FieldTable;
import io.leveret.broker.message.Message;
import io.leveret.broker.queue.Spill.Slot;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What a queue with message groups has looked past, since its group is held up: entries that stand before all others that are ready,
 * until their group goes on. They are bounded in number, and leave memory as other entries do that have come back. Guarded by the
 * queue's lock.
 */
final class SetAside {

    /** How many are set aside in one hold of the lock. */
    static final int SLICE = Dispatch.SLICE;

    /** What an entry takes of the heap here beside what it takes anywhere: its group, and its place in that; only an estimate. */
    private static final int PLACE_BYTES = Groups.ENTRY_BYTES + 48;

    /** So many may be set aside though memory is short, if they are stored: each takes some of it for as long as it is here. */
    private static final int ALWAYS = Window.FULL.entries;

    private final GroupBy by;
    private final Groups groups;
    private final int lookahead;
    private final BooleanSupplier memoryShort;
    private final ReturnedEntries entries = new ReturnedEntries(QueueEntry::compare);
    private final Deadlines deadlines = new Deadlines();

    /** What is left of the present slice. */
    private int lookLeft = SLICE;

    /** Whether the present slice ended before anything was found. */
    private boolean cutShort;

    /** The entry that was looked at last, and the key of its group: it is looked at again before it goes out. */
    private @Nullable QueueEntry looked;

    private @Nullable GroupKey lookedKey;

    /** For a queue with these arguments; null if they ask for no groups. */
    static @Nullable SetAside of(FieldTable arguments, QueueContext context) {
        GroupBy by = GroupBy.of(arguments);
        return by == null
                ? null
                : new SetAside(by, new Groups(), context.groupLookahead(), context.budget()::isExceeded);
    }

    /**
     * @param lookahead how many may be set aside
     * @param memoryShort whether nothing should be set aside that need not be
     */
    private SetAside(GroupBy by, Groups groups, int lookahead, BooleanSupplier memoryShort) {
        this.by = by;
        this.groups = groups;
        this.lookahead = lookahead;
        this.memoryShort = memoryShort;
    }

    /** An empty one for the same queue; this one is nobody's then, and only tells what it has. */
    SetAside successor() {
        groups.clear();
        return new SetAside(by, groups, lookahead, memoryShort);
    }

    Groups groups() {
        return groups;
    }

    int lookahead() {
        return lookahead;
    }

    int size() {
        return entries.size();
    }

    long bytes() {
        return entries.bytes();
    }

    long bodyBytes() {
        return entries.bodyBytes();
    }

    /** With what the groups take. */
    long memoryBytes() {
        return entries.memoryBytes() + (long) entries.size() * PLACE_BYTES + groups.memoryBytes();
    }

    /** Begins to look for something to give out, in a hold of the lock of its own. */
    void beginSlice() {
        lookLeft = SLICE;
        cutShort = false;
        groups.beginSlice();
    }

    /** Whether there was more to look at than goes in one hold of the lock. */
    boolean isCutShort() {
        return cutShort;
    }

    /**
     * What may go out next; null if nothing may, or if it has to be read before. Sets aside what stands before it.
     *
     * @param level the queue's only one
     * @param toHolders whether it may be for who holds its group, and not only for anybody
     */
    @Nullable
    QueueEntry next(ReadyEntries level, boolean toHolders) {
        QueueEntry waiting = groups.first(toHolders);
        for (QueueEntry head = level.next(); head != null; head = level.next()) {
            if (waiting != null && waiting.isBefore(head)) {
                return waiting;
            }
            GroupKey key = keyOfHead(head);
            if (key == null || Groups.mayGo(groups.find(key), head, toHolders)) {
                return head;
            }
            if (!mayLookPast(head)) {
                return waiting;
            }
            lookLeft--;
            level.takeApart(head);
            add(head);
            groups.setAside(head, key);
        }
        return waiting;
    }

    private @Nullable GroupKey keyOfHead(QueueEntry head) {
        if (looked != head) {
            looked = head;
            lookedKey = by.keyOf(head.message());
        }
        return lookedKey;
    }

    private boolean mayLookPast(QueueEntry head) {
        cutShort = lookLeft <= 0;
        return !cutShort && !isFull(head);
    }

    /** Whether an entry has to stay where it is, and what stands behind it with it. */
    private boolean isFull(QueueEntry head) {
        return entries.size() >= lookahead || lacksMemory(head);
    }

    private boolean lacksMemory(QueueEntry head) {
        return (!head.stored() || entries.size() >= ALWAYS) && memoryShort.getAsBoolean();
    }

    /** Whether the queue waits, since what is ready next is held up and can't be looked past. */
    boolean isStuck(ReadyEntries level) {
        QueueEntry head = level.next();
        return head != null && isFull(head) && isHeldUp(head);
    }

    /** Whether the queue waits for memory alone: nobody but the time brings it on. */
    boolean waitsForMemory(ReadyEntries level) {
        QueueEntry head = level.next();
        return head != null && entries.size() < lookahead && lacksMemory(head) && isHeldUp(head);
    }

    private boolean isHeldUp(QueueEntry head) {
        GroupKey key = keyOfHead(head);
        return key != null && !Groups.mayGo(groups.find(key), head, true);
    }

    /** Who alone may have an entry that {@link #next} tells; null if anybody may. */
    @Nullable
    Consumer holderOf(QueueEntry next) {
        Group group = next.group();
        if (group == null) {
            GroupKey key = keyOfHead(next);
            group = key == null ? null : groups.find(key);
        }
        return group == null || group.holder == null ? null : group.holder.consumer;
    }

    /**
     * Gives out what {@link #next} tells.
     *
     * @param consumer null for {@code basic.get}
     */
    void give(ReadyEntries level, QueueEntry next, @Nullable Consumer consumer, boolean noAck) {
        Group group = next.group();
        GroupKey key = group == null ? keyOfHead(next) : group.key;
        looked = null;
        if (group == null) {
            level.take(next);
        } else {
            takeOut(next);
            level.taken(next);
        }
        if (!noAck && key != null) {
            groups.given(next, key, consumer);
        } else {
            groups.left(next);
            next.group(null);
        }
    }

    private void add(QueueEntry entry) {
        entries.add(entry);
        Deadline deadline = entry.deadline();
        if (deadline != null) {
            deadlines.add(deadline);
        }
    }

    /** False if it is not here. */
    private boolean takeOut(QueueEntry entry) {
        Deadline deadline = entry.deadline();
        if (deadline != null) {
            deadlines.remove(deadline);
        }
        return entries.take(entry);
    }

    /** Takes out an entry, if it is here, that leaves the queue. */
    boolean remove(QueueEntry entry) {
        if (entry.group() == null || !takeOut(entry)) {
            return false;
        }
        groups.left(entry);
        return true;
    }

    /**
     * Takes an entry back that was given out.
     *
     * @param droppable whether it can be read again
     * @return false if it is in no group, and so not taken
     */
    boolean putBack(QueueEntry entry, boolean droppable) {
        GroupKey key = keyOf(entry);
        if (key == null) {
            return false;
        }
        if (droppable && entry.hasMessage() && entries.isBeyond(Window.SMALL)) {
            entry.dropMessage();
        }
        add(entry);
        groups.cameBack(entry, key);
        return true;
    }

    /** What was given out without a group has none, or needs no acknowledgement and so still has its message. */
    private @Nullable GroupKey keyOf(QueueEntry entry) {
        Group group = entry.group();
        if (group != null) {
            return group.key;
        }
        return entry.hasMessage() ? by.keyOf(entry.message()) : null;
    }

    /** An entry has to wait for its time, apart from these, and its group with it. */
    void delayed(QueueEntry entry) {
        GroupKey key = keyOf(entry);
        if (key != null) {
            groups.delayed(entry, key);
        }
    }

    /** An entry is not {@link #delayed} any more. */
    void delayEnded(QueueEntry entry) {
        groups.delayEnded(entry);
    }

    /** The one that stands before all others; null if there is none. */
    @Nullable
    QueueEntry first() {
        return entries.isEmpty() ? null : entries.first();
    }

    /** When the next one expires, in milliseconds since 1970; the largest number if none does. */
    long firstDeadlineMs() {
        return deadlines.firstMs();
    }

    /** Takes out the one that expires first; only if one does. */
    QueueEntry pollExpiring() {
        QueueEntry entry = deadlines.first().entry;
        leave(entry);
        return entry;
    }

    /** Takes out an entry for good, if it is here: what is being read for it is not wanted. */
    boolean leave(QueueEntry entry) {
        boolean removed = remove(entry);
        if (removed) {
            entry.gone();
        }
        return removed;
    }

    /** Drops messages that the store has; whether there may be more to drop. What goes out next is kept. */
    boolean dropMessages(long readable, int max) {
        return !entries.isEmpty() && entries.dropMessages(readable, max, groups.nextOut());
    }

    /** Chooses those to spill, but for what goes out next. */
    void chooseToSpill(SpillBatch batch, int max) {
        if (!entries.isEmpty()) {
            entries.chooseToSpill(batch, max, groups.nextOut());
        }
    }

    /** Drops the message of an entry, which was written; false if it is not here. */
    boolean spilled(QueueEntry entry, Slot slot) {
        return entries.spilled(entry, slot);
    }

    /** Shows where all that was spilled is. */
    void slots(List<Slot> sink) {
        entries.slots(sink);
    }

    /** Whether any is without its message. */
    boolean hasBare() {
        return entries.hasBare();
    }

    /** Whether messages are wanted that have to be read. */
    boolean wantsLoad() {
        return groups.wantsRead();
    }

    /** What is to be read. */
    List<QueueEntry> toRead(Window size) {
        return groups.toRead(size);
    }

    /**
     * Takes in the messages that were read.
     *
     * @param freed takes the slots that are not needed any more
     * @return how many entries turned out to be nowhere
     */
    long loaded(Load.OfSetAside load, List<@Nullable Message> read, List<Slot> freed, LostEntries lost) {
        return load.takeIn(read, freed, this::restore, this::leave, lost);
    }

    private void restore(QueueEntry entry, Message message) {
        entries.restore(entry, message);
        groups.restored(entry);
    }

    /** The positions, from {@code bound} on, of those that the store has; growing. */
    long[] storedFrom(int level, long bound) {
        return entries.storedFrom(level, bound);
    }
}
