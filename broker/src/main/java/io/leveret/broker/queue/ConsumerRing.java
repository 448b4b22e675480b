package io.leveret.broker.queue;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The consumers of one queue: round robin among those of equal priority, a lower priority only while all higher ones are
 * out of credit. A consumer without credit leaves the round until it is activated, so that many waiting ones cost nothing.
 * Guarded by the queue's lock.
 */
final class ConsumerRing {

    /** Highest priority first; nearly always one. */
    private final List<Level> levels = new ArrayList<>(1);

    private final List<Consumer> all = new ArrayList<>(1);

    private record Level(long priority, ArrayDeque<Consumer> active) {}

    int size() {
        return all.size();
    }

    boolean isEmpty() {
        return all.isEmpty();
    }

    List<Consumer> all() {
        return List.copyOf(all);
    }

    boolean hasExclusive() {
        return all.size() == 1 && all.get(0).options().exclusive();
    }

    void add(Consumer consumer) {
        all.add(consumer);
        activate(consumer);
    }

    void remove(Consumer consumer) {
        all.remove(consumer);
        Level level = level(consumer.options().priority());
        level.active().remove(consumer);
        if (all.stream().noneMatch(other -> other.options().priority() == level.priority())) {
            levels.remove(level);
        }
    }

    void clear() {
        all.clear();
        levels.clear();
    }

    /** Lets a consumer take part in the round again. */
    void activate(Consumer consumer) {
        consumer.unpark();
        level(consumer.options().priority()).active().addLast(consumer);
    }

    /** The next consumer, with credit for one delivery already taken; null if none has any. */
    @Nullable
    Consumer next() {
        for (int i = 0; i < levels.size(); i++) {
            ArrayDeque<Consumer> active = levels.get(i).active();
            for (Consumer consumer = active.pollFirst(); consumer != null; consumer = active.pollFirst()) {
                if (reserveOrPark(consumer)) {
                    active.addLast(consumer);
                    return consumer;
                }
            }
        }
        return null;
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

    private Level level(long priority) {
        for (Level level : levels) {
            if (level.priority() == priority) {
                return level;
            }
        }
        Level level = new Level(priority, new ArrayDeque<>(1));
        levels.add(level);
        levels.sort(Comparator.comparingLong(Level::priority).reversed());
        return level;
    }
}
