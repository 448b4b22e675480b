package io.leveret.persistence.store;

import io.leveret.persistence.disk.MemoryDisk;
import io.leveret.persistence.log.SyncMode;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Has the power go off before an operation on the disk of a store that a test uses, whatever the test is about, and opens what is left:
 * it must have all batches that were certain, and of the others the first few, each whole, or none. Every operation is tried of a store
 * that is small; of a larger one, whose checkpoints and indexes alone are more, some are, and more of those on folders. With
 * {@code -Dsoak.full=true} all are.
 */
final class CrashWitness {

    private static final boolean FULL = Boolean.getBoolean("soak.full");

    /** What a try may cost if every operation is to be tried: an entry costs 1 for each state it is compared with, 256 bytes on the disk 1. */
    private static final long AFFORDED = 200;

    /** Files are named, renamed and deleted far more seldom than they are written. */
    private static final long AFFORDED_FOR_FOLDERS = 5 * AFFORDED;

    private static final long LEAST_COST = 50;
    private static final int COST_BYTES = 256;

    private final MemoryDisk disk;
    private final StoreSettings settings;
    private final Verdict verdict;
    private final Random random = new Random(1);

    /** What the certain batches come to. */
    private final PlainStore certain;

    /** What each of the others changes. */
    private final ArrayDeque<List<Consumer<PlainStore>>> uncertain = new ArrayDeque<>();

    private long certainBatches;
    private int tries;
    private @Nullable Store store;

    private CrashWitness(MemoryDisk disk, StoreSettings settings, PlainStore certain, Verdict verdict) {
        this.disk = disk;
        this.settings = settings;
        this.certain = certain;
        this.verdict = verdict;
    }

    /** Watches the disk of a store that is about to be opened, in place of who did; nobody, if it is damaged. */
    static @Nullable CrashWitness watch(MemoryDisk disk, StoreSettings settings) throws IOException {
        Verdict verdict = Verdict.current();
        disk.faults().unwatch();
        PlainStore there = read(disk.killed(), settings);
        if (there == null) {
            return null;
        }
        requireSame(open(disk.onlyForced(), settings), there);
        CrashWitness witness = new CrashWitness(disk, settings, there, verdict);
        verdict.witnesses.add(witness);
        disk.faults().watch(witness::before);
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

    private static void requireSame(Store store, PlainStore expected) throws IOException {
        new StoreComparison(store, expected, new Random(1), "what is left").compareAll();
    }

    void opened(Store opened) {
        store = opened;
    }

    void appended(List<Consumer<PlainStore>> changes) {
        if (!changes.isEmpty()) {
            uncertain.add(changes);
        }
    }

    void certainThrough(long batch) {
        for (; certainBatches < batch; certainBatches++) {
            uncertain.remove().forEach(change -> change.accept(certain));
        }
    }

    /** How often the power went off. */
    int tries() {
        return tries;
    }

    private void before(String operation) {
        if (store != null && settings.log().mode() == SyncMode.FSYNC) {
            certainThrough(store.durableBatch());
        }
        boolean ofFolder = !operation.startsWith("write") && !operation.startsWith("force 0");
        if (FULL || random.nextLong(cost()) < (ofFolder ? AFFORDED_FOR_FOLDERS : AFFORDED)) {
            tryBefore(operation);
        }
    }

    private long cost() {
        long entries = certain.queues.values().stream()
                .mapToLong(queue -> queue.live.size())
                .sum();
        return LEAST_COST + entries * (1 + uncertain.size()) + disk.usedBytes() / COST_BYTES;
    }

    private void tryBefore(String operation) {
        tries++;
        long done = disk.faults().operations();
        try {
            require(open(disk.crash(done), settings));
        } catch (IOException | RuntimeException | AssertionError e) {
            throw verdict.found(new AssertionError(
                    "had the power gone off after %d operations, before: %s (%d batches are certain, %d are not)"
                            .formatted(done, operation, certainBatches, uncertain.size()),
                    e));
        }
    }

    private void require(Store left) throws IOException {
        PlainStore expected = certain;
        AssertionError missing = null;
        for (List<Consumer<PlainStore>> next : uncertain) {
            try {
                requireSame(left, expected);
                return;
            } catch (AssertionError e) {
                missing = missing == null ? e : missing;
                expected = expected.copy();
                for (Consumer<PlainStore> change : next) {
                    change.accept(expected);
                }
            }
        }
        try {
            requireSame(left, expected);
        } catch (AssertionError e) {
            throw missing == null ? e : missing;
        }
    }

    /**
     * Of the tests of one class: fails the one in which a witness saw something, though the store may have taken that for an error of its
     * disk, and has the power go off once more when all is done. Tests of this module run one after the other, so that one is current.
     */
    static final class Verdict implements BeforeAllCallback, AfterEachCallback, AfterAllCallback {

        private static @Nullable Verdict current;

        private final List<CrashWitness> witnesses = new ArrayList<>();
        private @Nullable AssertionError found;

        private static Verdict current() {
            if (current == null) {
                throw new IllegalStateException(
                        "nobody judges what is seen (expected: @ExtendWith(CrashWitness.Verdict.class) at the test's class)");
            }
            return current;
        }

        private AssertionError found(AssertionError fault) {
            found = found == null ? fault : found;
            return fault;
        }

        /** What was seen, which then fails no test. */
        @Nullable
        AssertionError take() {
            AssertionError fault = found;
            found = null;
            return fault;
        }

        @Override
        public void beforeAll(ExtensionContext context) {
            current = this;
        }

        @Override
        public void afterEach(ExtensionContext context) {
            try {
                witnesses.forEach(witness -> witness.disk.faults().tellWatcher("the end of the test"));
            } finally {
                witnesses.clear();
            }
            AssertionError fault = take();
            if (fault != null) {
                throw fault;
            }
        }

        @Override
        public void afterAll(ExtensionContext context) {
            current = null;
        }
    }
}
