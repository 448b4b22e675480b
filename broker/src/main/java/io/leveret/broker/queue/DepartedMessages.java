package io.leveret.broker.queue;

import io.leveret.broker.queue.Backlog.LoadedEntry;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/** The messages of entries that have left their queues, read together where only the stores have them. */
public final class DepartedMessages {

    private DepartedMessages() {}

    /**
     * Reads what it can; {@link Queue#withMessage} says why another one can't be read. Blocks.
     *
     * @param wanted whether those of a queue are wanted
     * @param maxBytes of each queue, after which no further one is read; the first is read in any case
     * @return each in its place, with its message or, if that was not read, as it is
     */
    public static List<Departure> read(List<Departure> departed, Predicate<Queue> wanted, long maxBytes) {
        Map<Queue, List<Departure>> unread = new IdentityHashMap<>();
        for (Departure each : departed) {
            if (isOnlyStored(each) && wanted.test(each.queue())) {
                unread.computeIfAbsent(each.queue(), any -> new ArrayList<>()).add(each);
            }
        }
        if (unread.isEmpty()) {
            return departed;
        }
        Map<Queue, StoredReads> read = new IdentityHashMap<>();
        unread.forEach((queue, entries) -> {
            StoredReads reads = queue.disk().read(entries, maxBytes);
            if (reads != null) {
                read.put(queue, reads);
            }
        });
        return departed.stream()
                .map(each -> {
                    StoredReads reads = isOnlyStored(each) ? read.get(each.queue()) : null;
                    LoadedEntry known = reads == null ? null : reads.known(each.position());
                    return known == null ? each : each.with(known);
                })
                .toList();
    }

    private static boolean isOnlyStored(Departure departure) {
        return departure.message() == null && departure.slot() == null && departure.stored();
    }
}
