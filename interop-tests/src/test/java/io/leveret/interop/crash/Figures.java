package io.leveret.interop.crash;

import java.io.File;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

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
                "%,d messages published, %,d confirmed, %,d deliveries, %,d acks, %,d commits, %,d acks in them;"
                        + " at a glance %d compacted segments, %d checkpoints, %d spill files",
                count(events, Event.Published.class),
                count(events, Event.Confirmed.class),
                count(events, Event.Delivered.class),
                count(events, Event.AckSent.class),
                count(events, Event.Committed.class),
                count(events, Event.AckedInTx.class),
                compacted.size(),
                checkpoints.size(),
                spilled.size());
    }

    private static long count(List<Event> events, Class<? extends Event> kind) {
        return events.stream().filter(kind::isInstance).count();
    }
}
