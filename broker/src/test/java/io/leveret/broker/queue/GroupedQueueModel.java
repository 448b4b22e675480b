package io.leveret.broker.queue;

import static org.assertj.core.api.Assertions.assertThat;

import io.leveret.broker.queue.Departure.Reason;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What a queue with message groups has to keep to, said of numbered messages: it is told of all that happens as it happens, and fails
 * at once if that may not be. A message in no group has a number of a group of its own.
 */
final class GroupedQueueModel {

    private final InstantSource clock;
    private final Supplier<String> story;

    /** Each message's group, and when it expires; 0 for never. */
    private final Map<Integer, Integer> groups = new TreeMap<>();

    private final Map<Integer, Long> deadlines = new TreeMap<>();

    /** Those in the queue and with nobody. */
    final Set<Integer> ready = new TreeSet<>();

    /** Those that somebody has to settle. */
    final Map<Integer, Held> held = new TreeMap<>();

    /** When each message returns that has to wait for that. */
    private final Map<Integer, Long> delayed = new TreeMap<>();

    /** What was given back or rejected and may not return. */
    private final Map<Integer, Reason> leaving = new TreeMap<>();

    /** The groups that something came back to while more of it was unsettled. */
    private final Set<Integer> interrupted = new HashSet<>();

    /** @param client null for a get */
    record Held(QueueEntry entry, @Nullable Consumer client) {}

    GroupedQueueModel(InstantSource clock, Supplier<String> story) {
        this.clock = clock;
        this.story = story;
    }

    void published(int id, int group, long deadlineMs) {
        groups.put(id, group);
        deadlines.put(id, deadlineMs);
        ready.add(id);
    }

    private int groupOf(int id) {
        return Objects.requireNonNull(groups.get(id));
    }

    boolean isEmpty() {
        return delayed() == 0 && ready.isEmpty() && held.isEmpty();
    }

    private int delayed() {
        letReturn();
        return delayed.size();
    }

    /** Somebody gets an entry. */
    void taken(QueueEntry entry, @Nullable Consumer client, boolean noAck) {
        letReturn();
        int id = Queues.idOf(entry);
        int group = groupOf(id);
        check(ready.remove(id), id + " is not ready");
        List<@Nullable Consumer> holders = holders(group);
        boolean alone = holders.stream().allMatch(holder -> !noAck && client != null && holder == client);
        check(alone, "group " + group + " is held by others");
        check(!interrupted.contains(group), "group " + group + " has to wait");
        check(!isDelayed(group), "group " + group + " has to wait for a retry");
        check(ready.stream().noneMatch(other -> other < id && groupOf(other) == group), "another goes before " + id);
        if (!noAck) {
            held.put(id, new Held(entry, client));
        }
    }

    /** It is settled. */
    QueueEntry released(int id) {
        QueueEntry entry = Objects.requireNonNull(held.remove(id)).entry();
        if (holders(groupOf(id)).isEmpty()) {
            interrupted.remove(groupOf(id));
        }
        return entry;
    }

    /** It is not wanted, or was given back too often. */
    void expelled(int id, Reason reason) {
        released(id);
        leaving.put(id, reason);
    }

    /** It is given back. */
    void returned(int id, long retryAtMs) {
        released(id);
        if (retryAtMs > clock.millis()) {
            delayed.put(id, retryAtMs);
        } else {
            ready.add(id);
        }
        interrupt(id);
    }

    private void interrupt(int id) {
        if (!holders(groupOf(id)).isEmpty()) {
            interrupted.add(groupOf(id));
        }
    }

    private void letReturn() {
        for (int id : List.copyOf(delayed.keySet())) {
            if (Objects.requireNonNull(delayed.get(id)) <= clock.millis()) {
                delayed.remove(id);
                ready.add(id);
                interrupt(id);
            }
        }
    }

    /** It leaves the queue by itself. */
    void departed(int id, Reason why) {
        letReturn();
        switch (why) {
            case EXPIRED -> {
                check(ready.remove(id), id + " expires and is not ready");
                check(isDue(id), id + " expires before its time");
            }
            case MAXLEN -> {
                check(ready.stream().noneMatch(other -> other < id), id + " is not the oldest");
                check(ready.remove(id), id + " is dropped and not ready");
            }
            default -> check(leaving.remove(id) == why, id + " leaves: " + why);
        }
    }

    private boolean isDue(int id) {
        long deadlineMs = Objects.requireNonNull(deadlines.get(id));
        return deadlineMs > 0 && deadlineMs <= clock.millis();
    }

    void purged(int count) {
        check(count == ready.size() + delayed(), "purged " + count);
        ready.clear();
        delayed.clear();
        interrupted.clear();
    }

    /** Between two steps. */
    void compare(QueueCounts counts) {
        letReturn();
        check(leaving.isEmpty(), leaving + " have not left");
        check(counts.ready() == ready.size(), counts.ready() + " are ready and not " + ready.size());
        check(counts.unacked() == held.size(), counts.unacked() + " are unacked and not " + held.size());
    }

    void nothingIsDue() {
        check(ready.stream().noneMatch(this::isDue), "something should have expired");
    }

    void isNotLongerThan(long max) {
        check(ready.isEmpty() || ready.size() + delayed() <= max, ready.size() + " are ready");
    }

    /**
     * Whether anybody could have something of a group that may go on.
     *
     * @param free who has credit
     */
    boolean somebodyWaits(List<Consumer> free) {
        letReturn();
        return ready.stream().map(this::groupOf).distinct().anyMatch(group -> couldGoOn(group, free));
    }

    private boolean couldGoOn(int group, List<Consumer> free) {
        List<@Nullable Consumer> holders = holders(group);
        boolean wanted = holders.isEmpty() ? !free.isEmpty() : free.contains(holders.get(0));
        return wanted && !interrupted.contains(group) && !isDelayed(group);
    }

    private boolean isDelayed(int group) {
        return delayed.keySet().stream().anyMatch(id -> groupOf(id) == group);
    }

    private List<@Nullable Consumer> holders(int group) {
        List<@Nullable Consumer> holders = new ArrayList<>();
        held.forEach((id, each) -> {
            if (groupOf(id) == group) {
                holders.add(each.client());
            }
        });
        return holders;
    }

    private void check(boolean right, String what) {
        assertThat(right).as(() -> story.get() + ": " + what).isTrue();
    }
}
