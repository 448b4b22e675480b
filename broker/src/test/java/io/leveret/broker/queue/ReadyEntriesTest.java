package io.leveret.broker.queue;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The chunks and the heap must agree with one sorted map; a failure prints the seed. */
class ReadyEntriesTest {

    private final Queue queue = Queues.queue();

    @Test
    void agreesWithASortedMap() {
        for (int seed = 0; seed < 500; seed++) {
            compareHistory(seed);
        }
    }

    private void compareHistory(int seed) {
        Random random = new Random(seed);
        ReadyEntries ready = new ReadyEntries(0, new Departed(), () -> 0, new DelayedEntries(null));
        TreeMap<Long, QueueEntry> model = new TreeMap<>();
        List<QueueEntry> out = new ArrayList<>();
        long position = 0;
        for (int step = 0; step < 300; step++) {
            int action = random.nextInt(100);
            if (action < 45) {
                QueueEntry entry = entry(++position);
                ready.add(entry);
                model.put(position, entry);
            } else if (action < 85) {
                QueueEntry expected =
                        model.isEmpty() ? null : model.pollFirstEntry().getValue();
                assertThat(poll(ready)).as("seed %d step %d", seed, step).isSameAs(expected);
                if (expected != null) {
                    out.add(expected);
                }
            } else if (action < 99) {
                if (!out.isEmpty()) {
                    QueueEntry back = out.remove(random.nextInt(out.size()));
                    ready.putBack(back, false);
                    model.put(back.position(), back);
                }
            } else {
                ready = ready.successor(() -> 0, new DelayedEntries(null));
                model.clear();
            }
            assertThat(ready.size()).as("seed %d step %d", seed, step).isEqualTo(model.size());
            assertThat(ready.isEmpty()).as("seed %d step %d", seed, step).isEqualTo(model.isEmpty());
        }
        drain(seed, ready, model);
    }

    private static void drain(int seed, ReadyEntries ready, TreeMap<Long, QueueEntry> model) {
        for (Map.Entry<Long, QueueEntry> expected : model.entrySet()) {
            assertThat(poll(ready)).as("seed %d at the end", seed).isSameAs(expected.getValue());
        }
        assertThat(poll(ready)).as("seed %d at the end", seed).isNull();
    }

    @Test
    void keepsOrderOverManyChunks() {
        ReadyEntries ready = new ReadyEntries(0, new Departed(), () -> 0, new DelayedEntries(null));
        for (int i = 1; i <= 1_000; i++) {
            ready.add(entry(i));
        }
        for (int i = 1; i <= 1_000; i++) {
            QueueEntry next = poll(ready);
            assertThat(next == null ? 0 : next.position()).isEqualTo(i);
        }
        assertThat(ready.isEmpty()).isTrue();
    }

    @Test
    void whatWasReadAndWaitsForItsTimeIsNotPagedOutWithTheOthers() {
        DelayedEntries waiting = new DelayedEntries(null);
        ReadyEntries ready = new ReadyEntries(0, new Departed(), () -> 0, waiting);
        ready.recovered(1_000, 1_000, 1_000);
        Load load = Objects.requireNonNull(ready.nextLoad(Window.FULL));
        List<QueueEntry> read = new ArrayList<>();
        for (int i = 1; i <= 1_000; i++) {
            QueueEntry entry = QueueEntry.stored(queue, Queues.message(1), i);
            entry.triedBefore(1, i == 500 ? 77 : 0);
            read.add(entry);
        }
        assertThat(ready.loaded((Load.OfPaged) load, read, List.of(), new ArrayList<>(), LostEntries.NOBODY))
                .isZero();
        assertThat(waiting.poll(77)).isSameAs(read.get(499));
        assertThat(waiting.size()).isZero();

        ready.drop(2_000, 2_000);

        assertThat(ready.pagedEntries()).isEqualTo(500);
        assertThat(ready.size()).isEqualTo(999);
    }

    private static @Nullable QueueEntry poll(ReadyEntries ready) {
        QueueEntry next = ready.next();
        if (next != null) {
            ready.take(next);
        }
        return next;
    }

    private QueueEntry entry(long position) {
        return QueueEntry.unstored(queue, Queues.message((int) position), position, position);
    }
}
