package io.leveret.persistence.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.leveret.persistence.disk.MemoryDisk;
import io.leveret.persistence.log.LogPlace;
import io.leveret.persistence.log.LogSettings;
import io.leveret.persistence.log.SyncMode;
import io.leveret.persistence.state.Checkpoint;
import java.io.IOException;
import java.util.List;

/** Stores that have lived long enough to have two checkpoints, indexes and a little log behind, and the names of their files. */
final class AgedStore {

    /** Of the stores in which much dies. */
    static final StoreSettings COMPACTING =
            new StoreSettings(new LogSettings(SyncMode.FSYNC, 6000, 60, 0, 0), 20_000, 1000);

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

    /** A store in whose only queue every third message is left of many. */
    static StoreUnderTest mostlyDead(MemoryDisk disk) throws IOException {
        StoreUnderTest store = new StoreUnderTest(disk, COMPACTING);
        store.addQueue(1);
        for (int i = 0; i < 300; i++) {
            store.publish(i, 500, 1);
            store.background.runAll();
        }
        for (StoredEntry entry : store.entries(1)) {
            if (PlainStore.Message.numberOf(entry) % 3 != 0) {
                store.settle(1, entry.position());
            }
        }
        store.background.runAll();
        return store;
    }

    /** So long that checkpoints are written, and what is mostly dead is compacted. */
    static void letPass(StoreUnderTest store) {
        for (int i = 0; i < 12; i++) {
            store.background.pass(1000);
        }
    }

    /** A store in which compaction has written segments anew; all that is in their files is live. */
    static StoreUnderTest compacted() throws IOException {
        StoreUnderTest store = mostlyDead(new MemoryDisk());
        letPass(store);
        assertThat(store.files(".1.seg")).hasSizeGreaterThan(2);
        return store;
    }

    /** From where on opening reads the log. */
    static LogPlace checkpointPlace(MemoryDisk disk) throws IOException {
        long newest = Checkpoint.sequences(disk).get(0);
        return Checkpoint.read(disk, newest, (segment, queueId, ordinal) -> new int[0])
                .place();
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
