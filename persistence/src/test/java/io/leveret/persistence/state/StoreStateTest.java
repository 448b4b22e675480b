package io.leveret.persistence.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.leveret.persistence.PlainMemoryDisk;
import io.leveret.persistence.Position;
import io.leveret.persistence.index.SegmentEntries;
import io.leveret.persistence.index.SegmentIndex;
import io.leveret.persistence.index.TableCorruptException;
import io.leveret.persistence.log.LogPlace;
import io.leveret.persistence.record.Content;
import io.leveret.persistence.record.Target;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;

final class StoreStateTest {

    private static final IndexedOrdinals NONE_INDEXED = (segment, queueId, ordinal) -> {
        throw new IOException("segment " + segment + " is not indexed");
    };

    private final PlainMemoryDisk disk = new PlainMemoryDisk();

    /** The state and a plain model must agree after each of many random records; a failure prints the seed that repeats it. */
    @RepeatedTest(60)
    void agreesWithAPlainModel(RepetitionInfo repetition) throws IOException {
        RandomLog log = new RandomLog(repetition.getCurrentRepetition());
        for (int step = 0; step < 600; step++) {
            log.step();
            if (step % 40 == 0) {
                log.compare();
            }
        }
        log.compare();
    }

    @Test
    void costsNoBitmapWhenOneQueueIsConsumedInOrder() {
        StoreState state = new StoreState(NONE_INDEXED);
        state.addQueue(1);
        publish(state, 1, 0, 1000);
        for (int ordinal = 0; ordinal < 999; ordinal++) {
            state.settle(1, new long[] {Position.of(1, ordinal)});
        }
        Backlog backlog = queue(state).backlogs().get(0);
        assertThat(backlog.live()).isOne();
        assertThat(backlog.floor()).isEqualTo(999);
        assertThat(backlog.settled()).isNull();
    }

    @Test
    void needsNoBitmapAfterIndexingForWhatWasSettledInOrderBetweenOtherQueues() {
        StoreState state = new StoreState(NONE_INDEXED);
        state.addQueue(1);
        state.addQueue(2);
        for (int ordinal = 0; ordinal < 1000; ordinal++) {
            state.publish(Position.of(1, ordinal), content(ordinal), List.of(Target.of(1 + ordinal % 2)));
        }
        for (int ordinal = 0; ordinal < 500; ordinal += 2) {
            state.settle(1, new long[] {Position.of(1, ordinal)});
        }
        assertThat(queue(state).backlogs().get(0).settled()).isNotNull();
        state.indexed(1);
        Backlog backlog = queue(state).backlogs().get(0);
        assertThat(backlog.settled()).isNull();
        assertThat(backlog.floor()).isEqualTo(500);
        assertThat(backlog.live()).isEqualTo(250);
    }

    @Test
    void knowsWhatUpdatesTakeOfTheHeap() throws IOException {
        StoreState state = new StoreState(NONE_INDEXED);
        state.addQueue(1);
        for (int ordinal = 0; ordinal < 1000; ordinal++) {
            state.publish(Position.of(1, ordinal), content(ordinal), List.of(Target.of(1)));
        }
        assertThat(state.updateBytes()).isZero();
        for (int ordinal = 0; ordinal < 1000; ordinal++) {
            state.update(1, Position.of(1, ordinal), 2, 0);
        }
        // Each slot has a position and a count, and between a third and two thirds are used.
        assertThat(state.updateBytes()).isBetween(18_000L, 36_100L);
        long withoutTimes = state.updateBytes();
        state.update(1, Position.of(1, 7), 3, 99);
        assertThat(state.updateBytes()).isEqualTo(withoutTimes / 12 * 20);

        PlainMemoryDisk disk = new PlainMemoryDisk();
        new Checkpoint(1, new LogPlace(1, 64, 1000), new TreeMap<>(), state).write(disk);
        StoreState read = Checkpoint.read(disk, 1, NONE_INDEXED).state();
        assertThat(read.updateBytes()).isEqualTo(state.updateBytes());

        long[] settled = IntStream.range(0, 1000)
                .filter(ordinal -> ordinal != 7)
                .mapToLong(ordinal -> Position.of(1, ordinal))
                .toArray();
        state.settle(1, settled);
        assertThat(state.updateBytes()).isEqualTo(16 * 20);

        state.deleteQueue(1);
        assertThat(state.updateBytes()).isZero();
    }

    @Test
    void sharesTheBytesOfAMessageAmongItsQueues() {
        StoreState state = new StoreState(NONE_INDEXED);
        state.addQueue(1);
        state.addQueue(2);
        state.publish(Position.of(1, 0), new Content(64, 20, 80, 0), List.of(Target.of(1), Target.of(2), Target.of(3)));

        assertThat(queue(state).bytes()).isEqualTo(100);
        assertThat(state.segments()).containsValue(new SegmentUse(1, 2, 100));
        state.settle(2, new long[] {Position.of(1, 0)});
        assertThat(state.segments()).containsValue(new SegmentUse(1, 1, 50));
        state.deleteQueue(1);
        assertThat(state.segments()).isEmpty();
    }

