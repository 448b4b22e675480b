package io.leveret.interop.crash;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** How the server is set up for tests of what survives: everything that a store does now and then, it does often. */
final class CrashSettings {

    static final int HEAP_MAX_MIB = 256;

    /** As for --set: small segments, checkpoints, paging and compaction at short intervals. */
    static final List<String> SETTINGS = List.of(
            "leveret.store.segment_bytes=1MiB",
            "leveret.store.segment_messages=4000",
            "leveret.store.checkpoint_bytes=2MiB",
            "leveret.store.checkpoint_interval=500",
            "leveret.message_memory_bytes=4MiB");

    private static final List<String> EVENT_LOOPS = List.of("1", "2", "4");
    /** A kill leaves what the operating system was given, so both promise the same here. */
    private static final List<String> SYNC_MODES = List.of("fsync", "fsync", "os");

    private CrashSettings() {}

    /** The same with a random number of event loops, since what they do side by side is where order may be lost. */
    static List<String> random(Random random) {
        List<String> settings = new ArrayList<>(SETTINGS);
        settings.add("leveret.event_loops=" + EVENT_LOOPS.get(random.nextInt(EVENT_LOOPS.size())));
        settings.add("leveret.store.sync=" + SYNC_MODES.get(random.nextInt(SYNC_MODES.size())));
        return settings;
    }
}
