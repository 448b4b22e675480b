package io.leveret.broker.connection;

import java.util.concurrent.ConcurrentHashMap;

/** How many there are of something for each name; a name of which there is none takes no place. Used from any thread. */
final class Counts {

    private final ConcurrentHashMap<String, Integer> counts = new ConcurrentHashMap<>();

    /**
     * Counts one more, unless there are as many as there may be.
     *
     * @param max negative if there is no limit
     * @return false if there are
     */
    boolean add(String name, long max) {
        boolean[] added = new boolean[1];
        counts.compute(name, (any, there) -> {
            int now = there == null ? 0 : there;
            added[0] = max < 0 || now < max;
            return added[0] ? Integer.valueOf(now + 1) : there;
        });
        return added[0];
    }

    void remove(String name, int count) {
        counts.computeIfPresent(name, (any, there) -> there > count ? Integer.valueOf(there - count) : null);
    }

    int of(String name) {
        return counts.getOrDefault(name, 0);
    }
}
