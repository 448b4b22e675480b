package io.leveret.broker.delay;

import static org.assertj.core.api.Assertions.assertThat;

import io.leveret.amqp.BasicProperties;
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

/** What becomes of messages in memory if what brings them to their queues fails, if they are taken back, and if their exchange is deleted. */
class DelaysTest {

    private final ArrayDeque<Runnable> pool = new ArrayDeque<>();
    private final ArrayDeque<Runnable> timed = new ArrayDeque<>();
    private final List<String> delivered = new ArrayList<>();
    private final MemoryBudget budget = MemoryBudget.unlimited();
    private long nowMs = 1_000;
    private final Delays delays =
            new Delays("/", null, budget, () -> Instant.ofEpochMilli(nowMs), DelayBounds.of(1_000_000));
    private final DelayedMessages room = delays.open("later", 0, 0);
    private int failing;

    /** Done once while a batch is being written down. */
    private Runnable meanwhile = () -> {};

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
    private final class Failing implements UnstoredDelivery {

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
        public long flush() {
            Runnable action = meanwhile;
            meanwhile = () -> {};
            try {
                action.run();
                delivered.addAll(gathered);
            } finally {
                gathered.clear();
            }
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

    private void publishWithId(int count, String body) {
        DelayBurst burst = new DelayBurst();
        for (int i = 0; i < count; i++) {
            burst.add(room, withId(body), 2_000);
        }
        burst.flush(0);
    }

    private void cancel() {
        DelayBurst burst = new DelayBurst();
        burst.add(room, withId(""), DelayHeaders.CANCELS);
        burst.flush(0);
    }

    private static Message withId(String body) {
        BasicProperties properties = BasicProperties.builder().messageId("id").build();
        return new Message(new Address("later", "k"), properties, body.getBytes(StandardCharsets.UTF_8));
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

    @Test
    void aCancelTakesOutNoMoreAtOnceThanASlice() {
        publishWithId(3 * TakenBack.SLICE, "m");
        cancel();
        assertThat(room.counts().cancelled()).isEqualTo(TakenBack.SLICE);
        fallDue();
        assertThat(room.counts()).isEqualTo(new DelayCounts(0, 0, 0, 0, 3 * TakenBack.SLICE));
        assertThat(budget.usedBytes()).isZero();
    }

    @Test
    void whatIsTakenBackIsNotDeliveredThoughItIsNotOutYet() {
        publishWithId(5 * TakenBack.SLICE, "before");
        cancel();
        publishWithId(2, "after");
        nowMs = 2_000;
        fallDue();
        assertThat(delivered).containsExactly("after", "after");
        assertThat(room.counts()).isEqualTo(new DelayCounts(0, 2, 0, 0, 5 * TakenBack.SLICE));
    }

    @Test
    void whatIsTakenBackWhileItsBatchFailsIsNotDeliveredLater() {
        publishWithId(2, "back");
        publish(1);
        meanwhile = () -> {
            cancel();
            throw new OutOfMemoryError("as the test asked for");
        };
        fallDue();
        assertThat(delivered).containsExactly("m0");
        assertThat(room.counts()).isEqualTo(new DelayCounts(0, 1, 0, 0, 2));
    }

    @Test
    void aSecondCancelTakesBackWhatCameAfterTheFirst() {
        publishWithId(2 * TakenBack.SLICE, "before");
        cancel();
        publishWithId(2 * TakenBack.SLICE, "between");
        cancel();
        publishWithId(1, "after");
        fallDue();
        assertThat(delivered).containsExactly("after");
        assertThat(room.counts()).isEqualTo(new DelayCounts(0, 1, 0, 0, 4 * TakenBack.SLICE));
    }

    @Test
    void deletingTheExchangeEndsWhatIsTakenBack() {
        publishWithId(3 * TakenBack.SLICE, "m");
        cancel();
        room.delete();
        work();
        assertThat(budget.usedBytes()).isZero();
        assertThat(delays.counts()).isEqualTo(new DelayCounts(0, 0, 0, 2 * TakenBack.SLICE, TakenBack.SLICE));
    }
}
