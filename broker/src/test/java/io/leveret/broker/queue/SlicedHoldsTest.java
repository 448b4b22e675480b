package io.leveret.broker.queue;

import static org.assertj.core.api.Assertions.assertThat;

import io.leveret.amqp.AmqpException;
import io.leveret.broker.message.Message;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What is long is done in several holds of a queue's lock. */
class SlicedHoldsTest {

    private static final int MANY = 3 * Dispatch.SLICE + 1;

    private final FakeBacklog store = new FakeBacklog();
    private final ManualTimer timer = new ManualTimer();
    private final Queue queue = new Queue(
            Queues.queue().declaration(),
            () -> {},
            new QueueContext(MemoryBudget.unlimited(), null, DeadLetters.NOWHERE, timer, timer),
            store);
    private final List<Integer> offered = new ArrayList<>();
    private int wakes;
    private Runnable onWake = () -> {};

    private final DeliveryTarget target = new DeliveryTarget() {

        @Override
        public boolean reserve(Consumer consumer) {
            return true;
        }

        @Override
        public void offer(QueueEntry entry) {
            offered.add(Queues.idOf(entry));
        }

        @Override
        public void wake() {
            wakes++;
            onWake.run();
        }

        @Override
        public void transmit(QueueEntry entry) {
            throw new AssertionError("nobody drains");
        }

        @Override
        public void queueDeleted(Consumer consumer) {}

        @Override
        public void queueUnreadable(Consumer consumer, AmqpException why) {
            throw new AssertionError(why);
        }
    };

    @Test
    void aBacklogGoesOutInSlicesAndInOrder() {
        publish(MANY);

        consume();
        assertThat(offered).hasSize(Dispatch.SLICE);
        timer.pass(10);

        assertThat(offered).isEqualTo(IntStream.range(0, MANY).boxed().toList());
        assertThat(wakes).isEqualTo(4);
    }

    @Test
    void nothingMoreGoesOutOfAQueueThatIsDeletedBetweenTwoSlices() {
        publish(MANY);
        onWake = () -> queue.delete(false, false);

        consume();
        timer.pass(10);

        assertThat(offered).hasSize(Dispatch.SLICE);
    }

    @Test
    void aPurgeOfWhatIsInMemoryNamesItIfThatIsLess() {
        publish(10);
        List<Long> given = give(6);

        Purged purged = queue.purgeReady();
        store.purge(purged);

        assertThat(purged.count()).isEqualTo(4);
        assertThat(purged.parts().get(0).except()).isEmpty();
        assertThat(purged.parts().get(0).apart()).hasSize(4);
        assertThat(store.live().keySet()).containsExactlyElementsOf(given);
    }

    @Test
    void aPurgeLeavesWhatIsGivenOutWhileItLooks() {
        publish(1_000);
        List<Long> given = give(10);

        Purged purged = queue.purgeReady(1, () -> given.addAll(give(5)));
        store.purge(purged);

        assertThat(given).hasSizeGreaterThan(100);
        assertThat(purged.count()).isEqualTo(1_000 - given.size());
        assertThat(store.live().keySet()).containsExactlyElementsOf(given);
    }

    @Test
    void aPurgeTakesWhatComesBackWhileItLooks() {
        publish(1_000);
        List<QueueEntry> given = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            given.add(Objects.requireNonNull(queue.get(false, () -> {}).entry()));
        }

        Purged purged = queue.purgeReady(3, () -> {
            if (!given.isEmpty()) {
                queue.requeue(List.of(given.remove(0)));
            }
        });
        store.purge(purged);

        assertThat(purged.count()).isEqualTo(1_000 - given.size());
        assertThat(store.live().keySet())
                .containsExactlyElementsOf(
                        given.stream().map(QueueEntry::position).toList());
    }

    private void consume() {
        queue.addConsumer(Queues.consumer(queue, target, "c", Queues.options(true, false, 1, 0)));
    }

    private void publish(int count) {
        List<Message> messages =
                IntStream.range(0, count).mapToObj(Queues::message).toList();
        QueueBurst burst = new QueueBurst(queue);
        for (int i = 0; i < count; i++) {
            burst.publish(messages.get(i), i);
        }
        long first = store.append(messages);
        burst.flush(first);
        store.arrived(first);
    }

    /** Their positions. */
    private List<Long> give(int count) {
        List<Long> positions = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            positions.add(
                    Objects.requireNonNull(queue.get(false, () -> {}).entry()).position());
        }
        return positions;
    }
}
