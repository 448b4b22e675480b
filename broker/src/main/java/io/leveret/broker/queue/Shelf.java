package io.leveret.broker.queue;

import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Message groups by their keys, and what they take of the heap. {@link Groups} alone uses it. Guarded by the queue's lock. */
final class Shelf {

    private final Map<GroupKey, Group> groups = new HashMap<>();
    private long keyBytes;

    @Nullable
    Group find(GroupKey key) {
        return groups.get(key);
    }

    /** Takes a group in, from wherever it was. */
    void take(Group group) {
        if (group.shelf == this) {
            return;
        }
        if (group.shelf != null) {
            group.shelf.remove(group);
        }
        groups.put(group.key, group);
        keyBytes += group.key.bytes();
        group.shelf = this;
    }

    void remove(Group group) {
        if (groups.remove(group.key, group)) {
            keyBytes -= group.key.bytes();
        }
        group.shelf = null;
    }

    Collection<Group> all() {
        return groups.values();
    }

    int size() {
        return groups.size();
    }

    /** Only an estimate. */
    long memoryBytes() {
        return (long) groups.size() * Groups.BYTES + keyBytes;
    }
}
