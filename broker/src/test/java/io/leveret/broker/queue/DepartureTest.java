package io.leveret.broker.queue;

import static org.assertj.core.api.Assertions.assertThat;

import io.leveret.amqp.BasicProperties;
import io.leveret.amqp.FieldTable;
import io.leveret.broker.message.Address;
import io.leveret.broker.message.Message;
import io.leveret.broker.message.Message.Past;
import io.leveret.broker.queue.Departure.Reason;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** How entries leave a queue by themselves. */
class DepartureTest {

    private final ManualTimer timer = new ManualTimer();
    private final List<Departure> left = new ArrayList<>();
    private final DeadLetters deadLetters = new DeadLetters() {
        @Override
        public void offer(Departure departure) {
            left.add(departure);
        }

        @Override
        public void process() {
            // They are looked at here only.
        }
    };

    private Queue queue(FieldTable.Builder arguments) {
        arguments.put("x-dead-letter-exchange", "dlx");
        QueueContext context = new QueueContext(MemoryBudget.unlimited(), null, deadLetters, timer, timer);
        return new Queue(Queues.queue(arguments.build()).declaration(), () -> {}, context, null);
    }

    private void publish(Queue queue, int count, long ttlMs) {
        QueueBurst burst = new QueueBurst(queue);
        for (int id = 0; id < count; id++) {
            burst.publish(Queues.message(id));
            burst.expiresAt(ttlMs == 0 ? 0 : timer.millis() + ttlMs);
        }
        burst.flush();
    }

    @Test
    void expiresOnTimeBehindWhatDoesNotExpire() {
        Queue queue = queue(FieldTable.builder());
        publish(queue, 1, 0);
        publish(queue, 3, 100);
        timer.pass(99);
        assertThat(queue.counts().ready()).isEqualTo(4);
        timer.pass(1);
        assertThat(queue.counts().ready()).isEqualTo(1);
        assertThat(left)
                .extracting(Departure::reason)
                .containsOnly(Reason.EXPIRED)
                .hasSize(3);
    }

    /** Thousands come within a millisecond, and so have the same deadline. */
    @Test
    void expiresInOrderWhatExpiresAtTheSameTime() {
        Queue queue = queue(FieldTable.builder());
        publish(queue, 500, 100);
        timer.pass(100);
        assertThat(left).extracting(Departure::position).isSorted().hasSize(500);
    }

    @Test
    void expiresInOrderWhatIsPartlyOnTheDisk() {
        FakeBacklog store = new FakeBacklog();
        QueueContext context = new QueueContext(MemoryBudget.unlimited(), null, deadLetters, timer, timer);
        Queue queue = new Queue(Queues.queue().declaration(), () -> {}, context, store);
        store.searchDue(timer.millis() + 100);
        for (int i = 0; i < 500; i++) {
            Message message = Queues.message(i);
            long first = store.append(List.of(message));
            QueueBurst burst = new QueueBurst(queue);
            burst.publish(message, 0);
            burst.expiresAt(timer.millis() + 100);
            burst.flush(first);
            store.arrived(first);
            if (i == 400) {
                queue.paging().dropSlice(first, first);
            }
        }
        assertThat(queue.bytes().paged()).isPositive();
        timer.pass(100);
        assertThat(left).extracting(Departure::position).isSorted().hasSize(500);
    }

    @Test
    void hasOneTimerAtMost() {
        Queue queue = queue(FieldTable.builder());
        publish(queue, 1, 3_600_000);
        for (int i = 0; i < 1000; i++) {
            publish(queue, 1, 50);
            publish(queue, 1, 40);
            timer.pass(100);
        }
        assertThat(left).hasSize(2000);
        assertThat(timer.pending()).isEqualTo(1);
        publish(queue, 5000, 1000);
        timer.pass(2000);
        assertThat(timer.pending()).isEqualTo(1);
        queue.delete(false, false);
        assertThat(timer.pending()).isZero();
    }

    @Test
    void expiresMassesInSlicesAndGivesNoneOfThemOut() {
        Queue queue = queue(FieldTable.builder());
        publish(queue, 20_000, 1000);
        publish(queue, 1, 0);
        List<QueueEntry> delivered = new ArrayList<>();
        timer.stall(2000);
        queue.addConsumer(Queues.consumer(queue, new FakeTarget(delivered), "c", 10));
        assertThat(left).hasSize(1000);
        assertThat(delivered).isEmpty();
        boolean[] told = new boolean[1];
        assertThat(queue.get(true, () -> told[0] = true)).isEqualTo(Got.LATER);
        timer.pass(100);
        assertThat(left).hasSize(20_000);
        assertThat(delivered).hasSize(1);
        assertThat(told[0]).isTrue();
    }

