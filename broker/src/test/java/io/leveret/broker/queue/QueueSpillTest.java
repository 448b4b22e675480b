package io.leveret.broker.queue;

import static org.assertj.core.api.Assertions.assertThat;

import io.leveret.broker.message.Message;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What no store has leaves memory, too. */
class QueueSpillTest {

    private static final long LOTS = 1L << 40;

    private final FakeBacklog store = new FakeBacklog();
    private final FakeSpill spill = new FakeSpill(store::execute);
    private final List<QueueEntry> log = new ArrayList<>();
    private final FakeTarget target = new FakeTarget(log);
    private final MemoryBudget budget = new MemoryBudget(LOTS, store::execute, () -> 0);
    private final Queue queue = queue(null);

    private Queue queue(@Nullable Backlog backlog) {
        return new Queue(Queues.queue().declaration(), () -> {}, Queues.context(budget, spill), backlog);
    }

    @Test
    void aBacklogOfTransientMessagesLeavesASmallWindowInMemory() {
        publish(queue, 0, 5_000);
        budget.add(2 * LOTS);

        queue.pageOut().complete();

        assertThat(spill.live()).isEqualTo(5_000 - 128);
        assertThat(queue.bytes().paged()).isEqualTo(5_000 - 128);
        assertThat(queue.bytes().memory()).isLessThan(5_000L * QueueEntry.BARE_BYTES + 128 * 1_000);
        assertThat(queue.counts().ready()).isEqualTo(5_000);
    }

    @Test
    void whatWasSpilledComesBackInOrderAndLeavesNothingBehind() {
        publish(queue, 0, 5_000);
        budget.add(2 * LOTS);
        queue.pageOut().complete();
        publish(queue, 5_000, 6_000);
        queue.addConsumer(Queues.consumer(queue, target, "c", 10_000));
        store.runAll();

        assertThat(ids()).isEqualTo(range(0, 6_000));
        assertThat(spill.live()).isZero();
    }

    @Test
    void storedAndTransientMessagesComeBackInTheirOrder() {
        Queue mixed = queue(store);
        for (int id = 0; id < 4_000; id += 4) {
            publish(mixed, id, id + 1);
            long first = store.append(List.of(message(id + 1), message(id + 2)));
            QueueBurst burst = new QueueBurst(mixed);
            burst.publish(message(id + 1), 0);
            burst.publish(message(id + 2), 1);
            burst.publish(message(id + 3));
            store.arrived(first);
            burst.flush(first);
        }
        store.allReadable();
        budget.add(2 * LOTS);
        mixed.pageOut().complete();
        assertThat(mixed.bytes().paged()).isEqualTo(4_000 - 128);
        mixed.addConsumer(Queues.consumer(mixed, target, "c", 10_000));
        store.runAll();

        assertThat(ids()).isEqualTo(range(0, 4_000));
        assertThat(spill.live()).isZero();
    }

    @Test
    void aLargeStoredMessageBeforeTransientOnesComesBack() {
        Queue mixed = queue(store);
        bringStored(mixed, message(0));
        bringStored(mixed, Queues.message("1" + " ".repeat(1_000_000)));
        publish(mixed, 2, 1_000);
        store.allReadable();
        budget.add(2 * LOTS);
        mixed.pageOut().complete();
        mixed.pageOut().complete();
        assertThat(mixed.bytes().memory()).isLessThan(500_000);

        mixed.addConsumer(Queues.consumer(mixed, target, "c", 10_000));
        store.runAll();

        assertThat(ids()).isEqualTo(range(0, 1_000));
    }

    private void bringStored(Queue to, Message message) {
        long first = store.append(List.of(message));
        QueueBurst burst = new QueueBurst(to);
        burst.publish(message, 0);
        store.arrived(first);
        burst.flush(first);
    }

