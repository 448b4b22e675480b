package io.leveret.broker.queue;

import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Which consumer holds which group of a queue's messages, and what may go out of what was set aside. A group with anything unsettled
 * is its consumer's, and what follows of it goes nowhere else; what comes back waits until the rest of its group is settled or back,
 * and goes first then. Does no more than remember this: the entries are {@link SetAside}'s, and credit is the {@link ConsumerRing}'s.
 * Guarded by the queue's lock.
 */
final class Groups {

    /** What a group takes of the heap apart from its key's text; only an estimate. */
    static final int BYTES = 340;

    /** What an entry takes of the heap so that its group is known; only an estimate. */
    static final int ENTRY_BYTES = 64;

    /** So many are told to be read in one hold of the lock. */
    static final int SLICE = Window.FULL.entries;

    /** Those with anything unsettled. */
    private Shelf given = new Shelf();

    /** Those with nothing unsettled: apart, so that to clear all is to let go of these. */
    private Shelf waiting = new Shelf();

    /** How often all was cleared. Of what is given out each group and consumer learns it when it is looked at the next time. */
    private int era;

    /** How many entries are unsettled. */
    private int unsettled;

    /** What may go out to anybody: the candidate of each free group. */
    private final TreeSet<QueueEntry> free = new TreeSet<>(QueueEntry::compare);

    /** What may go out to who holds its group: the first one of each consumer's groups while it may have credit. */
    private final TreeSet<QueueEntry> offered = new TreeSet<>(QueueEntry::compare);

    /** What would be in either, but has to be read before. */
    private final TreeSet<QueueEntry> toRead = new TreeSet<>(QueueEntry::compare);

    /** What is left of the present slice. */
    private int movesLeft = SLICE;

    @Nullable
    Group find(GroupKey key) {
        Group found = given.find(key);
        if (found == null) {
            found = waiting.find(key);
        }
        return found == null ? null : current(found);
    }

    /** Those whose keys read so, as a text or as a number. */
    List<Group> find(String text) {
        return GroupKey.reading(text).map(this::find).filter(Objects::nonNull).toList();
    }

    /** In no order. */
    Stream<Group> all() {
        return Stream.concat(given.all().stream(), waiting.all().stream()).map(this::current);
    }

    int size() {
        return given.size() + waiting.size();
    }

    /** What the groups take of the heap, and the entries that are unsettled so that theirs is known; only an estimate. */
    long memoryBytes() {
        return given.memoryBytes() + waiting.memoryBytes() + (long) unsettled * ENTRY_BYTES;
    }

    private Group current(Group group) {
        if (group.era != era) {
            group.clear();
            group.era = era;
        }
        return group;
    }

    private HeldGroups current(HeldGroups held) {
        if (held.era != era) {
            held.clear();
            held.era = era;
        }
        return held;
    }

    /** The group of an entry; null if it is in none. */
    private @Nullable Group groupOf(QueueEntry entry) {
        Group group = entry.group();
        return group == null ? null : current(group);
    }

    /**
     * Whether an entry may go out that was not set aside.
     *
     * @param group of that entry; null if there is nothing to know of it
     * @param toHolders whether it may go to who holds the group, and not only to anybody
     */
    static boolean mayGo(@Nullable Group group, QueueEntry entry, boolean toHolders) {
        if (group == null) {
            return true;
        }
        QueueEntry before = group.firstAside();
        if (before != null && !entry.isBefore(before)) {
            return false;
        }
        HeldGroups holder = group.holder;
        return group.isFree() || (toHolders && group.goesOn() && holder != null && holder.active);
    }

    /**
     * An entry went out that has to be settled.
     *
     * @param consumer null for {@code basic.get}, which holds a group alone: nothing follows until it is settled
     */
    void given(QueueEntry entry, GroupKey key, @Nullable Consumer consumer) {
        Group group = group(key);
        group.remove(entry);
        group.unsettled++;
        unsettled++;
        group.holder = consumer == null ? null : heldBy(consumer);
        entry.group(group);
        changed(group);
    }

    private HeldGroups heldBy(Consumer consumer) {
        HeldGroups held = consumer.groups;
        if (held == null) {
            held = new HeldGroups(consumer, era);
            consumer.groups = held;
        }
        return held;
    }

    /** An entry that was {@link #given} is settled, or is about to come back. */
    void settled(QueueEntry entry) {
        Group group = groupOf(entry);
        if (group == null) {
            return;
        }
        group.unsettled--;
        unsettled--;
        if (group.unsettled == 0) {
            group.holder = null;
            group.interrupted = false;
        }
        changed(group);
    }

    /** An entry is set aside, since its group is held up. */
    void setAside(QueueEntry entry, GroupKey key) {
        Group group = group(key);
        entry.group(group);
        group.add(entry);
        changed(group);
    }

    /** An entry is back that was given out; it goes before all that stands behind it. */
    void cameBack(QueueEntry entry, GroupKey key) {
        Group group = groupOfBack(entry, key);
        group.add(entry);
        changed(group);
    }

    /** An entry has to wait for its time, and its group with it. */
    void delayed(QueueEntry entry, GroupKey key) {
        Group group = groupOfBack(entry, key);
        group.delayed++;
        changed(group);
    }

    /** The group of an entry that is back, and that interrupts it: what stands behind it may be out. */
    private Group groupOfBack(QueueEntry entry, GroupKey key) {
        Group group = group(key);
        entry.group(group);
        group.interrupted |= group.unsettled > 0;
        return group;
    }

