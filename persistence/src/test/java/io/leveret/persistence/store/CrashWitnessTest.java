package io.leveret.persistence.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.leveret.persistence.disk.MemoryDisk;
import java.io.IOException;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Who watches the witness. */
class CrashWitnessTest {

    @RegisterExtension
    static final CrashWitness.Verdict VERDICT = new CrashWitness.Verdict();

    private final MemoryDisk disk = new MemoryDisk();
    private StoreUnderTest store;
    private CrashWitness witness;

    @BeforeEach
    void open() throws IOException {
        store = StoreUnderTest.unwatched(disk);
        witness = Objects.requireNonNull(CrashWitness.watch(disk, StoreUnderTest.SMALL));
        witness.opened(store.store);
    }

    private List<Consumer<PlainStore>> append() {
        store.batch.addQueue(1);
        store.batch.catalog("a".getBytes(UTF_8), "b".getBytes(UTF_8));
        return store.append();
    }

    @Test
    void seesNothingWhereNothingIsLost() {
        long before = disk.faults().operations();
        witness.appended(append());
        store.background.runAll();
        witness.appended(append());
        store.background.runAll();
        assertThat(witness.tries()).isEqualTo((int) (disk.faults().operations() - before));
        assertThat(witness.tries()).isGreaterThan(4);
    }

    @Test
    void seesThatACertainBatchIsLost() {
        witness.appended(append());
        witness.certainThrough(1);
        requireSeen("1 batches are certain, 0 are not");
    }

    @Test
    void seesThatThereIsMoreOfABatchThanThereShouldBe() {
        witness.appended(append().subList(0, 1));
        store.background.runAll();
        // If the store took what was seen for an error of its disk, it has stopped.
        Throwable thrown = catchThrowable(() -> disk.create("any"));
        assertThat(VERDICT.take()).hasMessageContaining("had the power gone off");
        assertThat(thrown != null || store.failure != null).isTrue();
        disk.faults().unwatch();
    }

    @Test
    void seesNothingMoreOfADiskThatRots() throws IOException {
        witness.appended(append());
        store.background.runAll();
        String segment = store.files(".seg").get(0);
        store.logFolder().flipBit(segment, store.logFolder().open(segment).size() - 1, 1);
        int before = witness.tries();
        disk.create("any");
        assertThat(witness.tries()).isEqualTo(before);
    }

    private void requireSeen(String message) {
        assertThatThrownBy(() -> disk.create("any")).hasMessageContaining(message);
        assertThat(VERDICT.take()).hasMessageContaining(message);
        disk.faults().unwatch();
    }
}
