package io.leveret.broker.queue;

import static org.assertj.core.api.Assertions.assertThat;

import io.leveret.amqp.FieldTable;
import io.leveret.broker.message.Message;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What has to leave a queue since its limit is lowered, and goes nowhere, is not read before. */
class LoweredLimitTest {

    private static final long LOTS = 1L << 40;
    private static final int MANY = 3 * Queue.SLICE + 500;

    private final FakeBacklog store = new FakeBacklog();
    private final FakeSpill spill = new FakeSpill(store::execute);
    private final FakeDeadLetters deadLetters = new FakeDeadLetters(store, spill);
    private final ManualTimer timer = new ManualTimer();
    private final MemoryBudget budget = new MemoryBudget(LOTS, store::execute, () -> 0);
    private final Queue queue = new Queue(
            Queues.queue().declaration(), () -> {}, new QueueContext(budget, spill, deadLetters, timer, timer), store);
    private final List<QueueEntry> log = new ArrayList<>();
    private final FakeTarget target = new FakeTarget(log);
    private final List<Departure> left = new ArrayList<>();

    @BeforeEach
    void observe() {
        deadLetters.observe(left::add);
    }

    private void publishStored(int first, int end) {
        List<Message> messages =
                IntStream.range(first, end).mapToObj(Queues::message).toList();
        long position = store.append(messages);
        QueueBurst burst = new QueueBurst(queue);
        for (int i = 0; i < messages.size(); i++) {
            burst.publish(messages.get(i), i);
        }
        burst.flush(position);
        store.arrived(position);
        store.allReadable();
    }

    private void page() {
        budget.add(2 * LOTS);
        queue.pageOut().complete();
        assertThat(queue.bytes().paged()).isPositive();
    }

    private void limit(String argument, int most) {
        queue.apply(QueueSettings.of(FieldTable.builder().put(argument, most).build()));
        queue.enforceSettings();
        work();
    }

    private void work() {
        do {
            timer.pass(0);
            store.runAll();
            deadLetters.run(Integer.MAX_VALUE);
        } while (!store.isIdle() || !deadLetters.waiting().isEmpty());
    }

    private List<Integer> consumeAll() {
        queue.addConsumer(Queues.consumer(queue, target, "c", 100_000));
        work();
        return log.stream().map(Queues::idOf).toList();
    }

    private static List<Integer> range(int first, int end) {
        return IntStream.range(first, end).boxed().toList();
    }

    @Test
    void dropsWhatOnlyTheStoreHasWithoutReadingIt() {
        publishStored(0, MANY);
        page();

        limit("x-max-length", 10);

        assertThat(store.reads()).isZero();
        assertThat(queue.counts().ready()).isEqualTo(10);
        assertThat(left).hasSize(MANY - 10).extracting(Departure::reason).containsOnly(Departure.Reason.MAXLEN);
        assertThat(left).extracting(Departure::position).isSorted().doesNotHaveDuplicates();
        assertThat(store.live()).hasSize(10);
        assertThat(consumeAll()).isEqualTo(range(MANY - 10, MANY));
    }

    /** Each that is listed takes memory until the store has learnt that it has left. */
    @Test
    void listsNoMoreWhileTheStoreIsBehind() {
        publishStored(0, MANY);
        page();
        deadLetters.behindWith(100);
        queue.apply(
                QueueSettings.of(FieldTable.builder().put("x-max-length", 10).build()));
        queue.enforceSettings();

        int most = 0;
        int rounds = 0;
        while (queue.counts().ready() > 10) {
            assertThat(rounds++).isLessThan(MANY);
            for (int i = 0; i < 3; i++) {
                timer.pass(Departures.PAUSE_MS);
                store.runAll();
                int waiting = deadLetters.waiting().size();
                most = Math.max(most, waiting);
                assertThat(i == 0 || waiting == 0 || deadLetters.isBehind()).isTrue();
            }
            deadLetters.run(Integer.MAX_VALUE);
        }

        assertThat(most).isBetween(101, MANY / 2);
        assertThat(rounds).isGreaterThan(1);
        assertThat(store.reads()).isZero();
        assertThat(left).hasSize(MANY - 10);
        assertThat(consumeAll()).isEqualTo(range(MANY - 10, MANY));
    }

    /** Each that is read for its dead-letter exchange is in memory until it is there. */
    @Test
    void readsNoMoreWhileDeadLettersAreBehind() {
        publishStored(0, MANY);
        page();
        deadLetters.behindWith(100);
        queue.apply(QueueSettings.of(FieldTable.builder()
                .put("x-dead-letter-exchange", "dlx")
                .put("x-max-length", 10)
                .build()));
        queue.enforceSettings();

        int most = 0;
        int rounds = 0;
        while (queue.counts().ready() > 10) {
            assertThat(rounds++).isLessThan(MANY);
            for (int i = 0; i < 3; i++) {
                timer.pass(Departures.PAUSE_MS);
                store.runAll();
                most = Math.max(most, deadLetters.waiting().size());
            }
            deadLetters.run(Integer.MAX_VALUE);
        }

        assertThat(most).isBetween(101, MANY / 2);
        assertThat(left).hasSize(MANY - 10).allMatch(each -> each.message() != null);
        assertThat(consumeAll()).isEqualTo(range(MANY - 10, MANY));
    }

