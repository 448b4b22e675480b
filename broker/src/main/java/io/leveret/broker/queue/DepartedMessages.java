package io.leveret.broker.queue;

import io.leveret.broker.queue.Backlog.LoadedEntry;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The messages of entries that have left their queues, read together where only the stores have them. */
public final class DepartedMessages {

    private DepartedMessages() {}

    /**
     * Reads what it can; {@link Queue#withMessage} says why another one can't be read. Blocks.
     *
     * @param wanted whether those of a queue are wanted
     * @param maxBytes after which no further one is read; the first is read in any case
     * @return each in its place, with its message or, if that was not read, as it is
     */
    public static List<Departure> read(List<Departure> departed, Predicate<Queue> wanted, long maxBytes) {
        Map<Queue, List<Departure>> unread = new LinkedHashMap<>();
        for (Departure each : departed) {
            if (isOnlyStored(each) && wanted.test(each.queue())) {
                unread.computeIfAbsent(each.queue(), any -> new ArrayList<>()).add(each);
            }
        }
        Map<Queue, StoredReads> read = new HashMap<>();
        long left = maxBytes;
        for (Map.Entry<Queue, List<Departure>> each : unread.entrySet()) {
            StoredReads reads = left > 0 ? each.getKey().disk().read(each.getValue(), left) : null;
            if (reads != null) {
                read.put(each.getKey(), reads);
                left -= reads.bytes();
            }
        }
        return departed.stream()
                .map(each -> with(each, isOnlyStored(each) ? read.get(each.queue()) : null))
                .toList();
    }

    private static Departure with(Departure departure, @Nullable StoredReads reads) {
        LoadedEntry known = reads == null ? null : reads.known(departure.position());
        return known == null ? departure : departure.with(known);
    }

    private static boolean isOnlyStored(Departure departure) {
        return departure.message() == null && departure.slot() == null && departure.stored();
    }
}
