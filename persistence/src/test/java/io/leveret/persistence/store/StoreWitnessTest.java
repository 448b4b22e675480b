package io.leveret.persistence.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.leveret.persistence.disk.CrashVerdict;
import io.leveret.persistence.disk.MemoryDisk;
import io.leveret.persistence.log.SyncMode;
import java.io.IOException;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What a store does is told to the witness by hand, so that it can be told of what the store does not. */
class StoreWitnessTest {

    private static final StoreSettings OS = StoreUnderTest.settings(SyncMode.OS);

    @RegisterExtension
    static final CrashVerdict VERDICT = new CrashVerdict();

    private final MemoryDisk disk = new MemoryDisk();

    private interface Forcing {
        void force(StoreUnderTest store) throws IOException;
    }

    private StoreWitness watch(StoreUnderTest store, StoreSettings settings) throws IOException {
        StoreWitness witness = Objects.requireNonNull(StoreWitness.watch(disk, settings));
        witness.opened(store.store);
        return witness;
    }

    private static List<Consumer<PlainStore>> append(StoreUnderTest store) {
        store.batch.addQueue(1);
        store.batch.catalog("a".getBytes(UTF_8), "b".getBytes(UTF_8));
        return store.append();
    }

    @Test
    void triesEachOperationOfASmallStoreAndSeesNothingWhereNothingIsLost() throws IOException {
        StoreUnderTest store = StoreUnderTest.unwatched(disk);
        StoreWitness witness = watch(store, StoreUnderTest.SMALL);
        long before = disk.faults().operations();
        for (int i = 0; i < 2; i++) {
            witness.appended(append(store));
            store.background.runAll();
        }
        disk.create("any");
        assertThat(witness.tries()).isEqualTo((int) (disk.faults().operations() - before));
        assertThat(witness.tries()).isGreaterThan(4);
        assertThat(witness.certainBatches()).isEqualTo(2);
        assertThatCode(VERDICT::judge).doesNotThrowAnyException();
    }

    @Test
    void seesThatACertainBatchIsLost() throws IOException {
        StoreUnderTest store = StoreUnderTest.unwatched(disk);
        StoreWitness witness = watch(store, StoreUnderTest.SMALL);
        witness.appended(append(store));
        witness.certainThrough(1);
        assertThatThrownBy(() -> disk.create("any")).hasMessageContaining("1 batches are certain, 0 are not");
        disk.faults().unwatch();
        requireJudgedOnce();
    }

    @Test
    void seesThatThereIsMoreOfABatchThanThereShouldBe() throws IOException {
        StoreUnderTest store = StoreUnderTest.unwatched(disk);
        StoreWitness witness = watch(store, StoreUnderTest.SMALL);
        witness.appended(append(store).subList(0, 1));
        store.background.runAll();
        requireJudgedOnce();
    }

    @Test
    void seesAtTheEndWhatNoOperationFollows() throws IOException {
        StoreUnderTest store = StoreUnderTest.unwatched(disk);
        append(store);
        store.background.runAll();
        StoreWitness witness = watch(store, StoreUnderTest.SMALL);
        witness.appended(List.of(plain -> plain.addQueue(2)));
        witness.certainThrough(1);
        requireJudgedOnce();
    }

    @Test
    void isToldWhatIsForcedInTheModeOs() throws IOException {
        for (Forcing forcing :
                List.<Forcing>of(StoreUnderTest::force, StoreUnderTest::checkpoint, StoreUnderTest::close)) {
            StoreUnderTest store = new StoreUnderTest(new MemoryDisk(), OS);
            StoreWitness witness = Objects.requireNonNull(store.witness);
            append(store);
            store.background.runAll();
            assertThat(witness.certainBatches()).isZero();
            forcing.force(store);
            assertThat(witness.certainBatches()).isEqualTo(1);
        }
    }

    @Test
    void looksAwayFromADiskThatRots() throws IOException {
        StoreUnderTest store = StoreUnderTest.unwatched(disk);
        StoreWitness witness = watch(store, StoreUnderTest.SMALL);
        witness.appended(append(store));
        store.background.runAll();
        String segment = store.files(".seg").get(0);
        store.logFolder().flipBit(segment, store.logFolder().open(segment).size() - 1, 1);
        int before = witness.tries();
        disk.create("any");
        VERDICT.judge();
        assertThat(witness.tries()).isEqualTo(before);
    }

    private static void requireJudgedOnce() {
        assertThatThrownBy(VERDICT::judge).hasMessageContaining("had the power gone off");
        assertThatCode(VERDICT::judge).doesNotThrowAnyException();
    }
}
