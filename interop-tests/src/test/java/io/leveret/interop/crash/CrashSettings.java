package io.leveret.interop.crash;

import java.util.List;

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

    private CrashSettings() {}
}
