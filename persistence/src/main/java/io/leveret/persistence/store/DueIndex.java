package io.leveret.persistence.store;

import java.io.IOException;

/**
 * Finds the deadlines of some of a store's queues. Who searches on in time has one of its own: it remembers where the next deadline
 * lies. May be used by any thread; blocks. It takes nothing of the store that it would have to give back.
 */
@FunctionalInterface
public interface DueIndex {

    /**
     * Finds live entries with a deadline, those that are due first and, of those that are due at the same time, those with the lowest
     * positions. Times are in milliseconds since 1970.
     *
     * @param fromMs the earliest deadline that is wanted
     * @param afterPosition of those with just this deadline only the ones behind that position; {@link
     *     io.leveret.persistence.Position#NONE} for all
     * @param toMs the last deadline that is wanted
     * @param limit at least 1; if no more come there may be others, all of them behind these
     */
    DueEntries read(long fromMs, long afterPosition, long toMs, int limit) throws IOException;
}
