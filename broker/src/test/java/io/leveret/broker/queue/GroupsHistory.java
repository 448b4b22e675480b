package io.leveret.broker.queue;

import static org.assertj.core.api.Assertions.assertThat;

import io.leveret.broker.queue.SlowGroups.State;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** One random history of {@link Groups}, done side by side with the slow model and compared after every step. */
final class GroupsHistory {

    private static final int KEYS = 5;
    private static final int CONSUMERS = 3;

    private final long seed;
    private final Random random;
    private final Groups groups = new Groups();
    private final SlowGroups model = new SlowGroups();
    private final Queue queue = Queues.queue();
    private final List<Consumer> consumers = new ArrayList<>();
    private final Map<Integer, QueueEntry> entries = new TreeMap<>();
    private int next;
    private String step = "";

    GroupsHistory(long seed) {
        this.seed = seed;
        this.random = new Random(seed);
        for (int i = 0; i < CONSUMERS; i++) {
            consumers.add(Queues.consumer(queue, new FakeTarget(new ArrayList<>()), "c" + i, 100));
            model.active("c" + i, true);
        }
    }

    void run(int steps) {
        for (int i = 0; i < steps; i++) {
            step();
            compare();
        }
    }

    private void step() {
        switch (random.nextInt(16)) {
            case 0, 1, 2, 3, 4 -> arrive();
            case 5, 6 -> giveFirst();
            case 7, 8 -> settle();
            case 9, 10 -> comeBack();
            case 11 -> endDelay();
            case 12 -> leave();
            case 13 -> changeCredit();
            case 14 -> loseOrReadMessage();
            default -> clearSometimes();
        }
    }

    /** As a queue looks at what stands first: it goes out, or is looked past. */
    private void arrive() {
        int id = next++;
        int key = random.nextInt(KEYS);
        boolean toHolders = random.nextInt(4) > 0;
        step = "message " + id + " of group " + key + ", to holders " + toHolders;
        QueueEntry entry = QueueEntry.unstored(queue, Queues.message(id), id, id);
        entries.put(id, entry);
        boolean may = Groups.mayGo(groups.find(keyOf(key)), entry, toHolders);
        assertThat(may).as(this::story).isEqualTo(model.mayGo(id, key, toHolders));
        if (may) {
            give(id, key, toHolders);
        } else {
            groups.setAside(entry, keyOf(key));
            model.setAside(id, key);
        }
    }

    private void give(int id, int key, boolean toHolders) {
        String holder = model.holder(key);
        int any = random.nextInt(CONSUMERS);
        String to = holder != null ? holder : toHolders ? "c" + any : null;
        groups.given(entry(id), keyOf(key), to == null ? null : consumers.get(to.charAt(1) - '0'));
        model.given(id, key, to);
    }

    private void giveFirst() {
        boolean toHolders = random.nextInt(4) > 0;
        Integer first = model.first(toHolders);
        step = "give out " + first;
        if (first != null && random.nextInt(5) == 0) {
            // Without an acknowledgement nobody holds the group.
            groups.left(entry(first));
            model.left(first);
        } else if (first != null) {
            give(first, model.keyOf(first), toHolders);
        }
    }

    private void settle() {
        for (int id : some(State.UNSETTLED)) {
            step = "settle " + id;
            groups.settled(entry(id));
            model.settled(id);
            compare();
        }
    }

    /** As a nack does it, or the loss of a consumer. */
    private void comeBack() {
        boolean later = random.nextInt(3) == 0;
        for (int id : some(State.UNSETTLED)) {
            int key = model.keyOf(id);
            step = "take back " + id + (later ? " for later" : "");
            groups.settled(entry(id));
            if (later) {
                groups.delayed(entry(id), keyOf(key));
            } else {
                groups.cameBack(entry(id), keyOf(key));
            }
            model.cameBack(id, key, later ? State.DELAYED : State.ASIDE);
            compare();
        }
    }

    private void endDelay() {
        for (int id : some(State.DELAYED)) {
            int key = model.keyOf(id);
            step = "the time of " + id + " has come";
            groups.delayEnded(entry(id));
            groups.cameBack(entry(id), keyOf(key));
            model.delayEnded(id);
            compare();
        }
    }

    private void leave() {
        for (int id : some(State.ASIDE)) {
            step = id + " leaves";
            groups.left(entry(id));
            model.left(id);
            compare();
        }
    }

    private void changeCredit() {
        int at = random.nextInt(CONSUMERS);
        boolean now = random.nextBoolean();
        step = "credit of c" + at + ": " + now;
        if (now) {
            groups.activated(consumers.get(at));
        } else if (consumers.get(at).groups != null) {
            groups.parked(consumers.get(at));
        }
        model.active("c" + at, now || consumers.get(at).groups == null);
    }

    /** Where the message is not in memory, it is told apart when it is looked for. */
    private void loseOrReadMessage() {
        for (int id : some(State.ASIDE)) {
            QueueEntry entry = entry(id);
            step = "message of " + id;
            if (entry.hasMessage()) {
                entry.dropMessage();
                model.bare(id, true);
            } else {
                entry.restore(Queues.message(id));
                groups.restored(entry);
                model.bare(id, false);
            }
            compare();
        }
    }

    private void clearSometimes() {
        if (random.nextInt(4) == 0) {
            step = "purge";
            groups.clear();
            model.clear();
        }
    }

    private List<Integer> some(State state) {
        List<Integer> all = new ArrayList<>(model.all(state));
        all.removeIf(id -> random.nextInt(3) > 0);
        return all;
    }

    private void compare() {
        groups.beginSlice();
        // The first question moves aside what has to be read before.
        same(idOf(groups.first(true)), model.first(true));
        same(idOf(groups.first(false)), model.first(false));
        same(groups.size(), model.groups());
        for (int key = 0; key < KEYS; key++) {
            Group group = groups.find(keyOf(key));
            same(
                    group == null ? 0 : group.unsettled,
                    model.with(key, State.UNSETTLED).size());
            same(
                    group == null ? 0 : group.asideCount(),
                    model.with(key, State.ASIDE).size());
            same(
                    group == null ? 0 : group.delayed,
                    model.with(key, State.DELAYED).size());
        }
    }

    private static @Nullable Integer idOf(@Nullable QueueEntry entry) {
        return entry == null ? null : (int) entry.position();
    }

    private void same(@Nullable Object actual, @Nullable Object expected) {
        if (!Objects.equals(actual, expected)) {
            assertThat(actual).as(this::story).isEqualTo(expected);
        }
    }

    private static GroupKey keyOf(int key) {
        return GroupKey.of("user-" + key);
    }

    private QueueEntry entry(int id) {
        return Objects.requireNonNull(entries.get(id));
    }

    private String story() {
        return "seed " + seed + ": " + step;
    }
}
