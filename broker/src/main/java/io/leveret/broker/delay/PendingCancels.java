package io.leveret.broker.delay;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The cancels of one exchange that the store has, and that have not reached all that they take back. What falls due meanwhile looks
 * here. Guarded by the {@link Delays}.
 */
final class PendingCancels {

    private final Map<String, List<Long>> byMessageId = new LinkedHashMap<>();
    private final Set<Long> positions = new HashSet<>();

    /** Found in the store by a search, and not read. */
    private final List<Long> unread = new ArrayList<>();

    /** All cancels with one message id. Immutable. */
    record Cancel(String messageId, List<Long> positions) {

        /** What was published before that is taken back. */
        long before() {
            return positions.get(positions.size() - 1);
        }
    }

    int size() {
        return positions.size();
    }

    boolean isEmpty() {
        return byMessageId.isEmpty();
    }

    /** Whether there are some of which it is not known what they take back. */
    boolean hasUnread() {
        return !unread.isEmpty();
    }

    /** Some of them, growing. */
    long[] unread(int max) {
        return unread.stream().sorted().limit(max).mapToLong(Long::longValue).toArray();
    }

    /** A search found one. */
    void found(long position) {
        if (positions.add(position)) {
            unread.add(position);
        }
    }

    /** What one takes back that was found is known, or that it can't be read. */
    void read(Map<Long, String> messageIds, long[] asked) {
        Set<Long> done = new HashSet<>();
        for (long position : asked) {
            done.add(position);
            String id = messageIds.get(position);
            if (id == null) {
                positions.remove(position);
            } else {
                put(id, position);
            }
        }
        unread.removeIf(done::contains);
    }

    void add(String messageId, long position) {
        if (positions.add(position)) {
            put(messageId, position);
        }
    }

    /** Those that come now stand behind all others; of those that were found the last one is put there. */
    private void put(String messageId, long position) {
        List<Long> all = byMessageId.computeIfAbsent(messageId, any -> new ArrayList<>(1));
        all.add(position);
        int last = all.size() - 1;
        if (last > 0 && all.get(last - 1) > position) {
            Collections.swap(all, last - 1, last);
        }
    }

    /** Whether a message that was published with that id at that position is taken back. */
    boolean takesBack(String messageId, long position) {
        List<Long> all = byMessageId.get(messageId);
        return all != null && all.get(all.size() - 1) > position;
    }

    /** The oldest ones, whose positions are all below one. */
    List<Cancel> oldest(int max, long below) {
        List<Cancel> oldest = new ArrayList<>();
        for (Map.Entry<String, List<Long>> each : byMessageId.entrySet()) {
            if (oldest.size() == max) {
                break;
            }
            List<Long> all = each.getValue();
            if (all.get(all.size() - 1) < below) {
                oldest.add(new Cancel(each.getKey(), List.copyOf(all)));
            }
        }
        return oldest;
    }

    /** These have reached all. */
    void done(List<Cancel> cancels) {
        for (Cancel done : cancels) {
            Set<Long> reached = new HashSet<>(done.positions());
            positions.removeAll(reached);
            List<Long> left = byMessageId.remove(done.messageId());
            if (left != null && left.removeIf(reached::contains) && !left.isEmpty()) {
                byMessageId.put(done.messageId(), left);
            }
        }
    }
}
