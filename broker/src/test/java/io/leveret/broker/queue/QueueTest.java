package io.leveret.broker.queue;

import static io.leveret.broker.queue.FakeTarget.idOf;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.leveret.amqp.BasicProperties;
import io.leveret.amqp.FieldTable;
import io.leveret.broker.message.Address;
import io.leveret.broker.message.Message;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class QueueTest {

    private final List<QueueEntry> log = new ArrayList<>();
    private final FakeTarget target = new FakeTarget(log);
    private final Queue queue = Queues.queue();

    @Test
    void givesNoConsumerMoreThanItsPrefetch() {
        queue.addConsumer(Queues.consumer(queue, target, "a", 3));
        Queues.publish(queue, 0, 10);

        assertThat(ids()).containsExactly(0, 1, 2);
        assertThat(queue.counts()).isEqualTo(new QueueCounts(7, 3, 1));
    }

    @Test
    void anAcknowledgementInABurstMakesRoomForAMessageOfTheSameBurst() {
        queue.addConsumer(Queues.consumer(queue, target, "a", 1));
        Queues.publish(queue, 0, 1);
        QueueBurst burst = new QueueBurst(queue);
        burst.settle(log.get(0));
        burst.publish(Queues.message(1));
        burst.flush();

        assertThat(ids()).containsExactly(0, 1);
        assertThat(burst.isEmpty()).isTrue();
    }

    @Test
    void aWaitingConsumerGetsABurstAsItComesAndWhatIsLeftIsSortedByPriority() {
        Queue sorted =
                Queues.queue(FieldTable.builder().put("x-max-priority", 9).build());
        sorted.addConsumer(Queues.consumer(sorted, target, "a", 2));
        QueueBurst burst = new QueueBurst(sorted);
        for (int priority : new int[] {1, 5, 3, 9}) {
            burst.publish(Queues.message(
                    Integer.toString(priority),
                    BasicProperties.builder().priority(priority).build()));
        }
        burst.flush();
        assertThat(ids()).containsExactly(1, 5);

        Queues.settle(sorted, log.subList(0, 2));
        assertThat(ids()).containsExactly(1, 5, 9, 3);
    }

    @Test
    void knowsWhatTheBodyOfAMessageTakesHoweverLongItsHead() {
        for (int keyLength : new int[] {0, 100, 120, 130, 200, 240, 250, 251, 252, 253, 254, 255}) {
            Message message = new Message(
                    new Address("an.exchange", "k".repeat(keyLength)), BasicProperties.EMPTY, new byte[] {1, 2, 3});

            QueueEntry entry = QueueEntry.unstored(queue, message, 1, 1);

            assertThat(entry.bodyBytes()).as("key of %d", keyLength).isEqualTo(3);
            assertThat(entry.bytes()).isEqualTo(message.heapBytes());
        }
    }

    @Test
    void aMassRequeueReachesAWaitingConsumerInOrderWhateverTheOrderItIsGivenIn() {
        Consumer first = Queues.consumer(queue, target, "a", 10_000);
        queue.addConsumer(first);
        Queues.publish(queue, 0, 5_500);
        queue.removeConsumer(first);
        List<QueueEntry> back = new ArrayList<>(log);
        Collections.shuffle(back, new Random(1));
        log.clear();

        queue.addConsumer(Queues.consumer(queue, target, "b", 10_000));
        queue.requeue(back);

        assertThat(ids()).isEqualTo(IntStream.range(0, 5_500).boxed().toList());
    }

    @Test
    void aRequeuedMessageGoesToItsOldPlaceBeforeYoungerOnes() {
        Queues.publish(queue, 0, 3);
        QueueEntry first = queue.get(false);
        assertThat(first).isNotNull();

        queue.requeue(List.of(requireEntry(first)));

        assertThat(gotten()).containsExactly(0, 1, 2);
    }

    @Test
    void aCancelledConsumerGetsNothingMoreAndItsUnsettledStayWithIt() {
        Consumer consumer = Queues.consumer(queue, target, "a", 1);
        queue.addConsumer(consumer);
        Queues.publish(queue, 0, 2);
        queue.removeConsumer(consumer);
        Queues.settle(queue, log);

        assertThat(ids()).containsExactly(0);
        assertThat(queue.counts()).isEqualTo(new QueueCounts(1, 0, 0));
    }

    @Test
    void aDeletedQueueTakesNoConsumer() {
        queue.delete(false, false);
        Consumer consumer = Queues.consumer(queue, target, "a", 1);

        assertThatThrownBy(() -> queue.addConsumer(consumer)).hasMessage("NOT_FOUND - no queue 'q' in vhost '/'");
    }

    @Test
    void tellsTheConsumersOfADeletedQueueOnlyAfterTheDelete() {
        Consumer consumer = Queues.consumer(queue, target, "a", 1);
        queue.addConsumer(consumer);

        queue.delete(false, false);
        assertThat(target.withoutQueue()).isEmpty();

        queue.afterDelete();
        assertThat(target.withoutQueue()).containsExactly(consumer);
    }

    @Test
    void aQueueThatNeverHadAConsumerIsNotUnused() {
        List<String> told = new ArrayList<>();
        Queue autoDelete = Queues.queue(true, () -> told.add("unused"));
        Queues.publish(autoDelete, 0, 1);
        QueueEntry ignored = autoDelete.get(true);
        assertThat(ignored).isNotNull();
        assertThat(told).isEmpty();

        Consumer consumer = Queues.consumer(autoDelete, target, "a", 1);
        autoDelete.addConsumer(consumer);
        autoDelete.removeConsumer(consumer);
        assertThat(told).containsExactly("unused");
    }

    /** The thread that cancels answers its client next; it may not leave the rest to a thread that happens to be at the same. */
    @Test
    void isUnusedBeforeTheLastConsumersRemovalReturnsEvenWhileAnotherOnesIsUnderWay() {
        List<String> told = new ArrayList<>();
        Queue[] autoDelete = new Queue[1];
        autoDelete[0] = Queues.queue(true, () -> {
            told.add("unused");
            if (told.size() == 1) {
                addAndRemoveConsumer(autoDelete[0]);
                told.add("removed");
            }
        });
        addAndRemoveConsumer(autoDelete[0]);

        assertThat(told).containsExactly("unused", "unused", "removed");
    }

    private void addAndRemoveConsumer(Queue from) {
        Consumer consumer = Queues.consumer(from, target, "a", 1);
        from.addConsumer(consumer);
        from.removeConsumer(consumer);
    }

    private static QueueEntry requireEntry(@org.jspecify.annotations.Nullable QueueEntry entry) {
        if (entry == null) {
            throw new AssertionError("no entry");
        }
        return entry;
    }

    private List<Integer> gotten() {
        List<Integer> ids = new ArrayList<>();
        for (QueueEntry entry = queue.get(true); entry != null; entry = queue.get(true)) {
            ids.add(idOf(entry));
        }
        return ids;
    }

    private List<Integer> ids() {
        return log.stream().map(FakeTarget::idOf).toList();
    }
}
