package io.leveret.persistence.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.leveret.persistence.disk.CrashAtEveryWrite;
import io.leveret.persistence.disk.MemoryDisk;
import io.leveret.persistence.inspect.CatalogRepair;
import io.leveret.persistence.inspect.StoreReport;
import io.leveret.persistence.inspect.StoreSalvage;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * The power goes off at each operation of a salvage. The damaged store is as it was, so that it can be salvaged again; the copy is whole
 * if the salvage came to its end, else nobody takes it for an empty folder.
 */
class SalvageCrashTest {

    private static final int MESSAGES = 24;
    private static final int LOST = 7;

    private static final CatalogRepair AS_FOUND =
            (catalog, live) -> new CatalogRepair.Repaired(catalog, new TreeSet<>(live.keySet()), Set.of(), List.of());

    @Test
    void leavesTheDamagedStoreAsItWasAndACopyThatIsWholeOrRefused() throws IOException {
        MemoryDisk damaged = damaged();
        assertThat(CrashAtEveryWrite.run(1, () -> new Salvage(damaged))).isGreaterThan(30);
    }

    /** Of its messages one can't be read, and neither can its newest checkpoint. */
    private static MemoryDisk damaged() throws IOException {
        StoreUnderTest store = new StoreUnderTest(new MemoryDisk());
        store.addQueue(1);
        for (int i = 0; i < MESSAGES; i++) {
            store.publish(i, 1000, 1);
            store.background.runAll();
        }
        store.store.close();
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

        private boolean done;

        Salvage(MemoryDisk damaged) {
            source = damaged.killed();
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
            if (!done && !left.list().isEmpty()) {
                assertThatThrownBy(() -> StoreSalvage.salvage(source, left, AS_FOUND))
                        .hasMessageContaining("not empty");
                checkBeginning(left);
                return;
            }
            if (!done) {
                StoreSalvage.salvage(source, left, AS_FOUND);
            }
            assertThat(new StoreUnderTest(left.onlyForced()).numbers(1)).isEqualTo(WHOLE);
        }

        /** Whoever uses it all the same finds a part, and nothing wrong. */
        private static void checkBeginning(MemoryDisk left) throws IOException {
            StoreUnderTest part = new StoreUnderTest(left);
            List<Integer> numbers = part.store.queues().isEmpty() ? List.of() : part.numbers(1);
            assertThat(numbers).isEqualTo(WHOLE.subList(0, Math.min(numbers.size(), WHOLE.size())));
        }
    }
}
