package io.leveret.broker.queue;

import io.leveret.broker.queue.RandomMessages.Numbered;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.LongSupplier;

/**
 * A queue as a sorted map of the numbers of its messages, for one thread: what is ready, held and delayed, what must come out next,
 * and what must have left. Knows nothing of memory, and touches neither the queue nor the store.
 */
final class PagedModel {

    private final Rules rules;
    private final LongSupplier nowMs;
    private final NavigableMap<Place, Integer> ready = new TreeMap<>();

    /** Of the burst that comes what goes to waiting consumers as it comes, whatever its priority: nothing was ready before it. */
    private final Deque<Integer> passing = new ArrayDeque<>();

    private boolean passes;
    private final Set<Integer> held = new TreeSet<>();
    private final Map<Integer, Long> delayed = new HashMap<>();
    private final Map<Integer, Place> places = new HashMap<>();
    private final Map<Integer, Long> deadlines = new HashMap<>();
    private final Map<Integer, Integer> failures = new HashMap<>();
    private final Map<Integer, Integer> bodyBytes = new HashMap<>();
    private Limit limit = Limit.NONE;
    private final Set<Integer> transmitted = new TreeSet<>();
    private long returns;
    private int left;

    /**
     * What the queue was declared with.
     *
     * @param countsAttempts whether it takes notice of deliveries that fail
     * @param deliveryLimit how many may fail
     * @param pause how long what returns has to wait
     */
    record Rules(boolean returnedFirst, boolean countsAttempts, long deliveryLimit, Pause pause) {}

    /**
     * Where a message stands: behind the stored one of that position come the others in their order.
     *
     * @param turn 0, or in the order of their return that of those which come before all others
     * @param level its priority
     * @param arrival 0 if it is stored, or in the order of their arrival that of the others
     */
    private record Place(long turn, int level, long position, long arrival) implements Comparable<Place> {

        private static final Comparator<Place> ORDER = Comparator.comparing((Place place) -> place.turn == 0)
                .thenComparing(Place::turn)
                .thenComparing(place -> place.turn == 0 ? -place.level : 0)
                .thenComparing(Place::position)
                .thenComparing(Place::arrival);

        Place withoutLevel() {
            return new Place(turn, 0, position, arrival);
        }

        Place returned(long turn) {
            return new Place(turn, level, position, arrival);
        }

        boolean stored() {
            return arrival == 0;
        }

        @Override
        public int compareTo(Place other) {
            return ORDER.compare(this, other);
        }
    }

    PagedModel(Rules rules, LongSupplier nowMs) {
        this.rules = rules;
        this.nowMs = nowMs;
    }

    /** A burst comes: each message is added, then {@link #endBurst}. */
    void beginBurst() {
        passes = ready.isEmpty();
    }

    /** Who waited for a message of the burst has it. */
    void endBurst() {
        passes = false;
        passing.clear();
    }

    /**
     * A message has come.
     *
     * @param arrival 0 if it is stored
     */
    void add(Numbered published, int level, long position, long arrival) {
        int id = published.id();
        Place place = new Place(0, level, position, arrival);
        places.put(id, place);
        deadlines.put(id, published.deadlineMs());
        bodyBytes.put(id, published.message().body().length);
        ready.put(place, id);
        if (passes) {
            passing.add(id);
        }
    }

    /** It may not be longer from now on. */
    void limit(Limit other) {
        limit = other;
    }

    /** Whether some have to leave. */
    boolean isTooLong() {
        return !ready.isEmpty() && limit.isExceededBy((long) ready.size() + delayed.size(), bodyBytes());
    }

    /** What the bodies of all have that nobody holds. */
    long bodyBytes() {
        return bytesOf(ready.values()) + bytesOf(delayed.keySet());
    }

    private long bytesOf(Collection<Integer> ids) {
        return ids.stream().mapToLong(id -> bodyBytes.getOrDefault(id, 0)).sum();
    }

