package io.leveret.broker.queue;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The consumers of one queue: round robin among those of equal priority, a lower priority only while all higher ones are
 * out of credit. A consumer without credit leaves the round until it is activated, so that many waiting ones cost nothing;
 * only one that takes turns with nobody keeps its place meanwhile. Where only a single one may be active, that one has all, and
 * nobody takes turns. Guarded by the queue's lock.
 */
final class ConsumerRing {

    /** Highest priority first; nearly always one. */
    private final List<Level> levels = new ArrayList<>(1);

    private final @Nullable SingleActive single;

    /** Who learns when a consumer has credit, and when not; null if nobody asks. */
    private final @Nullable Groups groups;

    /** Those without credit, but for who is alone in the round of its priority. */
    private final ConsumerList parked = new ConsumerList();

    private int size;

    /** Whether the one that is there wants the queue for itself. */
    private boolean exclusive;

    private record Level(long priority, ConsumerList active) {}

    /** @param single who decides which consumer is active; null if all are */
    ConsumerRing(@Nullable SingleActive single) {
        this(single, null);
    }

    /** @param groups which are held by consumers; null if the queue has none. Only if all consumers are active */
    ConsumerRing(@Nullable SingleActive single, @Nullable Groups groups) {
        this.single = single;
        this.groups = groups;
    }

    int size() {
        return size;
    }

    boolean isEmpty() {
        return size == 0;
    }

    boolean isSingleActive() {
        return single != null;
    }

    boolean hasExclusive() {
        return exclusive;
    }

    void add(Consumer consumer) {
        size++;
        exclusive = consumer.options().exclusive();
        if (single != null) {
            single.beforeAdding(highest());
        }
        activate(consumer);
        if (single != null) {
            single.added(consumer, levels.get(0).active());
        }
    }

    /** Removes one whose unsettled deliveries all return soon: nobody takes the place of a single active one before that. */
    void lose(Consumer consumer) {
        if (single != null) {
            single.losing(consumer);
        }
        remove(consumer);
    }

    void remove(Consumer consumer) {
        size--;
        exclusive = false;
        if (consumer.list != null) {
            consumer.list.remove(consumer);
        }
        levels.removeIf(level -> level.active().isEmpty());
        if (single != null) {
            single.removed(consumer);
        }
        if (groups != null) {
            groups.parked(consumer);
        }
    }

    /** Takes all of them out. */
    List<Consumer> removeAll() {
        List<Consumer> all = new ArrayList<>(size);
        levels.forEach(level -> level.active().moveTo(all));
        parked.moveTo(all);
        levels.clear();
        if (single != null) {
            all.forEach(single::removed);
        }
        if (groups != null) {
            all.forEach(groups::parked);
        }
        size = 0;
        exclusive = false;
        return all;
    }

    /** Lets a consumer that was parked take part in the round again. */
    void activate(Consumer consumer) {
        if (single != null && consumer.parked()) {
            // It keeps its place: the first one in order is the next to be active.
            consumer.unpark();
            return;
        }
        consumer.unpark();
        takeTurns(consumer, active(consumer.options().priority()));
        if (groups != null) {
            groups.activated(consumer);
        }
    }

    /** The next turn after all others' is the consumer's. */
    private void takeTurns(Consumer consumer, ConsumerList round) {
        if (round.isOnly(consumer)) {
            return;
        }
        Consumer other = round.first();
        if (other != null && other.parked() && single == null) {
            move(other, parked);
        }
        move(consumer, round);
    }

    private static void move(Consumer consumer, ConsumerList to) {
        if (consumer.list != null) {
            consumer.list.remove(consumer);
        }
        to.addLast(consumer);
    }

    /** Whether any consumer may have credit. */
    boolean hasActive() {
        for (int i = 0; i < levels.size(); i++) {
            Consumer first = levels.get(i).active().first();
            if (first != null && (single != null || !first.parked())) {
                return true;
            }
        }
        return false;
    }

    /** Takes credit for one delivery of a consumer that is in the round; false if it has none, and so leaves the round. */
    boolean reserve(Consumer consumer) {
        if (reserveOrPark(consumer)) {
            return true;
        }
        leaveRound(consumer);
        return false;
    }

    private void leaveRound(Consumer consumer) {
        if (consumer.list == null || !consumer.list.isOnly(consumer)) {
            move(consumer, parked);
        }
        if (groups != null) {
            groups.parked(consumer);
        }
    }

    /** The next consumer, with credit for one delivery already taken; null if none has any. */
    @Nullable
    Consumer next() {
        if (single != null) {
            Consumer active = single.choose(highest());
            return active != null && !active.parked() && reserveOrPark(active) ? active : null;
        }
        for (int i = 0; i < levels.size(); i++) {
            ConsumerList active = levels.get(i).active();
            for (Consumer consumer = active.first();
                    consumer != null && !consumer.parked();
                    consumer = active.first()) {
                if (reserveOrPark(consumer)) {
                    active.rotate();
                    return consumer;
                }
                leaveRound(consumer);
            }
        }
        return null;
    }

    /** Those of the highest priority, where a single one is active in the order of their coming; null if there are none. */
    private @Nullable ConsumerList highest() {
        return levels.isEmpty() ? null : levels.get(0).active();
    }

    private static boolean reserveOrPark(Consumer consumer) {
        if (consumer.reserve()) {
            return true;
        }
        consumer.park();
        // Room may have come back between the refusal and the parking, when nobody could see that it was wanted.
        if (consumer.reserve()) {
            consumer.unpark();
            return true;
        }
        return false;
    }

    private ConsumerList active(long priority) {
        int at = 0;
        while (at < levels.size() && levels.get(at).priority() > priority) {
            at++;
        }
        if (at == levels.size() || levels.get(at).priority() != priority) {
            levels.add(at, new Level(priority, new ConsumerList()));
        }
        return levels.get(at).active();
    }
}
