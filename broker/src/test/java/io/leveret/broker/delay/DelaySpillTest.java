package io.leveret.broker.delay;

import static org.assertj.core.api.Assertions.assertThat;

import io.leveret.amqp.BasicProperties;
import io.leveret.broker.hold.Delivery.Outcome;
import io.leveret.broker.message.Address;
import io.leveret.broker.message.Message;
import io.leveret.broker.queue.MemoryBudget;
import io.leveret.broker.queue.QueueContext.Cancellable;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Messages that no store has, while memory is short. */
class DelaySpillTest {

    private static final int BODY = 1_000;

    private final ArrayDeque<Runnable> pool = new ArrayDeque<>();
    private final ArrayDeque<Runnable> timed = new ArrayDeque<>();
    private final List<Integer> delivered = new ArrayList<>();
    private final SpillInMap files = new SpillInMap();
    private final MemoryBudget budget = new MemoryBudget(5_000, Runnable::run, () -> 0);
    private final DelayBounds small = new DelayBounds(20, 8, 5, 2 * BODY, 4 * BODY, 3, 10, 1_000_000);
    private long nowMs = 1_000;
    private final Delays delays = new Delays("/", null, budget, () -> Instant.ofEpochMilli(nowMs), small);
    private final DelayedMessages room = delays.open("later", 0, 0);
    private long mostBytes;

    @BeforeEach
    void start() {
        UnstoredDelivery gathering = (from, message) -> {
            delivered.add((int) message.body()[0]);
            return Outcome.DELIVERED;
        };
        delays.start(gathering, new DelayThreads(pool::add, this::after, files));
        work();
        add(20, 100_000);
    }

    private void add(int count, long dueMs) {
        DelayBurst burst = new DelayBurst();
        for (int i = 0; i < count; i++) {
            byte[] body = new byte[BODY];
            body[0] = (byte) i;
            burst.add(room, new Message(new Address("later", "k"), BasicProperties.EMPTY, body), dueMs);
        }
        burst.flush(0);
        work();
    }

    private Cancellable after(long delayMs, Runnable task) {
        timed.add(task);
        return () -> timed.remove(task);
    }

    private void work() {
        while (!pool.isEmpty()) {
            pool.remove().run();
            mostBytes = Math.max(mostBytes, budget.usedBytes());
        }
    }

    private void fallDue() {
        nowMs = 100_000;
        mostBytes = 0;
        for (int i = 0; i < 20 && !timed.isEmpty(); i++) {
            timed.remove().run();
            work();
        }
    }

    @Test
    void theirBodiesLeaveMemoryAndComeBackFewAtATime() {
        assertThat(files.held()).hasSize(20);
        assertThat(budget.usedBytes()).isLessThan(20L * BODY / 2);
        fallDue();
        assertThat(delivered)
                .containsExactlyElementsOf(IntStream.range(0, 20).boxed().toList());
        assertThat(mostBytes).isLessThan(15L * BODY);
        assertThat(files.held()).isEmpty();
        assertThat(budget.usedBytes()).isZero();
    }

    @Test
    void leaveMemoryWhenItIsShortForOthersToo() {
        fallDue();
        add(3, 200_000);
        assertThat(files.held()).isEmpty();

        budget.publishersBlockedBeyond(10_000);
        budget.usedBeside(10_000);
        budget.relieve();
        work();
        assertThat(files.held()).hasSize(3);
    }

    @Test
    void areNotAskedForMemoryWhenTheirVirtualHostHasGone() {
        delays.close();
        work();

        budget.publishersBlockedBeyond(10_000);
        budget.usedBeside(10_000);
        budget.relieve();
        assertThat(budget.isShort()).isTrue();
        assertThat(pool).isEmpty();
    }

    @Test
    void areListedWithoutTheirMessages() throws IOException {
        List<DelayedMessage> listed = new DelayListing(delays, null).waiting(room, 0, 15);
        assertThat(listed)
                .hasSize(15)
                .allSatisfy(each -> assertThat(each.dueMs()).isEqualTo(100_000));
        assertThat(listed.stream().filter(each -> each.message() == null)).isNotEmpty();
    }

    @Test
    void areListedInTheOrderInWhichTheyAreDue() throws IOException {
        DelayBurst burst = new DelayBurst();
        for (int dueMs : new int[] {70_000, 50_000, 60_000}) {
            burst.add(room, new Message(new Address("later", "k"), BasicProperties.EMPTY, new byte[1]), dueMs);
        }
        burst.flush(0);
        List<DelayedMessage> listed = new DelayListing(delays, null).waiting(room, 60_000, 3);
        assertThat(listed.stream().map(DelayedMessage::dueMs)).containsExactly(60_000L, 70_000L, 100_000L);
    }

    @Test
    void theirPlacesAreGivenBackWithTheExchange() {
        room.delete();
        work();
        assertThat(files.held()).isEmpty();
        assertThat(budget.usedBytes()).isZero();
    }
}