    /** A consumer gets what there is, however much is on its way elsewhere. */
    @Test
    void readsForAConsumerWhileDeadLettersAreBehind() {
        publishStored(0, MANY);
        page();
        deadLetters.behindWith(-1);
        queue.apply(QueueSettings.of(FieldTable.builder()
                .put("x-dead-letter-exchange", "dlx")
                .put("x-max-length", 10)
                .build()));

        queue.addConsumer(Queues.consumer(queue, target, "c", 100_000));
        for (int i = 0; i < MANY && queue.counts().ready() > 0; i++) {
            timer.pass(Departures.PAUSE_MS);
            store.runAll();
        }

        assertThat(log).hasSize(MANY);
        assertThat(left).isEmpty();
    }

    @Test
    void dropsByTheBytesOfBodiesThatItDoesNotRead() {
        publishStored(1_000, 1_000 + MANY);
        page();

        limit("x-max-length-bytes", 4 * 700);

        assertThat(store.reads()).isZero();
        assertThat(queue.counts().ready()).isEqualTo(700);
        assertThat(consumeAll()).isEqualTo(range(1_000 + MANY - 700, 1_000 + MANY));
    }

    @Test
    void dropsWhatWasSpilledAndWhatIsStoredInTheirOrder() {
        for (int id = 0; id < MANY; id += 4) {
            publishStored(id, id + 3);
            Queues.publish(queue, id + 3, id + 4);
        }
        page();
        assertThat(spill.live()).isPositive();

        limit("x-max-length", 9);

        assertThat(store.reads()).isZero();
        assertThat(spill.live()).isLessThan(9);
        assertThat(consumeAll()).isEqualTo(range(MANY - 9, MANY));
        assertThat(spill.live()).isZero();
    }

    @Test
    void readsWhatIsDeadLettered() {
        publishStored(0, MANY);
        page();
        queue.apply(QueueSettings.of(FieldTable.builder()
                .put("x-max-length", 10)
                .put("x-dead-letter-exchange", "dlx")
                .build()));
        queue.enforceSettings();
        work();

        assertThat(left).hasSize(MANY - 10);
        assertThat(left.stream().filter(each -> each.message() != null).map(each -> Queues.idOf(each.message())))
                .hasSize(MANY - 10)
                .containsExactlyElementsOf(range(0, MANY - 10));
    }

    @Test
    void givesOutFirstWhatAConsumerTakesAtOnce() {
        publishStored(0, MANY);
        page();
        queue.addConsumer(Queues.consumer(queue, target, "c", 200));

        limit("x-max-length", 10);

        assertThat(log.stream().map(Queues::idOf)).containsExactlyElementsOf(range(0, 200));
        assertThat(queue.counts().ready()).isEqualTo(10);
    }

    @Test
    void whatReturnsLeavesBeforeWhatStandsBehindIt() {
        publishStored(0, MANY);
        page();
        Consumer before = Queues.consumer(queue, target, "c", 300);
        queue.addConsumer(before);
        work();
        List<QueueEntry> held = List.copyOf(log);
        queue.removeConsumer(before);
        queue.requeue(held.subList(0, 150));
        queue.pageOut().complete();

        limit("x-max-length", 20);

        Queues.settle(queue, held.subList(150, 300));
        log.clear();
        assertThat(queue.counts().ready()).isEqualTo(20);
        assertThat(consumeAll()).isEqualTo(range(MANY - 20, MANY));
    }

    /** Whatever came in which way, and whatever has left before: of all that waits the last ones stay. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20})
    void keepsTheLastOnesWhateverHappensMeanwhile(int seed) {
        Random random = new Random(seed);
        int next = 0;
        store.gaps(() -> random.nextInt(3));
        store.meanwhile(() -> {
            if (random.nextInt(4) == 0) {
                queue.pageOut().drop(1);
            }
        });
        for (int round = 0; round < 6; round++) {
            for (int burst = 0; burst < 40; burst++) {
                int end = next + 1 + random.nextInt(30);
                if (random.nextInt(3) == 0) {
                    Queues.publish(queue, next, end);
                } else {
                    publishStored(next, end);
                }
                next = end;
                if (random.nextInt(8) == 0) {
                    budget.add(2 * LOTS);
                    queue.pageOut().complete();
                    budget.add(-2 * LOTS);
                }
            }
            store.failReads(random.nextInt(2));
            int most = random.nextInt(1 + queue.counts().ready());

            limit("x-max-length", most);

            assertThat(queue.counts().ready()).as("seed %d", seed).isEqualTo(most);
            QueueSettings unlimited = QueueSettings.of(FieldTable.EMPTY);
            queue.apply(unlimited);
        }
        // A consumer whose first message can't be read is cancelled.
        store.failReads(0);
        int ready = queue.counts().ready();
        assertThat(store.live().size()).as("seed %d", seed).isLessThanOrEqualTo(ready);
        assertThat(consumeAll()).as("seed %d", seed).isEqualTo(range(next - ready, next));
        Queues.settle(queue, List.copyOf(log));
        assertThat(spill.live()).as("seed %d", seed).isZero();
    }
}