    @Test
    void dropsAllThatIsTooMuchSliceBySlice() {
        Queue queue = queue(FieldTable.builder().put("x-max-length-bytes", 5000));
        QueueBurst burst = new QueueBurst(queue);
        for (int i = 0; i < 5000; i++) {
            burst.publish(Queues.message("1"));
        }
        burst.flush();
        assertThat(left).isEmpty();
        burst.publish(Queues.message("1" + " ".repeat(4999)));
        burst.flush();
        assertThat(left).hasSize(1000);
        timer.pass(10);
        assertThat(left)
                .extracting(Departure::reason)
                .containsOnly(Reason.MAXLEN)
                .hasSize(5000);
        assertThat(queue.counts().ready()).isEqualTo(1);
    }

    @Test
    void countsBodiesOnlyHoweverLongHeadersAndKeysAre() {
        Queue queue = queue(FieldTable.builder().put("x-max-length-bytes", 1000));
        BasicProperties large = BasicProperties.builder()
                .headers(FieldTable.builder().put("h", " ".repeat(100_000)).build())
                .build();
        List<String> keys = Collections.nCopies(5000, "bcc");
        QueueBurst burst = new QueueBurst(queue);
        burst.publish(new Message(new Address("", "q"), large, new byte[500], Past.NONE, keys));
        burst.publish(Queues.message("1" + " ".repeat(499)));
        burst.flush();
        assertThat(left).isEmpty();
        burst.publish(Queues.message("2"));
        burst.flush();
        assertThat(left).hasSize(1);
    }

    @Test
    void aQueueThatRefusesNeverDropsWhatItHasTakenIn() {
        Queue queue = queue(FieldTable.builder().put("x-max-length", 2).put("x-overflow", "reject-publish"));
        publish(queue, 2, 0);
        QueueEntry given = Objects.requireNonNull(queue.get(false));
        publish(queue, 1, 0);
        queue.requeue(List.of(given));
        assertThat(queue.counts().ready()).isEqualTo(3);
        assertThat(left).isEmpty();
    }

    @Test
    void keepsRoomForWhatItAdmitted() {
        Queue queue = queue(FieldTable.builder().put("x-max-length", 2).put("x-overflow", "reject-publish"));
        QueueBurst one = new QueueBurst(queue);
        QueueBurst other = new QueueBurst(queue);
        assertThat(one.admit(Queues.message(1))).isTrue();
        assertThat(other.admit(Queues.message(2))).isTrue();
        assertThat(one.admit(Queues.message(3))).isFalse();
        other.giveUp();
        assertThat(one.admit(Queues.message(3))).isTrue();
        one.publish(Queues.message(1));
        one.publish(Queues.message(3));
        one.flush();
        assertThat(other.admit(Queues.message(4))).isFalse();
        queue.get(true);
        assertThat(other.admit(Queues.message(4))).isTrue();
    }

    @Test
    void isDeletedWhenNobodyUsedItForSoLong() {
        int[] ended = new int[1];
        QueueContext context = new QueueContext(MemoryBudget.unlimited(), null, deadLetters, timer, timer);
        FieldTable arguments = FieldTable.builder().put("x-expires", 1000).build();
        Queue queue = new Queue(Queues.queue(arguments).declaration(), () -> ended[0]++, context, null);
        queue.used();
        timer.pass(900);
        queue.get(true);
        timer.pass(900);
        Consumer consumer = Queues.consumer(queue, new FakeTarget(new ArrayList<>()), "c", 1);
        queue.addConsumer(consumer);
        timer.pass(10_000);
        queue.removeConsumer(consumer);
        timer.pass(999);
        assertThat(ended[0]).isZero();
        timer.pass(1);
        assertThat(ended[0]).isEqualTo(1);
    }

    @Test
    void forgetsWhatTheStoreWasToldOf() {
        FakeBacklog store = new FakeBacklog();
        QueueContext context = new QueueContext(MemoryBudget.unlimited(), null, deadLetters, timer, timer);
        Queue queue = new Queue(Queues.queue().declaration(), () -> {}, context, store);
        long first = store.append(List.of(Queues.message(1), Queues.message(2)));
        QueueBurst burst = new QueueBurst(queue);
        burst.publish(Queues.message(1), 0);
        burst.expiresAt(timer.millis() + 10);
        burst.publish(Queues.message(2), 1);
        burst.flush(first);
        store.arrived(first);
        timer.pass(10);
        assertThat(left).extracting(Departure::position).containsExactly(first);
        // A crash may come before the settle, so that a purge has to leave it in the store.
        assertThat(queue.purgeReady().parts().get(0).except()).containsExactly(first);
        queue.departed(left);
        assertThat(queue.purgeReady().parts().get(0).except()).isEmpty();
    }

    @Test
    void remembersASettleUntilItsSecondTurn() {
        Departed departed = new Departed();
        departed.add(5);
        departed.turn();
        departed.turn();
        assertThat(departed.contains(5)).isTrue();
        departed.settled(5);
        departed.turn();
        assertThat(departed.contains(5)).isTrue();
        departed.turn();
        assertThat(departed.contains(5)).isFalse();
    }
}
