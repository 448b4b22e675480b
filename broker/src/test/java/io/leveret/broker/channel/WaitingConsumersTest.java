package io.leveret.broker.channel;

import static org.assertj.core.api.Assertions.assertThat;

import io.leveret.amqp.AmqpException;
import io.leveret.broker.queue.Consumer;
import io.leveret.broker.queue.DeliveryTarget;
import io.leveret.broker.queue.Queue;
import io.leveret.broker.queue.QueueEntry;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class WaitingConsumersTest {

    private final WaitingConsumers waiting = new WaitingConsumers();
    private final List<QueueEntry> offered = new ArrayList<>();
    private final Queue queue = Entries.queue("q");
    private final Consumer consumer = Entries.consumer(queue, new Target(), 100);
    private boolean room;
    private int asked;

    @Test
    void tryAgainWhenThereIsRoom() {
        queue.addConsumer(consumer);
        Entries.publish(queue, 3, 0);
        waiting.resume();
        assertThat(offered).isEmpty();

        room = true;
        waiting.resume();
        assertThat(offered).hasSize(3);
    }

    @Test
    void areNotAskedUnlessTheyWereRefused() {
        room = true;
        queue.addConsumer(consumer);
        Entries.publish(queue, 3, 0);
        asked = 0;
        waiting.resume();

        assertThat(asked).isZero();
    }

    @Test
    void areForgottenWhenCancelled() {
        queue.addConsumer(consumer);
        Entries.publish(queue, 1, 0);
        queue.removeConsumer(consumer);
        waiting.remove(consumer);
        room = true;
        asked = 0;
        waiting.resume();

        assertThat(asked).isZero();
        assertThat(offered).isEmpty();
    }

    private final class Target implements DeliveryTarget {

        @Override
        public boolean reserve(Consumer asking) {
            asked++;
            if (!room) {
                waiting.add(asking);
            }
            return room;
        }

        @Override
        public void offer(QueueEntry entry) {
            offered.add(entry);
        }

        @Override
        public void wake() {}

        @Override
        public void transmit(QueueEntry entry) {
            throw new AssertionError("there is no outbox");
        }

        @Override
        public void queueDeleted(Consumer gone) {
            throw new AssertionError("nobody deletes the queue");
        }

        @Override
        public void queueUnreadable(Consumer gone, AmqpException why) {
            throw new AssertionError("nothing is read");
        }
    }
}
