package io.leveret.persistence.store;

import io.leveret.persistence.disk.CrashWitness;
import io.leveret.persistence.disk.MemoryDisk;
import io.leveret.persistence.log.SyncMode;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Of a store: what a power cut leaves must have all batches that were certain, and of the others the first few, each whole, or none. In the
 * mode OS those batches are certain that the test itself has had forced.
 */
final class StoreWitness extends CrashWitness {

    private final StoreSettings settings;

    /** What the certain batches come to. */
    private final PlainStore certain;

    /** What each of the others changes. */
    private final ArrayDeque<List<Consumer<PlainStore>>> uncertain = new ArrayDeque<>();

    private long certainBatches;
    private int uncertainChanges;
    private @Nullable Store store;

    private StoreWitness(MemoryDisk disk, StoreSettings settings, PlainStore certain) {
        super(disk);
        this.settings = settings;
        this.certain = certain;
    }

    /**
     * Watches the disk of a store that is about to be opened, in place of who did; nobody, if it is damaged. All that is on it must have been
     * forced.
     */
    static @Nullable StoreWitness watch(MemoryDisk disk, StoreSettings settings) throws IOException {
        endAll(disk);
        PlainStore there = read(disk.killed(), settings);
        if (there == null) {
            return null;
        }
        requireSame(open(disk.onlyForced(), settings), there, "what was forced, of what is on the disk");
        StoreWitness witness = new StoreWitness(disk, settings, there);
        witness.watch();
        return witness;
    }

    private static @Nullable PlainStore read(MemoryDisk killed, StoreSettings settings) {
        try {
            return PlainStore.of(open(killed, settings));
        } catch (IOException e) {
            return null;
        }
    }

    private static Store open(MemoryDisk left, StoreSettings settings) throws IOException {
        left.capacity(Integer.MAX_VALUE);
        return StoreUnderTest.unwatched(left, settings).store;
    }

    private static void requireSame(Store store, PlainStore expected, String about) throws IOException {
        new StoreComparison(store, expected, new Random(1), about).compareAll();
    }

    void opened(Store opened) {
        store = opened;
    }

    void appended(List<Consumer<PlainStore>> changes) {
        if (!changes.isEmpty()) {
            uncertain.add(changes);
            uncertainChanges += changes.size();
        }
    }

    void certainThrough(long batch) {
        for (; certainBatches < batch; certainBatches++) {
            List<Consumer<PlainStore>> changes = uncertain.remove();
            changes.forEach(change -> change.accept(certain));
            uncertainChanges -= changes.size();
        }
    }

    long certainBatches() {
        return certainBatches;
    }

    @Override
    protected void noteCertain() {
        if (store != null && settings.log().mode() == SyncMode.FSYNC) {
            certainThrough(store.durableBatch());
        }
    }

    @Override
    protected long comparisons() {
        long entries = certain.queues.values().stream()
                .mapToLong(queue -> queue.live.size())
                .sum();
        return (entries + uncertainChanges) * (1 + uncertain.size());
    }

    @Override
    protected String expected() {
        return certainBatches + " batches are certain, " + uncertain.size() + " are not";
    }

    @Override
    protected void look(MemoryDisk disk) throws IOException {
        Store left = open(disk, settings);
        PlainStore expected = certain.copy();
        AssertionError none = null;
        int taken = 0;
        for (List<Consumer<PlainStore>> next : uncertain) {
            try {
                requireSame(left, expected, "with " + taken + " of those that are not certain");
                return;
            } catch (AssertionError e) {
                none = add(none, e);
            }
            next.forEach(change -> change.accept(expected));
            taken++;
        }
        try {
            requireSame(left, expected, "with all " + taken + " of those that are not certain");
        } catch (AssertionError e) {
            throw add(none, e);
        }
    }

    private static AssertionError add(@Nullable AssertionError before, AssertionError error) {
        if (before == null) {
            return error;
        }
        before.addSuppressed(error);
        return before;
    }
}
