package io.leveret.broker.storage;

import static org.assertj.core.api.Assertions.assertThat;

import io.leveret.persistence.record.Batch;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class DurableWaitsTest {

    private final WorkerPool readers = new WorkerPool("reader", 1);
    private final FakeStore store = new FakeStore();
    private final Journal journal = new Journal(store, readers);
    private final Queue<Runnable> loop = new ArrayDeque<>();
    private final DurableWaits waits = journal.newWaits(loop::add);
    private final List<Long> told = new ArrayList<>();

    @AfterEach
    void close() {
        readers.close();
    }

    @Test
    void aWaiterThatFailsDoesNotKeepTheOthersWaiting() {
        waits.add(batch -> {
            throw new IllegalStateException("on purpose");
        });
        waits.add(batch -> {
            told.add(batch);
            return true;
        });

        appendDurably();
        appendDurably();

        assertThat(told).containsExactly(1L, 2L);
    }

    @Test
    void whatOneWriterOfALoopHasNotBroughtIsInFlightForTheJournal() {
        JournalWriter one = waits.newWriter();
        JournalWriter other = waits.newWriter();
        long next = store.nextPosition();
        publish(one.batch());
        one.append();
        assertThat(journal.lowestInFlight()).isEqualTo(next);

        one.brought();
        assertThat(journal.lowestInFlight()).isEqualTo(next + 1);

        publish(other.batch());
        other.append();
        other.brought();
        assertThat(journal.lowestInFlight()).isEqualTo(next + 2);
    }

    private void appendDurably() {
        Batch batch = new Batch();
        batch.addQueue(store.appendedBatch() + 1);
        store.append(batch);
        journal.durableMoved();
        while (!loop.isEmpty()) {
            loop.remove().run();
        }
    }

    private static void publish(Batch batch) {
        batch.publish(new byte[] {0, 0}, new byte[0], new byte[1]);
        batch.target(1);
    }
}
