package io.leveret.broker.queue;

import io.leveret.broker.message.Message;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;

/** The keys of what a burst brings to a queue that takes no message twice. Owned by the connection's event loop, as the burst is. */
final class BurstKeys {

    private static final long[] NONE_CAME = {};

    /** Of messages that were admitted and did not come yet, in their order. */
    private final ArrayDeque<Expected> admitted = new ArrayDeque<>(2);

    /** By message; shorter than the messages if the last ones have none. */
    private long[] came = NONE_CAME;

    /** Entries that are about to leave, by number. */
    private Set<Long> leaving = Set.of();

    private record Expected(Message message, long key) {}

    /** A message with a key was admitted; without the memory to know that, its key is given up. */
    void admitted(Message message, long key, Uniqueness to) {
        try {
            admitted.add(new Expected(message, key));
        } catch (RuntimeException | Error e) {
            to.giveUp(key);
            throw e;
        }
    }

    /** The key of a message that comes next. */
    long next(Message message) {
        Expected first = admitted.peek();
        return first == null || first.message() != message ? DeduplicationKey.NONE : first.key();
    }

    /** A message came; tells its key, as {@link #next} did. */
    long came(Message message, int index) {
        long key = next(message);
        if (key != DeduplicationKey.NONE) {
            if (index >= came.length) {
                came = Arrays.copyOf(came, 2 * index + 4);
            }
            came[index] = key;
            admitted.remove();
        }
        return key;
    }

    long of(int index) {
        return index < came.length ? came[index] : DeduplicationKey.NONE;
    }

    void leaves(long entry) {
        if (leaving.isEmpty()) {
            leaving = new HashSet<>();
        }
        leaving.add(entry);
    }

    boolean isLeaving(long entry) {
        return leaving.contains(entry);
    }

    /** What was admitted does not come, and what was about to leave does not. */
    void giveUp(Uniqueness to) {
        // One by one: that works even if there was no memory for the last one.
        for (Expected each = admitted.poll(); each != null; each = admitted.poll()) {
            to.giveUp(each.key());
        }
        leaving = Set.of();
    }

    void clear() {
        came = NONE_CAME;
        leaving = Set.of();
    }
}
