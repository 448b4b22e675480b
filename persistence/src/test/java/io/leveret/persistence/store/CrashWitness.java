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
 * it must have all batches that were certain, and of the others the first few, each whole, or none. While the store is small every
 * operation is tried; later some are, and most of the seldom ones. With {@code -Dsoak.full=true} all are. In the mode OS those batches are
 * certain that the test itself has had forced.
 */
final class CrashWitness {

    private static final boolean FULL = Boolean.getBoolean("soak.full");

    /** What a try may cost if every operation is to be tried: an entry costs 1 for each state it is compared with, 256 bytes on the disk 1. */
    private static final long AFFORDED = 200;

    /** Of all that is no write and no force of a segment. */
    private static final long AFFORDED_FOR_SELDOM = 5 * AFFORDED;

    private static final long LEAST_COST = 50;
    private static final int COST_BYTES = 256;

    private final MemoryDisk disk;
    private final StoreSettings settings;
    private final Verdict verdict;
    private final Random random = new Random(1);
    private final Consumer<String> told = this::before;

    /** What the certain batches come to. */
    private final PlainStore certain;

    /** What each of the others changes. */
    private final ArrayDeque<List<Consumer<PlainStore>>> uncertain = new ArrayDeque<>();

    private long certainBatches;
    private int uncertainChanges;
    private int tries;
    private @Nullable Store store;

    private CrashWitness(MemoryDisk disk, StoreSettings settings, PlainStore certain, Verdict verdict) {
        this.disk = disk;
        this.settings = settings;
        this.certain = certain;
        this.verdict = verdict;
    }

    /**
     * Watches the disk of a store that is about to be opened, in place of who did; nobody, if it is damaged. All that is on it must have been
     * forced.
     */
    static @Nullable CrashWitness watch(MemoryDisk disk, StoreSettings settings) throws IOException {
        Verdict verdict = Verdict.current();
        verdict.witnesses.stream().filter(each -> each.disk.equals(disk)).forEach(CrashWitness::end);
        disk.faults().unwatch();
        PlainStore there = read(disk.killed(), settings);
        if (there == null) {
            return null;
        }
        requireSame(open(disk.onlyForced(), settings), there, "what was forced, of what is on the disk");
        CrashWitness witness = new CrashWitness(disk, settings, there, verdict);
        verdict.witnesses.add(witness);
        disk.faults().watch(witness.told);
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

    /** How often the power went off. */
    int tries() {
        return tries;
    }

    private void before(String operation) {
        noteDurable();
        boolean seldom = !operation.startsWith("write") && !operation.startsWith("force 0");
        if (FULL || random.nextLong(cost()) < (seldom ? AFFORDED_FOR_SELDOM : AFFORDED)) {
            tryBefore(operation);
        }
    }

    /** Once more, if nobody else watches by now. */
    private void end() {
        if (disk.faults().isWatchedBy(told)) {
            noteDurable();
            tryBefore("the end");
        }
    }

    private void noteDurable() {
        if (store != null && settings.log().mode() == SyncMode.FSYNC) {
            certainThrough(store.durableBatch());
        }
    }

    private long cost() {
        long entries = certain.queues.values().stream()
                .mapToLong(queue -> queue.live.size())
                .sum();
        return LEAST_COST + (entries + uncertainChanges) * (1 + uncertain.size()) + disk.usedBytes() / COST_BYTES;
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

        @Override
        public void beforeAll(ExtensionContext context) {
            current = this;
        }

        @Override
        public void afterEach(ExtensionContext context) {
            judge();
        }

        /** Fails if anything was seen until now, and begins anew. */
        void judge() {
            for (CrashWitness witness : witnesses) {
                try {
                    witness.end();
                } catch (AssertionError e) {
                    found(e);
                }
            }
            witnesses.clear();
            AssertionError fault = found;
            found = null;
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
