package io.leveret.broker.queue;

import static org.assertj.core.api.Assertions.assertThat;

import io.leveret.amqp.BasicProperties;
import io.leveret.amqp.FieldTable;
import io.leveret.broker.message.Message;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** That a queue with a store gives notice of what it delivers, whichever way that goes out, and shows how far it is. */
class DeliveryNoticesTest {

    /** Each goes its own way through the queue. */
    private enum Kind {
        PLAIN(FieldTable.builder()),
        PRIORITIES(FieldTable.builder().put("x-max-priority", 9)),
        GROUPS(FieldTable.builder().put("x-group-by", "routing-key")),
        SINGLE_ACTIVE(FieldTable.builder().put("x-single-active-consumer", true)),
        TIMED(FieldTable.builder().put("x-message-ttl", 60_000)),
        KEYED(FieldTable.builder().put("x-message-deduplication", true)),
        LIMITED(FieldTable.builder().put("x-max-length", 100));

        private final FieldTable arguments;

        Kind(FieldTable.Builder arguments) {
            this.arguments = arguments.build();
        }
    }

    private static final int LOOPS = 4;
    private static final int DELIVERIES = 5000;

    private final FakeBacklog store = new FakeBacklog();
    private final ManualTimer timer = new ManualTimer();
    private final DeliveryNotices notices = new DeliveryNotices();
    private final List<QueueEntry> log = new ArrayList<>();
    private final FakeTarget target = new FakeTarget(log);

    private Queue queue(Kind kind) {
        QueueContext context =
                new QueueContext(MemoryBudget.unlimited(), null, DeadLetters.NOWHERE, timer, timer, 100, notices);
        return new Queue(Queues.queue(kind.arguments).declaration(), () -> {}, context, store);
    }

