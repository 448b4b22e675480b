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

    /** It may be on the disk, and nobody brings it a second time. */
    @Test
    void takesInWhatIsPublishedThoughWhatComesBeforeItFailed() {
        QueueContext context = new QueueContext(
                MemoryBudget.unlimited(),
                null,
                failing,
                () -> Instant.ofEpochMilli(nowMs),
                (delayMs, action) -> Cancellable.NOTHING,
                100);
        FieldTable arguments =
                FieldTable.builder().put("x-dead-letter-exchange", "x").build();
        Queue queue = new Queue(Queues.queue(arguments).declaration(), () -> {}, context, null);
        QueueBurst burst = new QueueBurst(queue);
        burst.publish(Queues.message(1));
        burst.expiresAt(nowMs + 10);
        burst.flush();

        nowMs += 10;
        burst.publish(Queues.message(2));
        assertThatThrownBy(burst::flush)
                .isInstanceOf(BurstFailedException.class)
                .hasRootCauseInstanceOf(OutOfMemoryError.class);

        assertThat(burst.isEmpty()).isTrue();
        assertThat(Queues.idOf(Objects.requireNonNull(queue.get(true)))).isEqualTo(2);
    }
}
