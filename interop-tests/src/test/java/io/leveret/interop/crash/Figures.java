package io.leveret.interop.crash;

import io.leveret.interop.crash.Death.Reason;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** What the clients of a trial have done, so that nobody takes one for a proof that did next to nothing. */
final class Figures {

    private Figures() {}

    static String of(List<Event> events) {
        return String.format(
                "%,d messages published, %,d confirmed, %,d refused, %,d deliveries, %,d acks, %,d commits, %,d acks"
                        + " in them, %,d failures; dead-lettered %s; %,d queues leased; policies changed %,d"
                        + " times",
                count(events, Event.Published.class),
                count(events, Event.Confirmed.class),
                count(events, Event.Refused.class),
                count(events, Event.Delivered.class),
                count(events, Event.AckSent.class),
                count(events, Event.Committed.class),
                count(events, Event.AckedInTx.class),
                count(events, Event.Failed.class),
                deaths(events),
                count(events, Event.Leased.class),
                count(events, Event.Started.class));
    }

    /** How many times anybody saw a message that had left a queue for another reason than before. */
    private static Map<Reason, Long> deaths(List<Event> events) {
        Set<Seen> seen = new HashSet<>();
        for (Event event : events) {
            if (event instanceof Event.Delivered delivered) {
                note(delivered.entry(), delivered.copy().deaths(), seen);
            } else if (event instanceof Event.Found found) {
                found.contents()
                        .forEach((queue, copies) ->
                                copies.forEach(copy -> note(new Entry(queue, copy.key()), copy.deaths(), seen)));
            }
        }
        return seen.stream().collect(Collectors.groupingBy(Seen::last, TreeMap::new, Collectors.counting()));
    }

    private static void note(Entry entry, Deaths deaths, Set<Seen> seen) {
        if (deaths.last() != null) {
            seen.add(new Seen(entry, deaths.stage(), deaths.last().reason()));
        }
    }

    private record Seen(Entry entry, int stage, Reason last) {}

    private static long count(List<Event> events, Class<? extends Event> kind) {
        return events.stream().filter(kind::isInstance).count();
    }
}
