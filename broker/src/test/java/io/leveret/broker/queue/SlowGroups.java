package io.leveret.broker.queue;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What {@link Groups} should do, said in the plainest way: one list of the messages of all groups with what became of each, walked
 * from the beginning for each question. The random histories compare the two.
 */
final class SlowGroups {

    /** Stands for {@code basic.get}, which no entry can be offered to. */
    private static final String GET = "get";

    private final Map<Integer, Entry> entries = new TreeMap<>();
    private final Set<String> active = new HashSet<>();
    private final Set<Integer> bare = new HashSet<>();

    enum State {
        ASIDE,
        UNSETTLED,
        DELAYED
    }

    private record Entry(int key, State state, @Nullable String holder) {}

    /** The groups that something came back to while others of it were unsettled. */
    private final Set<Integer> interrupted = new HashSet<>();

    void given(int id, int key, @Nullable String consumer) {
        entries.put(id, new Entry(key, State.UNSETTLED, consumer == null ? GET : consumer));
    }

    void setAside(int id, int key) {
        entries.put(id, new Entry(key, State.ASIDE, null));
    }

    void settled(int id) {
        int key = gone(id);
        if (with(key, State.UNSETTLED).isEmpty()) {
            interrupted.remove(key);
        }
    }

    void cameBack(int id, int key, State state) {
        settled(id);
        entries.put(id, new Entry(key, state, null));
        if (!with(key, State.UNSETTLED).isEmpty()) {
            interrupted.add(key);
        }
    }

    /** Its time has come. */
    void delayEnded(int id) {
        int key = gone(id);
        entries.put(id, new Entry(key, State.ASIDE, null));
        if (!with(key, State.UNSETTLED).isEmpty()) {
            interrupted.add(key);
        }
    }

    void left(int id) {
        entries.remove(id);
    }

    private int gone(int id) {
        Entry entry = entries.remove(id);
        if (entry == null) {
            throw new AssertionError("message " + id + " is not here");
        }
        return entry.key();
    }

    void active(String consumer, boolean now) {
        if (now) {
            active.add(consumer);
        } else {
            active.remove(consumer);
        }
    }

    void bare(int id, boolean now) {
        if (now) {
            bare.add(id);
        } else {
            bare.remove(id);
        }
    }

    void clear() {
        entries.values().removeIf(entry -> entry.state() != State.UNSETTLED);
        interrupted.clear();
    }

    List<Integer> with(int key, State state) {
        return entries.entrySet().stream()
                .filter(each -> each.getValue().key() == key && each.getValue().state() == state)
                .map(Map.Entry::getKey)
                .toList();
    }

    List<Integer> all(State state) {
        return entries.entrySet().stream()
                .filter(each -> each.getValue().state() == state)
                .map(Map.Entry::getKey)
                .toList();
    }

    int keyOf(int id) {
        Entry entry = entries.get(id);
        if (entry == null) {
            throw new AssertionError("message " + id + " is not here");
        }
        return entry.key();
    }

    /** Who has what is unsettled of a group; null if nobody has. */
    @Nullable
    String holder(int key) {
        return entries.values().stream()
                .filter(entry -> entry.key() == key && entry.state() == State.UNSETTLED)
                .map(Entry::holder)
                .findFirst()
                .orElse(null);
    }

    boolean isFree(int key) {
        return with(key, State.UNSETTLED).isEmpty() && with(key, State.DELAYED).isEmpty();
    }

    /** Whether the next message of a group may go to its holder. */
    boolean goesOnWithHolder(int key) {
        String holder = holder(key);
        return holder != null
                && active.contains(holder)
                && !interrupted.contains(key)
                && with(key, State.DELAYED).isEmpty();
    }

    boolean mayGo(int id, int key, boolean toHolders) {
        List<Integer> aside = with(key, State.ASIDE);
        boolean first = aside.isEmpty() || id < aside.get(0);
        return first && (isFree(key) || (toHolders && goesOnWithHolder(key)));
    }

    int groups() {
        return (int) entries.values().stream().map(Entry::key).distinct().count();
    }

    /** What goes out first; null if nothing does. */
    @Nullable
    Integer first(boolean toHolders) {
        List<Integer> found = new ArrayList<>();
        Set<String> served = new HashSet<>();
        Set<Integer> seen = new HashSet<>();
        for (int id : all(State.ASIDE)) {
            int key = keyOf(id);
            if (!seen.add(key)) {
                continue;
            }
            String holder = holder(key);
            // A consumer waits for the first of its groups, be it for a read.
            boolean forHolder = goesOnWithHolder(key) && holder != null && served.add(holder);
            if ((isFree(key) || (forHolder && toHolders)) && !bare.contains(id)) {
                found.add(id);
            }
        }
        return found.stream().min(Comparator.naturalOrder()).orElse(null);
    }
}
