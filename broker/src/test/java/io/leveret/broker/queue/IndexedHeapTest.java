package io.leveret.broker.queue;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Random histories beside a sorted set: in order, out of order, and what lies between. */
class IndexedHeapTest {

    private static final int STEPS = 20_000;

    private final IndexedHeap<Timed> heap = new IndexedHeap<>();
    private final TreeSet<Timed> model =
            new TreeSet<>(Comparator.comparingLong((Timed each) -> each.time).thenComparingLong(each -> each.number));
    private long numbers;
    private long clock;
    private long comparisons;

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 10, 1_000, 1_000_000})
    void isWhatASortedSetIs(int disorder) {
        Random random = new Random(disorder);
        for (int step = 0; step < STEPS; step++) {
            // Longer and shorter in turn, so that it grows and shrinks.
            boolean grows = step / 3_000 % 2 == 0;
            if (random.nextInt(10) < (grows ? 7 : 3)) {
                add(clock++ + random.nextInt(disorder + 1));
            } else {
                remove(random.nextInt(4) == 0 ? any(random) : heap.first());
            }
            assertThat(heap.first()).isSameAs(model.isEmpty() ? null : model.first());
            assertThat(heap.size()).isEqualTo(model.size());
        }
        Set<Timed> visited = new HashSet<>();
        heap.forEach(each -> assertThat(visited.add(each)).isTrue());
        assertThat(visited).isEqualTo(new HashSet<>(model));
        while (!model.isEmpty()) {
            remove(heap.first());
        }
        assertThat(heap.first()).isNull();
    }

    /** To search for each of a million that is next would compare a trillion times. */
    @ParameterizedTest
    @ValueSource(ints = {1_000, 1_000_000})
    void comparesEachOfManyWithAFewOthersWhateverTheirOrder(int size) {
        Random random = new Random(size);
        for (int i = 0; i < size; i++) {
            heap.add(new Timed(random.nextInt(60_000), i));
        }
        boolean inOrder = true;
        long last = 0;
        for (Timed first = heap.first(); first != null; first = heap.first()) {
            inOrder &= first.time >= last;
            last = first.time;
            heap.remove(first);
        }
        assertThat(inOrder).isTrue();
        int depth = Integer.SIZE - Integer.numberOfLeadingZeros(size);
        // On its way up with each one above it, on the way down with two below.
        assertThat(comparisons).isLessThan(4L * depth * size);
    }

    @Test
    void closesGapsBehindOneThatStays() {
        Timed first = add(0);
        for (int i = 1; i <= 100_000; i++) {
            Timed second = add(i);
            assertThat(heap.contains(second)).isTrue();
            heap.remove(second);
            assertThat(heap.contains(second)).isFalse();
        }
        assertThat(heap.first()).isSameAs(first);
        assertThat(heap.size()).isEqualTo(1);
    }

    @Test
    void visitsTheFirstOnesLate() {
        for (int i = 0; i < 100; i++) {
            add(i);
        }
        List<Long> visited = new ArrayList<>();
        heap.visitFromTheEnd(each -> {
            visited.add(each.time);
            return visited.size() < 3;
        });
        assertThat(visited).containsExactly(99L, 98L, 97L);
    }

    @Test
    void knowsNothingOfOthersAndOfWhatWasCleared() {
        Timed inOrder = add(5);
        Timed before = add(1);
        assertThat(heap.contains(new Timed(5, 7))).isFalse();

        heap.clear();

        assertThat(heap.contains(inOrder)).isFalse();
        assertThat(heap.contains(before)).isFalse();
        assertThat(heap.size()).isZero();
    }

    private Timed add(long time) {
        Timed added = new Timed(time, numbers++);
        heap.add(added);
        model.add(added);
        return added;
    }

    private @Nullable Timed any(Random random) {
        Timed from = new Timed(clock - random.nextInt((int) clock + 1), 0);
        Timed found = model.ceiling(from);
        return found == null ? heap.first() : found;
    }

    private void remove(@Nullable Timed removed) {
        if (removed != null) {
            assertThat(heap.contains(removed)).isTrue();
            heap.remove(removed);
            assertThat(heap.contains(removed)).isFalse();
            model.remove(removed);
        }
    }

    private final class Timed implements IndexedHeap.Member<Timed> {

        private final long time;
        private final long number;
        private int index = IndexedHeap.NOWHERE;

        Timed(long time, long number) {
            this.time = time;
            this.number = number;
        }

        @Override
        public int index() {
            return index;
        }

        @Override
        public void index(int at) {
            index = at;
        }

        @Override
        public boolean isBefore(Timed other) {
            comparisons++;
            return time != other.time ? time < other.time : number < other.number;
        }
    }
}
