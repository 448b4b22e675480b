package io.leveret.interop.crash;

import io.leveret.interop.crash.Death.Reason;
import java.io.File;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** What a trial has done, so that nobody takes one for a proof that did next to nothing. Belongs to the test's thread. */
final class Figures {

    private static final Pattern COMPACTED = Pattern.compile("\\d+\\.[1-9]\\d*\\.seg");

    private final Set<String> compacted = new HashSet<>();
    private final Set<String> checkpoints = new HashSet<>();
    private final Set<String> spilled = new HashSet<>();

    /** Looks at the files of a data folder, while they come and go. */
    void look(Path data) {
        File[] files = data.toFile().listFiles();
        for (File file : files == null ? new File[0] : files) {
            see(file);
            look(file.toPath());
        }
    }

    private void see(File file) {
        String name = file.getName();
        if (COMPACTED.matcher(name).matches()) {
            compacted.add(file.getPath());
        } else if (name.startsWith("checkpoint-")) {
            checkpoints.add(file.getPath());
        } else if (file.getParentFile().getName().equals("spill")) {
            spilled.add(file.getPath());
        }
    }

    String of(List<Event> events) {
        return String.format(
                "%,d messages published, %,d confirmed, %,d refused, %,d deliveries, %,d acks, %,d commits, %,d acks"
                        + " in them, %,d failures; dead-lettered %s; %,d queues leased; policies changed %,d"
                        + " times;"
                        + " at a glance %d compacted segments, %d checkpoints, %d spill files",
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
                count(events, Event.Started.class),
                compacted.size(),
                checkpoints.size(),
                spilled.size());
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
