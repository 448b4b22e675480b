package io.leveret.persistence.inspect;

import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;

/** Makes what is left of a catalog fit the queues that were found, for whoever knows what a catalog means. Used by the salvaging thread. */
public interface CatalogRepair {

    /**
     * Makes a catalog with which a store opens.
     *
     * @param catalog what is left of it; not to be changed
     * @param liveEntries of the queues that were found, by their ids; some have none
     */
    Repaired repair(SortedMap<byte[], byte[]> catalog, SortedMap<Long, Long> liveEntries);

    /**
     * What the new store gets.
     *
     * @param queueIds all that it is to know: those that the catalog names, and no others
     * @param foundlings those of them whose declaration is lost, so that nobody knows what their messages' deadlines and updates were for
     * @param notes of what was dropped and what was made up
     */
    record Repaired(
            SortedMap<byte[], byte[]> catalog, SortedSet<Long> queueIds, Set<Long> foundlings, List<String> notes) {}
}