    @Test
    void transientMessagesThatReturnedAreSpilled() {
        publish(queue, 0, 5_000);
        Consumer consumer = Queues.consumer(queue, target, "c", 10_000);
        queue.addConsumer(consumer);
        queue.removeConsumer(consumer);
        queue.requeue(new ArrayList<>(log));
        log.clear();
        budget.add(2 * LOTS);

        queue.pageOut().complete();

        assertThat(spill.live()).isEqualTo(5_000 - 128);
        queue.addConsumer(Queues.consumer(queue, target, "d", 10_000));
        store.runAll();
        assertThat(ids()).isEqualTo(range(0, 5_000));
        assertThat(spill.live()).isZero();
    }

    @Test
    void stopsWhenMemoryIsNoLongerShort() {
        publish(queue, 0, 5_000);
        budget.add(LOTS / 2);

        queue.pageOut().complete();

        assertThat(spill.live()).isZero();
    }

    @Test
    void whatCannotBeWrittenStaysInMemory() {
        publish(queue, 0, 5_000);
        budget.add(2 * LOTS);
        spill.failing(true);

        queue.pageOut().complete();

        long all = 5_000L * QueueEntry.OVERHEAD_BYTES;
        assertThat(queue.bytes().memory()).isGreaterThan(all);
        queue.addConsumer(Queues.consumer(queue, target, "c", 10_000));
        assertThat(ids()).isEqualTo(range(0, 5_000));
    }

    @Test
    void whatIsTakenWhileItIsWrittenIsNotKept() {
        publish(queue, 0, 1_000);
        budget.add(2 * LOTS);
        spill.meanwhile(() -> {
            spill.meanwhile(() -> {});
            queue.addConsumer(Queues.consumer(queue, target, "c", 10_000));
        });

        queue.pageOut().complete();

        assertThat(ids()).isEqualTo(range(0, 1_000));
        assertThat(spill.live()).isZero();
    }

    @Test
    void whatIsPurgedWhileItIsWrittenIsNotKept() {
        publish(queue, 0, 1_000);
        budget.add(2 * LOTS);
        spill.meanwhile(() -> {
            spill.meanwhile(() -> {});
            assertThat(queue.purgeReady().count()).isEqualTo(1_000);
        });

        queue.pageOut().complete();

        assertThat(spill.live()).isZero();
        assertThat(queue.bytes().memory()).isZero();
    }

    @Test
    void purgeAndDeleteGiveAllSlotsBackOnTheThreadsThatMayBlock() {
        for (boolean purged : new boolean[] {true, false}) {
            Queue each = queue(null);
            publish(each, 0, 3_000);
            budget.add(2 * LOTS);
            each.pageOut().complete();
            budget.add(-2 * LOTS);
            if (purged) {
                assertThat(each.purgeReady().count()).isEqualTo(3_000);
            } else {
                assertThat(each.delete(false, false)).isEqualTo(3_000);
            }
            assertThat(spill.live()).as("purged=%s", purged).isEqualTo(3_000 - 128);
            store.runAll();

            assertThat(spill.live()).as("purged=%s", purged).isZero();
            assertThat(budget.usedBytes()).as("purged=%s", purged).isZero();
        }
    }

    @Test
    void aGetWaitsForWhatWasSpilled() {
        publish(queue, 0, 1_000);
        budget.add(2 * LOTS);
        queue.pageOut().complete();
        for (int i = 0; i < 128; i++) {
            queue.get(true);
        }
        List<String> told = new ArrayList<>();

        assertThat(queue.get(true, () -> told.add("look again")).waits()).isTrue();
        store.runAll();

        assertThat(told).containsExactly("look again");
        QueueEntry entry = queue.get(true);
        assertThat(entry == null ? -1 : Queues.idOf(entry)).isEqualTo(128);
    }

    private static Message message(int id) {
        return Queues.message(id + " ".repeat(100));
    }

    private static void publish(Queue queue, int first, int end) {
        QueueBurst burst = new QueueBurst(queue);
        IntStream.range(first, end).mapToObj(QueueSpillTest::message).forEach(burst::publish);
        burst.flush();
    }

    private List<Integer> ids() {
        return log.stream().map(Queues::idOf).toList();
    }

    private static List<Integer> range(int first, int end) {
        return IntStream.range(first, end).boxed().toList();
    }
}
