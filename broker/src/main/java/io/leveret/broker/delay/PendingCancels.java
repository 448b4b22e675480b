package io.leveret.broker.delay;

import java.util.ArrayList;
import java.util.HashMap;
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

    private final Map<String, Cancel> byMessageId = new LinkedHashMap<>();
    private final Set<Long> positions = new HashSet<>();

    /** Found in the store by a search, and not read. */
    private final List<Long> unread = new ArrayList<>();

    /** All cancels with one message id. Immutable. */
    record Cancel(String messageId, List<Long> positions) {

        /** What was published before that is taken back. */
        long before() {
            return positions.get(positions.size() - 1);
        }

        private Cancel and(long position) {
            List<Long> all = new ArrayList<>(positions);
            all.add(position);
            all.sort(null);
            return new Cancel(messageId, all);
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

    private void put(String messageId, long position) {
        Cancel before = byMessageId.get(messageId);
        byMessageId.put(messageId, before == null ? new Cancel(messageId, List.of(position)) : before.and(position));
    }

    /** Whether a message that was published with that id at that position is taken back. */
    boolean takesBack(String messageId, long position) {
        Cancel cancel = byMessageId.get(messageId);
        return cancel != null && cancel.before() > position;
    }

    /** The oldest ones, whose positions are all below one. */
    List<Cancel> oldest(int max, long below) {
        List<Cancel> oldest = new ArrayList<>();
        for (Cancel each : byMessageId.values()) {
            if (oldest.size() == max) {
                break;
            }
            if (each.before() < below) {
                oldest.add(each);
            }
        }
        return oldest;
    }

    /** These have reached all. */
    void done(List<Cancel> cancels) {
        Map<String, Cancel> left = new HashMap<>();
        for (Cancel done : cancels) {
            Cancel now = byMessageId.remove(done.messageId());
            done.positions().forEach(positions::remove);
            List<Long> later = now == null
                    ? List.of()
                    : now.positions().stream()
                            .filter(each -> !done.positions().contains(each))
                            .toList();
            if (!later.isEmpty()) {
                left.put(done.messageId(), new Cancel(done.messageId(), later));
            }
        }
        byMessageId.putAll(left);
    }
}