    @Test
    void refusesACompactionThatLostSomethingLive() {
        StoreState state = new StoreState(NONE_INDEXED);
        state.addQueue(1);
        publish(state, 1, 0, 10);
        state.indexed(1);
        assertThatThrownBy(() -> state.compacted(1, List.of()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("queue 1 has 0 entries");
    }

    @Test
    void readsACheckpointBackWithItsPlaceAndGenerations() throws IOException {
        StoreState state = new StoreState(NONE_INDEXED);
        TreeMap<Long, Long> generations = new TreeMap<>();
        for (long segment = 5; segment < 5000; segment++) {
            generations.put(segment, segment % 3);
        }
        LogPlace place = new LogPlace(4999, 123_456_789_012L, 77);
        new Checkpoint(9, place, generations, state).write(disk);

        Checkpoint read = Checkpoint.read(disk, 9, NONE_INDEXED);
        assertThat(read.place()).isEqualTo(place);
        assertThat(read.generations()).isEqualTo(generations);
        assertThat(Checkpoint.sequences(disk)).containsExactly(9L);
    }

    @Test
    void namesTheCheckpointThatIsBroken() throws IOException {
        StoreState state = new StoreState(NONE_INDEXED);
        state.addQueue(1);
        publish(state, 1, 0, 5000);
        new Checkpoint(12, new LogPlace(1, 64, 0), new TreeMap<>(), state).write(disk);
        String name = Checkpoint.fileName(12);
        int bytes = disk.bytes(name).length;
        for (int at = 0; at < bytes; at += 501) {
            disk.flip(name, at * 8L);
            assertThatThrownBy(() -> Checkpoint.read(disk, 12, NONE_INDEXED))
                    .as("byte %d", at)
                    .isInstanceOf(TableCorruptException.class)
                    .hasMessageContaining(name);
            disk.flip(name, at * 8L);
        }
        assertThat(queue(Checkpoint.read(disk, 12, NONE_INDEXED).state()).live())
                .isEqualTo(5000);
    }

    @Test
    void keepsAMillionUpdatesAndForgetsThemWhenTheyAreSettled() {
        StoreState state = new StoreState(NONE_INDEXED);
        state.addQueue(1);
        publish(state, 1, 0, 200_000);
        for (int ordinal = 0; ordinal < 200_000; ordinal++) {
            state.update(1, Position.of(1, ordinal), 2, 0);
        }
        List<Long> positions = new ArrayList<>();
        state.settle(1, new long[] {Position.of(1, 7), Position.of(1, 199_999)});
        queue(state).forEachUpdate((position, count, notBefore) -> positions.add(position));
        assertThat(positions).hasSize(199_998).isSorted().doesNotContain(Position.of(1, 7));
        state.purge(1, Position.of(1, 199_000), new long[0]);
        positions.clear();
        queue(state).forEachUpdate((position, count, notBefore) -> positions.add(position));
        assertThat(positions).hasSize(998);
    }

    @Test
    void gathersTheSameEntriesWhetherReadBackOrNot() throws IOException {
        StoreState state = new StoreState(NONE_INDEXED);
        state.addQueue(1);
        state.addQueue(9);
        for (int ordinal = 0; ordinal < 3000; ordinal++) {
            Target plain = Target.of(1);
            Target rich = new Target(9, ordinal % 3 * 1000L, ordinal % 200, ordinal % 2 - 1);
            state.publish(
                    Position.of(3, ordinal * 2),
                    content(ordinal),
                    ordinal % 5 == 0 ? List.of(plain, rich) : List.of(rich));
        }
        new Checkpoint(1, new LogPlace(3, 64, 0), new TreeMap<>(), state).write(disk);
        StoreState read = Checkpoint.read(disk, 1, NONE_INDEXED).state();

        assertThat(index(read)).isEqualTo(index(state));
    }

    private static QueueState queue(StoreState state) {
        return Objects.requireNonNull(state.queue(1));
    }

    private byte[] index(StoreState state) throws IOException {
        SegmentEntries entries = state.unindexed().iterator().next();
        SegmentIndex.write(disk, entries, 0);
        return disk.bytes(SegmentIndex.fileName(entries.segment(), 0));
    }

    private static void publish(StoreState state, long segment, int from, int to) {
        for (int ordinal = from; ordinal < to; ordinal++) {
            state.publish(Position.of(segment, ordinal), content(ordinal), List.of(Target.of(1)));
        }
    }

    private static Content content(int ordinal) {
        return new Content(64 + ordinal * 100L, 20, 80, ordinal);
    }
}
