package io.leveret.broker.delay;

import static org.assertj.core.api.Assertions.assertThat;

import io.leveret.amqp.BasicProperties;
import io.leveret.broker.hold.Delivery;
import io.leveret.broker.hold.Hold;
import io.leveret.broker.message.Address;
import io.leveret.broker.message.Message;
import io.leveret.broker.queue.MemoryBudget;
import io.leveret.broker.queue.QueueContext.Cancellable;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What becomes of messages in memory if what brings them to their queues fails, and if their exchange is deleted. */
class DelaysTest {

    private final ArrayDeque<Runnable> pool = new ArrayDeque<>();
    private final ArrayDeque<Runnable> timed = new ArrayDeque<>();
    private final List<String> delivered = new ArrayList<>();
    private final MemoryBudget budget = MemoryBudget.unlimited();
    private long nowMs = 1_000;
    private final Delays delays = new Delays(null, budget, () -> Instant.ofEpochMilli(nowMs), DelayBounds.USUAL);
    private final DelayedMessages room = delays.open("later", 0, 0);
    private int failing;

    @BeforeEach
    void start() {
        delays.start(new Failing(), new DelayThreads(pool::add, this::after, null));
        work();
    }

    private Cancellable after(long delayMs, Runnable task) {
        timed.add(task);
        return () -> timed.remove(task);
    }

    /** Delivers, but for one message that meets a want of memory. */
    private final class Failing implements Delivery {

        private final List<String> gathered = new ArrayList<>();

        @Override
        public Outcome deliver(Hold from, Message message) {
            if (--failing == 0) {
                throw new OutOfMemoryError("as the test asked for");
            }
            gathered.add(new String(message.body(), StandardCharsets.UTF_8));
            return Outcome.DELIVERED;
        }

        @Override
        public void settle(Hold from, long position) {
            throw new AssertionError("nothing is stored here");
        }

        @Override
        public void end() {}

        @Override
        public boolean isFull() {
            return false;
        }

        @Override
        public long flush() {
            delivered.addAll(gathered);
            gathered.clear();
            return 0;
        }

        @Override
        public long appendedBatch() {
            return 0;
        }
    }

    private void work() {
        while (!pool.isEmpty()) {
            pool.remove().run();
        }
    }

    private void publish(int count) {
        DelayBurst burst = new DelayBurst();
        for (int i = 0; i < count; i++) {
            byte[] body = ("m" + i).getBytes(StandardCharsets.UTF_8);
            burst.add(room, new Message(new Address("later", "k"), BasicProperties.EMPTY, body), 2_000);
        }
        burst.flush(0);
        work();
    }

    /** Its time comes, and what is set to be tried again is. */
    private void fallDue() {
        nowMs = 2_000;
        for (int i = 0; i < 10 && !timed.isEmpty(); i++) {
            timed.remove().run();
            work();
        }
    }

    @Test
    void aMessageThatFailsKeepsTheOthersNeitherBackNorInHand() {
        publish(5);
        failing = 3;
        fallDue();
        assertThat(delivered).containsExactly("m0", "m1", "m3", "m4");
        assertThat(room.counts().waiting()).isZero();
    }

    @Test
    void aDeletedExchangeLetsGoOfItsMessages() {
        publish(5);
        assertThat(room.read.size()).isEqualTo(5);
        room.delete();
        work();
        assertThat(room.read.size()).isZero();
        assertThat(budget.usedBytes()).isZero();
        assertThat(delays.counts().dropped()).isEqualTo(5);
    }
}