    /** Publishes stored messages, of the highest priority of all that the queue knows, and returns the last one's position. */
    private long publish(Queue queue, int count) {
        List<Message> messages = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            messages.add(Queues.message(
                    Integer.toString(i), BasicProperties.builder().build()));
        }
        long position = store.append(messages);
        QueueBurst burst = new QueueBurst(queue);
        for (int i = 0; i < count; i++) {
            burst.publish(messages.get(i), i);
        }
        burst.flush(position);
        store.arrived(position);
        return position + count - 1;
    }

    private void consume(Queue queue) {
        queue.addConsumer(Queues.consumer(queue, target, "a", 100));
    }

    private static long delivered(Queue queue) {
        long[] through = {0};
        queue.delivered((level, position) -> through[0] = position);
        return through[0];
    }

    @ParameterizedTest
    @EnumSource
    void whatAConsumerWaitsForIsNoticed(Kind kind) {
        Queue queue = queue(kind);
        consume(queue);
        assertThat(notices.take()).isEmpty();

        long last = publish(queue, 2);

        assertThat(log).hasSize(2);
        assertThat(notices.take()).containsExactly(queue);
        assertThat(delivered(queue)).isEqualTo(last);
    }

    @ParameterizedTest
    @EnumSource
    void whatWaitsForAConsumerIsNoticed(Kind kind) {
        Queue queue = queue(kind);
        long last = publish(queue, 3);
        assertThat(notices.take()).isEmpty();

        consume(queue);

        assertThat(log).hasSize(3);
        assertThat(notices.take()).containsExactly(queue);
        assertThat(delivered(queue)).isEqualTo(last);
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "SINGLE_ACTIVE")
    void whatIsGotIsNoticed(Kind kind) {
        Queue queue = queue(kind);
        long last = publish(queue, 2);

        assertThat(queue.get(false)).isNotNull();

        assertThat(notices.take()).containsExactly(queue);
        assertThat(delivered(queue)).isEqualTo(last - 1);
    }

    @ParameterizedTest
    @EnumSource
    void whatComesAfterAPurgeIsNoticed(Kind kind) {
        Queue queue = queue(kind);
        publish(queue, 2);
        queue.purgeReady();
        long last = publish(queue, 1);

        consume(queue);

        assertThat(notices.take()).containsExactly(queue);
        assertThat(delivered(queue)).isEqualTo(last);
    }

    @Test
    void aNoticeIsGivenOnceUntilItIsTaken() {
        Queue queue = queue(Kind.PLAIN);
        consume(queue);
        publish(queue, 1);
        publish(queue, 1);
        assertThat(notices.take()).containsExactly(queue);
        assertThat(notices.take()).isEmpty();

        publish(queue, 1);

        assertThat(notices.take()).containsExactly(queue);
    }

    @Test
    void howFarItIsShowsOnceUnlessThatIsLost() {
        Queue queue = queue(Kind.PLAIN);
        consume(queue);
        long last = publish(queue, 1);
        notices.take();
        assertThat(delivered(queue)).isEqualTo(last);
        assertThat(delivered(queue)).isZero();

        queue.deliveredUntold();

        assertThat(notices.take()).containsExactly(queue);
        assertThat(delivered(queue)).isEqualTo(last);
    }

    @Test
    void aNoticeThatIsThereIsNotGivenTwiceWhenWhatWasShownIsLost() {
        Queue queue = queue(Kind.PLAIN);
        consume(queue);
        publish(queue, 1);

        queue.deliveredUntold();

        assertThat(notices.take()).containsExactly(queue);
        assertThat(notices.take()).isEmpty();
    }

    @Test
    void noticesOfManyQueuesAreThereOnceEach() {
        List<Queue> queues = List.of(queue(Kind.PLAIN), queue(Kind.GROUPS), queue(Kind.LIMITED));
        for (Queue queue : queues) {
            consume(queue);
            publish(queue, 2);
        }

        assertThat(notices.take()).containsExactlyInAnyOrderElementsOf(queues);
    }

    /** It stands at a position that another queue's message may have. */
    @Test
    void whatIsInMemoryOnlyIsNoMeasure() {
        Queue queue = queue(Kind.PLAIN);
        long last = publish(queue, 1);
        store.append(List.of(Queues.message(9)));
        assertThat(Objects.requireNonNull(queue.get(false)).stored()).isTrue();
        Queues.publish(queue, 1, 2);
        assertThat(Objects.requireNonNull(queue.get(false)).stored()).isFalse();

        assertThat(delivered(queue)).isEqualTo(last);
    }

    /** As event loops deliver and another thread takes notices, at any time. */
    @Test
    void noNoticeIsLostBetweenThreads() throws Exception {
        List<Queue> queues = new ArrayList<>();
        Map<Queue, Long> marks = new HashMap<>();
        for (int i = 0; i < LOOPS; i++) {
            Queue queue = new Queue(
                    Queues.queue(FieldTable.EMPTY).declaration(),
                    () -> {},
                    new QueueContext(MemoryBudget.unlimited(), null, DeadLetters.NOWHERE, timer, timer, 100, notices),
                    new FakeBacklog());
            queue.addConsumer(Queues.consumer(queue, new FakeTarget(new ArrayList<>()), "a", DELIVERIES));
            queues.add(queue);
        }
        List<Thread> loops = queues.stream()
                .map(queue -> new Thread(() -> deliverMany(queue)))
                .toList();

        loops.forEach(Thread::start);
        while (loops.stream().anyMatch(Thread::isAlive)) {
            mark(marks);
        }
        mark(marks);

        assertThat(marks)
                .containsOnlyKeys(queues)
                .allSatisfy((queue, position) ->
                        assertThat(position).isEqualTo(FakeBacklog.FIRST_POSITION + DELIVERIES - 1));
    }

    private static void deliverMany(Queue queue) {
        for (int i = 0; i < DELIVERIES; i++) {
            QueueBurst burst = new QueueBurst(queue);
            burst.publish(Queues.message(i), 0);
            burst.flush(FakeBacklog.FIRST_POSITION + i);
        }
    }

    private void mark(Map<Queue, Long> marks) {
        for (Queue queue : notices.take()) {
            queue.delivered((level, position) -> marks.merge(queue, position, Math::max));
        }
    }
}