    /** Drops the one that would come next, since there are too many; -1 if there are not. */
    int drop() {
        if (!isTooLong()) {
            return -1;
        }
        // Whatever a consumer waits for has come to it before.
        endBurst();
        left++;
        return ready.pollFirstEntry().getValue();
    }

    int ready() {
        return ready.size();
    }

    int delayed() {
        return delayed.size();
    }

    /** Gives out the message that must come next; -1 if there is none. */
    int take() {
        if (ready.isEmpty()) {
            return -1;
        }
        int id = passing.isEmpty() ? ready.firstEntry().getValue() : passing.remove();
        ready.remove(places.get(id));
        held.add(id);
        return id;
    }

    /** Its consumer may have seen it. */
    void transmit(int id) {
        transmitted.add(id);
    }

    boolean isRedelivered(int id) {
        return transmitted.contains(id);
    }

    void settle(int id) {
        held.remove(id);
    }

    /**
     * Takes a message back after an attempt to deliver it.
     *
     * @return when it may be given out again; 0 for at once
     */
    long requeue(int id, boolean failed) {
        held.remove(id);
        long retryAtMs = rules.countsAttempts ? endAttempt(id, failed) : 0;
        if (retryAtMs > 0 && !isSpent(id)) {
            delayed.put(id, retryAtMs);
        } else {
            putBack(id);
        }
        return retryAtMs;
    }

    private long endAttempt(int id, boolean failed) {
        if (failed) {
            failures.merge(id, 1, Integer::sum);
        }
        long waitMs = rules.pause.ms(failed, failures(id));
        return waitMs == 0 ? 0 : nowMs.getAsLong() + waitMs;
    }

    int failures(int id) {
        return failures.getOrDefault(id, 0);
    }

    /** What has expired while it was given out leaves at once, and so does what failed too often. */
    private void putBack(int id) {
        if (rules.returnedFirst) {
            places.put(id, place(id).returned(++returns));
        }
        if (mayLeave(id)) {
            left++;
        } else {
            ready.put(place(id), id);
        }
    }

    /** What is due returns, and what has expired leaves. */
    void passTime() {
        returnDelayed();
        int before = ready.size();
        ready.values().removeIf(this::isExpired);
        left += before - ready.size();
    }

    /** Those whose time has come, in its order. */
    private void returnDelayed() {
        List<Integer> due = delayed.entrySet().stream()
                .filter(each -> each.getValue() <= nowMs.getAsLong())
                .sorted(Map.Entry.<Integer, Long>comparingByValue()
                        .thenComparing(each -> place(each.getKey()).withoutLevel()))
                .map(Map.Entry::getKey)
                .toList();
        due.forEach(id -> {
            delayed.remove(id);
            putBack(id);
        });
    }

    /** Drops what nobody holds, and says how many those are. */
    int purge() {
        int purged = ready.size() + delayed.size();
        ready.clear();
        delayed.clear();
        return purged;
    }

    /** How many must have left that nobody took. */
    int left() {
        return left;
    }

    /** Whether nobody needs to take it for good. */
    boolean mayLeave(int id) {
        return isExpired(id) || isSpent(id);
    }

    private boolean isExpired(int id) {
        long deadlineMs = deadlines.getOrDefault(id, 0L);
        return deadlineMs != 0 && deadlineMs <= nowMs.getAsLong();
    }

    private boolean isSpent(int id) {
        return failures(id) > rules.deliveryLimit;
    }

    /** The positions that the store must have: those of what is ready, delayed and held. */
    Set<Long> storedPositions() {
        Set<Long> positions = new TreeSet<>();
        ready.keySet().forEach(place -> addStored(place, positions));
        delayed.keySet().forEach(id -> addStored(place(id), positions));
        held.forEach(id -> addStored(place(id), positions));
        return positions;
    }

    private static void addStored(Place place, Set<Long> positions) {
        if (place.stored()) {
            positions.add(place.position());
        }
    }

    private Place place(int id) {
        Place place = places.get(id);
        if (place == null) {
            throw new AssertionError("message " + id + " was never published");
        }
        return place;
    }
}
