package io.leveret.broker.queue;

import static org.assertj.core.api.Assertions.assertThat;

import io.leveret.amqp.AmqpException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class ConsumerRingTest {

    private final Queue queue = Queues.queue();
    private final ConsumerRing ring = new ConsumerRing(null);
    private final FakeTarget target = new FakeTarget(new ArrayList<>());

    @Test
    void goesRoundAmongEquals() {
        add("a", 100, 0);
        add("b", 100, 0);
        add("c", 100, 0);

        assertThat(next(7)).containsExactly("a", "b", "c", "a", "b", "c", "a");
    }

    @Test
    void servesALowerPriorityOnlyWhileAllHigherOnesAreOutOfCredit() {
        add("low", 100, -1);
        Consumer first = add("high1", 1, 5);
        add("high2", 2, 5);

        assertThat(next(4)).containsExactly("high1", "high2", "high2", "low");

        first.settled();
        ring.activate(first);
        assertThat(next(2)).containsExactly("high1", "low");
    }

    @Test
    void comparesPrioritiesAsNumbersOfAnySize() {
        add("least", 1, Long.MIN_VALUE);
        add("most", 1, Long.MAX_VALUE);
        add("middle", 1, 0);

        assertThat(next(3)).containsExactly("most", "middle", "least");
    }

    @Test
    void parksWhoHasNoCreditAndAsksNoMoreUntilActivated() {
        Consumer consumer = add("a", 1, 0);
        assertThat(next(2)).containsExactly("a", "nobody");
        assertThat(consumer.parked()).isTrue();

        consumer.settled();
        assertThat(next(1)).containsExactly("nobody");

        ring.activate(consumer);
        assertThat(consumer.parked()).isFalse();
        assertThat(next(1)).containsExactly("a");
    }

    @Test
    void letsWhoWasAloneWithoutCreditTakeTurnsWithWhoComes() {
        Consumer alone = add("alone", 1, 0);
        assertThat(next(2)).containsExactly("alone", "nobody");
        assertThat(ring.hasActive()).isFalse();

        Consumer other = add("other", 1, 0);
        assertThat(ring.hasActive()).isTrue();
        assertThat(next(2)).containsExactly("other", "nobody");

        for (Consumer each : List.of(alone, other)) {
            each.settled();
            ring.activate(each);
        }
        assertThat(next(3)).containsExactly("alone", "other", "nobody");
    }

    @Test
    void servesALowerPriorityWhileWhoIsAloneAboveHasNoCredit() {
        Consumer high = add("high", 1, 5);
        add("low", 100, 0);
        assertThat(next(3)).containsExactly("high", "low", "low");
        assertThat(ring.hasActive()).isTrue();

        high.settled();
        ring.activate(high);
        assertThat(next(2)).containsExactly("high", "low");
    }

    /** Against a plain model: who may, in the order of turns. */
    @Test
    void servesAsAPlainModelDoes() {
        for (int seed = 0; seed < 200; seed++) {
            new RingModel(queue, seed).run(500);
        }
    }

    @Test
    void seesRoomThatCameBackWhileAConsumerWasBeingParked() {
        DeliveryTarget late = new LateTarget();
        Consumer consumer = Queues.consumer(queue, late, "a", 10);
        ring.add(consumer);

        assertThat(next(1)).containsExactly("a");
        assertThat(consumer.parked()).isFalse();
    }

    @Test
    void forgetsWhoIsRemovedInTheRoundOrOutOfIt() {
        Consumer parked = add("parked", 1, 0);
        Consumer active = add("active", 100, 0);
        assertThat(next(3)).containsExactly("parked", "active", "active");

        ring.remove(parked);
        ring.remove(active);

        assertThat(next(1)).containsExactly("nobody");
        assertThat(ring.isEmpty()).isTrue();
        assertThat(ring.removeAll()).isEmpty();
    }

    @Test
    void givesUpAllOfThemWhetherInTheRoundOrNot() {
        Consumer parked = add("parked", 1, 0);
        Consumer active = add("active", 100, 0);
        Consumer other = add("other", 100, 7);
        other.cancel();
        ring.remove(other);
        assertThat(next(3)).containsExactly("parked", "active", "active");

        assertThat(ring.removeAll()).containsExactlyInAnyOrder(parked, active);
        assertThat(ring.isEmpty()).isTrue();
        assertThat(next(1)).containsExactly("nobody");
    }

    /** Quadratic it would take minutes. */
    @Test
    @Timeout(10)
    void removesAsManyAsThereAreInTimeThatGrowsWithTheirNumberOnly() {
        List<Consumer> consumers = new ArrayList<>();
        for (int i = 0; i < 300_000; i++) {
            consumers.add(add("c", i % 2, 0));
        }
        assertThat(next(150_001)).contains("nobody");
        Collections.shuffle(consumers, new Random(1));

        consumers.forEach(ring::remove);

        assertThat(ring.isEmpty()).isTrue();
    }

    @Test
    void knowsThatAnExclusiveConsumerIsThere() {
        assertThat(ring.hasExclusive()).isFalse();
        Consumer consumer = Queues.consumer(queue, target, "x", Queues.options(false, true, 1, 0));
        ring.add(consumer);
        assertThat(ring.hasExclusive()).isTrue();
        ring.remove(consumer);
        assertThat(ring.hasExclusive()).isFalse();
    }

    private Consumer add(String tag, int prefetch, long priority) {
        Consumer consumer = Queues.consumer(queue, target, tag, Queues.options(false, false, prefetch, priority));
        ring.add(consumer);
        return consumer;
    }

    private List<String> next(int times) {
        return IntStream.range(0, times)
                .mapToObj(i -> {
                    Consumer consumer = ring.next();
                    return consumer == null ? "nobody" : consumer.tag();
                })
                .toList();
    }

    /** Refuses the first time, as if its loop made room just after. */
    private static final class LateTarget implements DeliveryTarget {
        private int asked;

        @Override
        public boolean reserve(Consumer consumer) {
            return asked++ > 0;
        }

        @Override
        public void offer(QueueEntry entry) {}

        @Override
        public void wake() {}

        @Override
        public void transmit(QueueEntry entry) {}

        @Override
        public void queueDeleted(Consumer consumer) {}

        @Override
        public void queueUnreadable(Consumer consumer, AmqpException why) {}
    }
}
