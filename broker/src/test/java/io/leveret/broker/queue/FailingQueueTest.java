package io.leveret.broker.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.leveret.amqp.FieldTable;
import io.leveret.broker.queue.QueueContext.Cancellable;
import java.time.Instant;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class FailingQueueTest {

    private long nowMs = 1_000;

    private final DeadLetters failing = new DeadLetters() {

        @Override
        public void offer(Departure departure) {
            throw new OutOfMemoryError("on purpose");
        }

        @Override
        public void process() {
            throw new AssertionError("nothing was offered");
        }
    };

    private Queue queue(FieldTable.Builder arguments) {
        QueueContext context = new QueueContext(
                MemoryBudget.unlimited(),
                null,
                failing,
                () -> Instant.ofEpochMilli(nowMs),
                (delayMs, action) -> Cancellable.NOTHING,
                100);
        FieldTable all = arguments.put("x-dead-letter-exchange", "x").build();
        return new Queue(Queues.queue(all).declaration(), () -> {}, context, null);
    }

    private void publishExpiring(QueueBurst burst, int id) {
        burst.publish(Queues.message(id));
        burst.expiresAt(nowMs + 10);
        burst.flush();
    }

    private static void assertFails(QueueBurst burst) {
        assertThatThrownBy(burst::flush)
                .isInstanceOf(BurstFailedException.class)
                .hasRootCauseInstanceOf(OutOfMemoryError.class);
        assertThat(burst.isEmpty()).isTrue();
    }

    /** It may be on the disk, and nobody brings it a second time. */
    @Test
    void takesInWhatIsPublishedThoughWhatComesBeforeItFailed() {
        Queue queue = queue(FieldTable.builder());
        QueueBurst burst = new QueueBurst(queue);
        publishExpiring(burst, 1);

        nowMs += 10;
        burst.publish(Queues.message(2));
        assertFails(burst);

        assertThat(Queues.idOf(Objects.requireNonNull(queue.get(true)))).isEqualTo(2);
    }

    @Test
    void knowsWhatIsSettledAndHasItsRoomBackThoughWhatComesBeforeFailed() {
        Queue queue = queue(FieldTable.builder().put("x-max-length", 2).put("x-overflow", "reject-publish"));
        QueueBurst burst = new QueueBurst(queue);
        burst.publish(Queues.message(1));
        burst.flush();
        QueueEntry given = Objects.requireNonNull(queue.get(false));
        publishExpiring(burst, 2);

        nowMs += 10;
        assertThat(burst.admit(Queues.message(3))).isTrue();
        burst.publish(Queues.message(3));
        burst.settle(given);
        assertFails(burst);

        assertThat(queue.counts().unacked()).isZero();
        assertThat(queue.counts().ready()).isOne();
        assertThat(burst.admit(Queues.message(4)))
                .as("the room that was kept for 3 is its own")
                .isTrue();
    }
}
