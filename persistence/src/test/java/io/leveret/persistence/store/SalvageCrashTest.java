package io.leveret.persistence.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.leveret.persistence.disk.CrashAtEveryWrite;
import io.leveret.persistence.disk.MemoryDisk;
import io.leveret.persistence.inspect.CatalogRepair;
import io.leveret.persistence.inspect.StoreReport;
import io.leveret.persistence.inspect.StoreSalvage;
import io.leveret.persistence.inspect.StoreVerify;
import java.io.IOException;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/**
 * The power goes off at each operation of a salvage. The damaged store is as it was, so that it can be salvaged again; the copy is whole,
 * or there is none, or it is a part that nobody can take for a store or for an empty folder.
 */
class SalvageCrashTest {

    private static final int MESSAGES = 24;
    private static final int LOST = 7;

    private static final CatalogRepair AS_FOUND =
            (catalog, live) -> new CatalogRepair.Repaired(catalog, new TreeSet<>(live.keySet()), Set.of(), List.of());

    /** What there can be of a copy. */
    private enum Left {
        NOTHING,
        REFUSED,
        WHOLE
    }

    @Test
    void leavesTheDamagedStoreAsItWasAndACopyThatIsWholeOrRefusedOrNone() throws IOException {
        MemoryDisk damaged = damaged();
        Set<Left> seen = EnumSet.noneOf(Left.class);
        assertThat(CrashAtEveryWrite.run(3, () -> new Salvage(damaged, seen))).isGreaterThan(30);
        assertThat(seen).containsExactly(Left.values());
    }

    @Test
    void aSalvageThatFailedLeavesACopyThatIsRefused() throws IOException {
        MemoryDisk damaged = damaged();
        MemoryDisk to = new MemoryDisk();
        to.faults().failEach(operation -> operation.startsWith("force 0000000001.0.seg"));
        assertThatThrownBy(() -> StoreSalvage.salvage(damaged, to, AS_FOUND)).isInstanceOf(IOException.class);

        requireRefused(damaged, to.killed());
    }

    /** By a start, by verify, and by another salvage into it or of it; none of them changes anything. */
    private static void requireRefused(MemoryDisk damaged, MemoryDisk part) {
        for (ThrowingCallable use : List.<ThrowingCallable>of(
                () -> StoreUnderTest.unwatched(part),
                () -> StoreVerify.verify(part),
                () -> StoreSalvage.salvage(damaged, part, AS_FOUND),
                () -> StoreSalvage.salvage(part, new MemoryDisk(), AS_FOUND))) {
            assertThatThrownBy(use)
                    .isInstanceOf(IOException.class)
                    .hasMessage(
                            "memory: the salvage into this folder did not come to its end, as 'salvage.incomplete' in it"
                                    + " tells, so a part is missing; delete the folder and run the salvage again");
        }
        assertThat(part.faults().operations()).isZero();
    }

    /** Of its messages one can't be read, and neither can its newest checkpoint. */
    private static MemoryDisk damaged() throws IOException {
        StoreUnderTest store = StoreUnderTest.unwatched(new MemoryDisk());
        store.addQueue(1);
        for (int i = 0; i < MESSAGES; i++) {
            store.publish(i, 1000, 1);
            store.background.runAll();
        }
        store.close();
        MemoryDisk disk = store.disk.killed();
        disk.flipBit(store.checkpoints().get(1), 4000, 2);
        // Three messages make a segment.
        disk.folder("log").flipBit("0000000003.0.seg", 2000, 3);
        return disk;
    }

    private static final class Salvage implements CrashAtEveryWrite.Scenario {

        private static final List<Integer> WHOLE = IntStream.range(0, MESSAGES)
                .filter(number -> number != LOST)
                .boxed()
                .toList();

        /** A copy that knows whether it is written to. */
        private final MemoryDisk source;

        private final Set<Left> seen;
        private boolean done;

        Salvage(MemoryDisk damaged, Set<Left> seen) {
            this.source = damaged.killed();
            this.seen = seen;
        }

        @Override
        public void run(MemoryDisk to) throws IOException {
            StoreReport report = StoreSalvage.salvage(source, to, AS_FOUND);
            done = true;
            assertThat(report.damages()).hasSize(2);
        }

        @Override
        public void check(MemoryDisk left) throws IOException {
            assertThat(source.faults().operations())
                    .as("writes to the damaged store")
                    .isZero();
            assertThat(source.openFiles()).isZero();
            Left found = leftOf(left);
            if (done) {
                assertThat(found).isEqualTo(Left.WHOLE);
            }
            seen.add(found);
        }

        private Left leftOf(MemoryDisk left) throws IOException {
            if (left.exists(UnfinishedSalvage.FILE)) {
                requireRefused(source, left);
                return Left.REFUSED;
            }
            boolean nothing = left.list().isEmpty() && left.folder("log").list().isEmpty();
            if (nothing) {
                StoreSalvage.salvage(source, left, AS_FOUND);
            }
            assertThat(StoreUnderTest.unwatched(left.onlyForced()).numbers(1)).isEqualTo(WHOLE);
            return nothing ? Left.NOTHING : Left.WHOLE;
        }
    }
}
