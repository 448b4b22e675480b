package io.leveret.persistence.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.leveret.persistence.disk.MemoryDisk;
import java.io.IOException;
import java.util.List;

/** Stores that have lived long enough to have two checkpoints, indexes and a little log behind, and the names of their files. */
final class AgedStore {

    private static final int BATCHES = 150;

    private AgedStore() {}

    /** What a store leaves on its disk, killed after these batches; they are added to the history. */
    static MemoryDisk disk(StoreHistory history) throws IOException {
        StoreUnderTest store = new StoreUnderTest(new MemoryDisk());
        for (int i = 0; i < BATCHES; i++) {
            append(history, store);
        }
        store.checkpoint();
        append(history, store);
        store.checkpoint();
        append(history, store);
        assertThat(store.files(".idx")).hasSizeGreaterThan(2);
        assertThat(store.checkpoints()).hasSize(2);
        return store.disk.killed();
    }

    private static void append(StoreHistory history, StoreUnderTest store) {
        history.append(store);
        store.background.runAll();
    }

    /** Of a store's own folder, the oldest first. */
    static List<String> checkpoints(MemoryDisk disk) throws IOException {
        return names(disk, ".db");
    }

    /** Of the log's folder, the oldest first. */
    static List<String> indexes(MemoryDisk log) throws IOException {
        return names(log, ".idx");
    }

    /** Of the log's folder, the oldest first. */
    static List<String> segments(MemoryDisk log) throws IOException {
        return names(log, ".seg");
    }

    private static List<String> names(MemoryDisk disk, String suffix) throws IOException {
        return disk.list().stream()
                .filter(name -> name.endsWith(suffix))
                .sorted()
                .toList();
    }
}
