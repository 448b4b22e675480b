package io.leveret.exchange;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Where messages go whose routing keys came more than once, for one moment's bindings of a large topic exchange. Any thread
 * reads and writes it, without a lock: entries are immutable, and a race costs a key its place, never a wrong answer.
 *
 * <p>It is for speed alone. The trie of a million bindings lies all over the memory, and walking it waits for memory at each
 * step; here the few keys that most messages have lie close together.
 */
final class TopicCache<D> {

    /** A set of two places for each hash, so that two keys of one hash do not drive each other out. */
    private static final int SETS = 4096;

    private static final int PLACES = 2 * SETS;

    /** Keys that reach more are not remembered: their routes cost more than to find them, and an entry takes little memory. */
    private static final int MOST_DESTINATIONS = 8;

    @SuppressWarnings({"unchecked", "rawtypes"}) // an array of a generic type
    private final @Nullable Entry<D>[] entries = new Entry[PLACES];

    /** The hash of the last key that missed in each set: who comes but once is not worth an entry. */
    private final int[] missed = new int[SETS];

    private record Entry<D>(int hash, String routingKey, D[] destinations) {

        boolean isOf(int otherHash, String otherKey) {
            return hash == otherHash && routingKey.equals(otherKey);
        }
    }

    /** Sends a message with this key where it goes; false if that is not remembered. */
    boolean route(String routingKey, Consumer<? super D> sink) {
        int hash = spread(routingKey);
        int first = firstPlace(hash);
        Entry<D> entry = entries[first];
        if (entry == null || !entry.isOf(hash, routingKey)) {
            entry = entries[first + 1];
            if (entry == null || !entry.isOf(hash, routingKey)) {
                return false;
            }
        }
        for (D destination : entry.destinations) {
            sink.accept(destination);
        }
        return true;
    }

    /** Notes that a key was not remembered; whether it was missed just before, too, and so should be from now on. */
    boolean isMissedAgain(String routingKey) {
        int hash = spread(routingKey);
        int set = set(hash);
        boolean again = missed[set] == hash;
        missed[set] = hash;
        return again;
    }

    /** Takes the destinations of one route on to a sink, and remembers them if they are few. Used once, by one thread. */
    final class Recorder implements Consumer<D> {

        private final Consumer<? super D> sink;
        private final List<D> destinations = new ArrayList<>(MOST_DESTINATIONS);
        private boolean few = true;

        Recorder(Consumer<? super D> sink) {
            this.sink = sink;
        }

        @Override
        public void accept(D destination) {
            few &= destinations.size() < MOST_DESTINATIONS;
            if (few) {
                destinations.add(destination);
            }
            sink.accept(destination);
        }

        /** The route of this key is through. */
        void end(String routingKey) {
            if (few) {
                put(routingKey, destinations);
            }
        }
    }

    @SuppressWarnings("unchecked") // nobody but this class sees the array, and here it is one of objects
    private void put(String routingKey, List<D> destinations) {
        int hash = spread(routingKey);
        int first = firstPlace(hash);
        int place = entries[first] == null ? first : entries[first + 1] == null ? first + 1 : first + (hash >>> 31);
        entries[place] = new Entry<>(hash, routingKey, (D[]) destinations.toArray());
    }

    private static int firstPlace(int hash) {
        return 2 * set(hash);
    }

    private static int set(int hash) {
        return hash & (SETS - 1);
    }

    /** Not a seeded hash: keys made to collide only miss. */
    private static int spread(String routingKey) {
        int hash = routingKey.hashCode() * 0x9E3779B9;
        return hash ^ hash >>> 16;
    }
}
