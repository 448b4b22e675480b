package io.leveret.broker.queue;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Which consumer holds which group of a queue's messages, and what may go out of what was set aside. A group with anything unsettled
 * is its consumer's, and what follows of it goes nowhere else; what comes back waits until the rest of its group is settled or back,
 * and goes first then. Does no more than remember this: the entries are {@link SetAside}'s, and credit is the {@link ConsumerRing}'s.
 * Guarded by the queue's lock.
 */
final class Groups {

    /** What a group takes of the heap; only an estimate. */
    static final int BYTES = 320;

    private final Map<GroupKey, Group> groups = new HashMap<>();

    /** What may go out: the candidate of each free group, and the first one of each consumer's groups while it may have credit. */
    private final TreeSet<QueueEntry> runnable = new TreeSet<>(QueueEntry::compare);

    /** Likewise, where the message has to be read before. */
    private final TreeSet<QueueEntry> toRead = new TreeSet<>(QueueEntry::compare);

    @Nullable
    Group find(GroupKey key) {
        return groups.get(key);
    }

    Collection<Group> all() {
        return groups.values();
    }

    int size() {
        return groups.size();
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
        group.holder = consumer == null ? null : heldBy(consumer);
        entry.group(group);
        changed(group);
    }

    private static HeldGroups heldBy(Consumer consumer) {
        HeldGroups held = consumer.groups;
        if (held == null) {
            held = new HeldGroups(consumer);
            consumer.groups = held;
        }
        return held;
    }

    /** An entry that was {@link #given} is settled, or is about to come back. */
    void settled(QueueEntry entry) {
        Group group = entry.group();
        if (group == null) {
            return;
        }
        group.unsettled--;
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
        Group group = group(key);
        entry.group(group);
        group.interrupted |= group.unsettled > 0;
        group.add(entry);
        changed(group);
    }

    /** An entry has to wait for its time, and its group with it. */
    void delayed(QueueEntry entry, GroupKey key) {
        Group group = group(key);
        entry.group(group);
        group.interrupted |= group.unsettled > 0;
        group.delayed++;
        changed(group);
    }

    /** An entry that was {@link #delayed} waits no longer. */
    void delayEnded(QueueEntry entry) {
        Group group = entry.group();
        if (group != null) {
            group.delayed--;
            changed(group);
        }
    }

    /** An entry that was set aside is gone. */
    void left(QueueEntry entry) {
        Group group = entry.group();
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

    /**
     * What goes out first of what was set aside, and has its message; null if nothing does.
     *
     * @param toHolders whether it may be for who holds its group, and not only for anybody
     */
    @Nullable
    QueueEntry first(boolean toHolders) {
        for (Iterator<QueueEntry> each = runnable.iterator(); each.hasNext(); ) {
            QueueEntry entry = each.next();
            Group group = entry.group();
            if (!entry.hasMessage()) {
                each.remove();
                toRead.add(entry);
            } else if (toHolders || (group != null && group.isFree())) {
                return entry;
            }
        }
        return null;
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
            for (QueueEntry entry : bareFrom(first)) {
                if (left-- == 0 || found.size() == size.entries || bytes >= size.bytes) {
                    break;
                }
                found.add(entry);
                bytes += entry.bytes();
            }
        }
        return found;
    }

    /** What follows an entry in its group, up to the first one with a message. */
    private static List<QueueEntry> bareFrom(QueueEntry first) {
        Group group = first.group();
        List<QueueEntry> bare = new ArrayList<>();
        for (QueueEntry entry : group == null ? List.<QueueEntry>of() : group.asideFrom(first)) {
            if (entry.hasMessage() || bare.size() == Window.FULL.entries) {
                break;
            }
            bare.add(entry);
        }
        return bare;
    }

    /** The message of an entry has been read. */
    void restored(QueueEntry entry) {
        if (toRead.remove(entry)) {
            runnable.add(entry);
        }
    }

    /** All that was set aside is gone, and all that waited for its time; what is given out is not. */
    void clear() {
        runnable.clear();
        toRead.clear();
        for (Iterator<Group> each = groups.values().iterator(); each.hasNext(); ) {
            Group group = each.next();
            group.clear();
            if (group.holder != null) {
                group.holder.candidates.clear();
                group.holder.offered = null;
            }
            if (group.isOver()) {
                each.remove();
            }
        }
    }

    private Group group(GroupKey key) {
        return groups.computeIfAbsent(key, Group::new);
    }

    private void changed(Group group) {
        QueueEntry first = group.goesOn() ? group.firstAside() : null;
        if (first != group.candidate || group.holder != group.candidateOf) {
            withdraw(group);
            group.candidate = first;
            group.candidateOf = group.holder;
            propose(group);
        }
        if (group.isOver()) {
            groups.remove(group.key);
        }
    }

    private void withdraw(Group group) {
        QueueEntry before = group.candidate;
        HeldGroups of = group.candidateOf;
        if (before == null) {
            return;
        }
        if (of == null) {
            withhold(before);
        } else {
            of.candidates.remove(before);
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
            runnable.add(now);
        } else {
            of.candidates.add(now);
            offerFirst(of);
        }
    }

    private void offerFirst(HeldGroups held) {
        QueueEntry first = held.active && !held.candidates.isEmpty() ? held.candidates.first() : null;
        if (first == held.offered) {
            return;
        }
        if (held.offered != null) {
            withhold(held.offered);
        }
        held.offered = first;
        if (first != null) {
            runnable.add(first);
        }
    }

    private void withhold(QueueEntry entry) {
        if (!runnable.remove(entry)) {
            toRead.remove(entry);
        }
    }
}