    /** An entry that was {@link #delayed} waits no longer. */
    void delayEnded(QueueEntry entry) {
        Group group = groupOf(entry);
        if (group != null) {
            group.delayed--;
            changed(group);
        }
    }

    /** An entry that was set aside is gone. */
    void left(QueueEntry entry) {
        Group group = groupOf(entry);
        if (group != null) {
            group.remove(entry);
            changed(group);
        }
    }

    /** A consumer may have credit again. */
    void activated(Consumer consumer) {
        if (consumer.groups != null) {
            consumer.groups.active = true;
            offerFirst(consumer.groups);
        }
    }

    /** A consumer has no credit, or is gone. */
    void parked(Consumer consumer) {
        if (consumer.groups != null) {
            consumer.groups.active = false;
            offerFirst(consumer.groups);
        }
    }

    /** Begins to look for something to give out, in a hold of the lock of its own. */
    void beginSlice() {
        movesLeft = SLICE;
    }

    /**
     * What goes out first of what was set aside, and has its message; null if nothing does, or too many have to be read to tell it
     * in this hold of the lock: then reads are wanted.
     *
     * @param toHolders whether it may be for who holds its group, and not only for anybody
     */
    @Nullable
    QueueEntry first(boolean toHolders) {
        QueueEntry forAnybody = firstInMemory(free);
        QueueEntry forHolder = toHolders ? firstInMemory(offered) : null;
        boolean isHolders = forHolder != null && (forAnybody == null || forHolder.isBefore(forAnybody));
        return isHolders ? forHolder : forAnybody;
    }

    private @Nullable QueueEntry firstInMemory(TreeSet<QueueEntry> from) {
        for (Iterator<QueueEntry> each = from.iterator(); each.hasNext(); ) {
            QueueEntry entry = each.next();
            if (entry.hasMessage()) {
                return entry;
            }
            if (movesLeft <= 0) {
                return null;
            }
            movesLeft--;
            each.remove();
            toRead.add(entry);
        }
        return null;
    }

    /** What goes out next, as much as a small window has of it: who needs memory drops something else. */
    Set<QueueEntry> nextOut() {
        Set<QueueEntry> next = Collections.newSetFromMap(new IdentityHashMap<>());
        Stream.of(free, offered)
                .flatMap(each -> each.stream().limit(Window.SMALL.entries / 2))
                .forEach(next::add);
        return next;
    }

    /** Whether messages are wanted that have to be read. */
    boolean wantsRead() {
        return !toRead.isEmpty();
    }

    /** What is to be read: of each group that waits for it the first few, until there is enough. */
    List<QueueEntry> toRead(Window size) {
        List<QueueEntry> found = new ArrayList<>();
        int share = Math.max(1, size.entries / Math.max(1, toRead.size()));
        long bytes = 0;
        for (QueueEntry first : toRead) {
            int left = share;
            for (QueueEntry entry : from(first)) {
                if (found.size() == size.entries || bytes >= size.bytes) {
                    return found;
                }
                if (left-- == 0 || entry.hasMessage()) {
                    break;
                }
                found.add(entry);
                bytes += entry.bytes();
            }
        }
        return found;
    }

    /** An entry and what follows it in its group. */
    private static Iterable<QueueEntry> from(QueueEntry first) {
        Group group = first.group();
        return group == null ? List.of() : group.asideFrom(first);
    }

    /** The message of an entry has been read. */
    void restored(QueueEntry entry) {
        Group group = entry.group();
        if (toRead.remove(entry) && group != null) {
            (group.candidateOf == null ? free : offered).add(entry);
        }
    }

    /** All that was set aside is gone, and all that waited for its time; what is given out is not. However many they are. */
    void clear() {
        era++;
        free.clear();
        offered.clear();
        toRead.clear();
        waiting = new Shelf();
    }

    /** The queue is gone, and what is given out is nobody's. */
    void forget() {
        clear();
        given = new Shelf();
        unsettled = 0;
    }

    private Group group(GroupKey key) {
        Group found = find(key);
        return found == null ? new Group(key, era) : found;
    }

    private void changed(Group group) {
        QueueEntry first = group.goesOn() ? group.firstAside() : null;
        if (first != group.candidate || group.holder != group.candidateOf) {
            withdraw(group);
            group.candidate = first;
            group.candidateOf = group.holder;
            propose(group);
        }
        keep(group);
    }

    private void keep(Group group) {
        if (!group.isOver()) {
            (group.unsettled > 0 ? given : waiting).take(group);
        } else if (group.shelf != null) {
            group.shelf.remove(group);
        }
    }

    private void withdraw(Group group) {
        QueueEntry before = group.candidate;
        HeldGroups of = group.candidateOf;
        if (before == null) {
            return;
        }
        if (of == null) {
            withhold(free, before);
        } else {
            current(of).candidates.remove(before);
            offerFirst(of);
        }
    }

    private void propose(Group group) {
        QueueEntry now = group.candidate;
        HeldGroups of = group.candidateOf;
        if (now == null) {
            return;
        }
        if (of == null) {
            free.add(now);
        } else {
            current(of).candidates.add(now);
            offerFirst(of);
        }
    }

    private void offerFirst(HeldGroups of) {
        HeldGroups held = current(of);
        QueueEntry first = held.active && !held.candidates.isEmpty() ? held.candidates.first() : null;
        if (first == held.offered) {
            return;
        }
        if (held.offered != null) {
            withhold(offered, held.offered);
        }
        held.offered = first;
        if (first != null) {
            offered.add(first);
        }
    }

    private void withhold(TreeSet<QueueEntry> from, QueueEntry entry) {
        if (!from.remove(entry)) {
            toRead.remove(entry);
        }
    }
}
