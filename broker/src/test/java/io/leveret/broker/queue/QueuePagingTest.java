package io.leveret.broker.queue;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import io.leveret.broker.message.Message;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class QueuePagingTest {

    private static final Logger REFILL = (Logger) LoggerFactory.getLogger(Refill.class);
    private static final long PLENTY = 1L << 40;

    private final FakeBacklog store = new FakeBacklog();
    private final List<QueueEntry> log = new ArrayList<>();
    private final FakeTarget target = new FakeTarget(log);
    private MemoryBudget budget = budget(PLENTY);
    private Queue queue = queue(budget, store);

    @BeforeEach
    void mute() {
        REFILL.setLevel(Level.OFF);
    }

    @AfterEach
    void unmute() {
        REFILL.setLevel(null);
    }

    private MemoryBudget budget(long limit) {
        return new MemoryBudget(limit, store::execute, () -> 0);
    }

    private static Queue queue(MemoryBudget budget, FakeBacklog store) {
        return new Queue(Queues.queue().declaration(), () -> {}, Queues.context(budget, null), store);
    }

    private void shortOfMemory() {
        budget = budget(0);
        queue = queue(budget, store);
    }

    @Test
    void aBacklogThatIsDrainedIsNeverInMemoryAsAWhole() {
        publish(0, 10_000);
        queue.pageOut().drop(100);
        long mostBytes = 0;
        queue.addConsumer(Queues.consumer(queue, target, "c", Queues.options(true, false, 1, 0)));
        while (!store.isIdle()) {
            store.runOne();
            mostBytes = Math.max(mostBytes, queue.bytes().memory());
            log.forEach(entry -> settle(List.of(entry)));
            log.subList(0, Math.max(0, log.size() - 1)).clear();
        }

        assertThat(Queues.idOf(log.get(0))).isEqualTo(9_999);
        assertThat(mostBytes).isBetween(1L, 3_000L * QueueEntry.OVERHEAD_BYTES);
    }

    @Test
    void aBurstThatFindsMemoryShortLeavesASmallWindow() {
        shortOfMemory();
        publish(0, 3_000);

        assertThat(queue.counts().ready()).isEqualTo(3_000);
        assertThat(queue.bytes().paged()).isEqualTo(3_000 - 128);
        assertThat(budget.usedBytes()).isEqualTo(queue.bytes().memory());
    }

    @Test
    void dropsWhatItCanWellBeforePublishersAreBlocked() {
        budget = budget(1L << 40);
        queue = queue(budget, store);
        budget.publishersBlockedBeyond(2_000);
        publish(0, 3_000);

        assertThat(queue.bytes().paged()).isEqualTo(3_000 - 128);
    }

    @Test
    void dropsWhatItCanBeforePublishersAreBlockedForOtherThings() {
        budget = budget(1L << 40);
        queue = queue(budget, store);
        budget.publishersBlockedBeyond(1L << 30);
        publish(0, 3_000);
        assertThat(queue.bytes().paged()).isZero();

        budget.usedBeside((3L << 28) - 1_000);
        budget.relieve();
        store.runAll();
        assertThat(queue.bytes().paged()).isEqualTo(3_000 - 128);
    }

    @Test
    void isNotShortOfMemoryOnlySincePublishersAreAlwaysBlocked() {
        budget.publishersBlockedBeyond(1);
        assertThat(budget.isShort()).isFalse();
        budget.add(1);
        assertThat(budget.isShort()).isTrue();

        budget.publishersBlockedBeyond(0);
        assertThat(budget.isShort()).isFalse();
    }

    @Test
    void keepsWhatCannotBeReadYet() {
        bring(store, queue, 0, 500, false);
        store.readableThrough(FakeBacklog.FIRST_POSITION + 299);

        queue.pageOut().drop(10);

        assertThat(queue.bytes().paged()).isEqualTo(300 - 128);
        assertThat(gotten(500)).isEqualTo(range(0, 500));
    }

    @Test
    void keepsWhatStandsBehindSomethingInFlight() {
        publish(0, 200);
        long late = store.append(List.of(Queues.message(200)));
        publish(201, 500);

        queue.pageOut().drop(10);
        assertThat(queue.bytes().paged()).isEqualTo(200 - 128);
        QueueBurst burst = new QueueBurst(queue);
        burst.publish(Queues.message(200), 0);
        burst.flush(late);
        store.arrived(late);

        assertThat(gotten(500)).isEqualTo(range(0, 500));
    }

    @Test
    void readsNothingForNobody() {
        publish(0, 2_000);
        queue.pageOut().drop(10);
        gotten(100);

        assertThat(store.isIdle()).isTrue();
    }

    @Test
    void aConsumerGetsEverythingThoughMemoryStaysShort() {
        shortOfMemory();
        budget.add(PLENTY);
        publish(0, 5_000);
        queue.addConsumer(Queues.consumer(queue, target, "c", 10_000));
        store.runAll();

        assertThat(ids()).isEqualTo(range(0, 5_000));
    }

    @Test
    void aReadThatAPageOutOvertookIsDoneAgain() {
        publish(0, 3_000);
        queue.pageOut().drop(10);
        target.room(0);
        Consumer consumer = Queues.consumer(queue, target, "c", 10_000);
        queue.addConsumer(consumer);
        store.runAll();
        target.room(800);
        queue.activate(consumer);
        assertThat(store.isIdle()).isFalse();
        store.meanwhile(() -> {
            store.meanwhile(() -> {});
            queue.pageOut().drop(10);
        });
        store.runOne();
        target.room(Integer.MAX_VALUE);
        queue.activate(consumer);
        store.runAll();

        assertThat(ids()).isEqualTo(range(0, 3_000));
    }

    @Test
    void aGetWaitsForWhatHasToBeRead() {
        publish(0, 1_000);
        queue.pageOut().drop(10);
        gotten(128);
        List<String> told = new ArrayList<>();

        assertThat(queue.get(true, () -> told.add("look again")).waits()).isTrue();
        assertThat(told).isEmpty();
        store.runAll();

        assertThat(told).containsExactly("look again");
        Got got = queue.get(true, () -> {});
        assertThat(entry(got)).isEqualTo(128);
        assertThat(got.left()).isEqualTo(871);
    }

    @Test
    void aGetThatWaitsIsToldWhenTheQueueIsPurgedOrDeleted() {
        for (boolean purged : new boolean[] {true, false}) {
            Queue each = queue(budget, store);
            each.recovered(0, store.nextPosition() - 1, 5, 500);
            List<String> told = new ArrayList<>();
            assertThat(each.get(true, () -> told.add("look again")).waits()).isTrue();
            if (purged) {
                each.purgeReady();
            } else {
                each.delete(false, false);
                each.afterDelete();
            }
            assertThat(told).as("purged=%s", purged).containsExactly("look again");
        }
    }

    @Test
    void goesOnBehindWhatTheStoreHasLost() {
        publish(0, 1_000);
        queue.pageOut().drop(10);
        publish(1_000, 1_010);
        store.live().keySet().removeIf(position -> position < FakeBacklog.FIRST_POSITION + 1_000);
        queue.addConsumer(Queues.consumer(queue, target, "c", 10_000));
        store.runAll();

        List<Integer> expected = new ArrayList<>(range(0, 128));
        expected.addAll(range(1_000, 1_010));
        assertThat(ids()).isEqualTo(expected);
        assertThat(queue.counts().ready()).isZero();
    }

    @Test
    void aMassRequeueKeepsFewMessagesInMemoryWhenItIsShort() {
        publish(0, 5_000);
        Consumer consumer = Queues.consumer(queue, target, "c", 10_000);
        queue.addConsumer(consumer);
        queue.removeConsumer(consumer);
        List<QueueEntry> held = new ArrayList<>(log);
        long before = queue.bytes().memory();
        budget.add(PLENTY);

        queue.requeue(held);
        log.clear();

        assertThat(before - queue.bytes().memory()).isGreaterThan(4_000 * 3);
        assertThat(queue.counts().ready()).isEqualTo(5_000);
        queue.addConsumer(Queues.consumer(queue, target, "d", 10_000));
        store.runAll();
        assertThat(ids()).isEqualTo(range(0, 5_000));
    }

    @Test
    void whatIsGivenOutLeavesMemoryOnceItIsWritten() {
        publish(0, 3_000);
        queue.addConsumer(Queues.consumer(queue, target, "c", 10_000));
        log.subList(0, 2_000).forEach(QueueEntry::transmitted);

        queue.pageOut().drop(10);

        assertThat(queue.bytes().memory())
                .isBetween(1_000L * QueueEntry.OVERHEAD_BYTES, 1_000L * QueueEntry.OVERHEAD_BYTES + 2_500 * 110);
        assertThat(queue.counts().unacked()).isEqualTo(3_000);
        assertThat(ids(log.subList(2_000, 3_000))).isEqualTo(range(2_000, 3_000));
    }

    @Test
    void whatWasGivenOutAndDroppedReturnsAndIsReadAgain() {
        publish(0, 3_000);
        Consumer consumer = Queues.consumer(queue, target, "c", 10_000);
        queue.addConsumer(consumer);
        log.forEach(QueueEntry::transmitted);
        queue.pageOut().drop(10);
        queue.removeConsumer(consumer);
        List<QueueEntry> back = new ArrayList<>(log);
        log.clear();

        queue.requeue(back);
        queue.addConsumer(Queues.consumer(queue, target, "d", 10_000));
        store.runAll();

        assertThat(ids()).isEqualTo(range(0, 3_000));
        assertThat(log).allMatch(QueueEntry::redelivered);
    }

    @Test
    void whatIsNotDurableYetStaysInMemoryThoughItIsGivenOut() {
        bring(store, queue, 0, 100, false);
        queue.addConsumer(Queues.consumer(queue, target, "c", 10_000));
        log.forEach(QueueEntry::transmitted);

        queue.pageOut().drop(10);

        assertThat(ids()).isEqualTo(range(0, 100));
    }

    @Test
    void messagesThatReturnedLeaveMemoryWhenItIsShortLater() {
        publish(0, 5_000);
        Consumer consumer = Queues.consumer(queue, target, "c", 10_000);
        queue.addConsumer(consumer);
        queue.removeConsumer(consumer);
        queue.requeue(new ArrayList<>(log));
        log.clear();

        queue.pageOut().drop(10);

        assertThat(queue.bytes().memory()).isLessThan(5_000L * 110);
        queue.addConsumer(Queues.consumer(queue, target, "d", 10_000));
        store.runAll();
        assertThat(ids()).isEqualTo(range(0, 5_000));
    }

    @Test
    void aPublishersOrderIsKeptWhetherAMessageIsStoredOrNot() {
        List<Message> stored = List.of(Queues.message(1), Queues.message(3));
        long first = store.append(stored);
        QueueBurst burst = new QueueBurst(queue);
        burst.publish(Queues.message(0));
        burst.publish(stored.get(0), 0);
        burst.publish(Queues.message(2));
        burst.publish(stored.get(1), 1);
        burst.publish(Queues.message(4));
        burst.flush(first);
        store.arrived(first);
        publish(5, 6);

        assertThat(gotten(6)).isEqualTo(range(0, 6));
    }

    @Test
    void aPurgeSettlesOneByOneWhatStandsBehindSomethingInFlight() {
        publish(0, 10);
        QueueEntry held = queue.get(false, () -> {}).entry();
        long late = store.append(List.of(Queues.message(10)));
        publish(11, 14);

        Purged purged = queue.purgeReady();

        Purged.Part part = purged.parts().get(0);
        assertThat(purged.count()).isEqualTo(12);
        assertThat(part.throughPosition()).isEqualTo(late - 1);
        assertThat(part.except()).containsExactly(held == null ? -1 : held.position());
        assertThat(part.apart()).containsExactly(late + 1, late + 2, late + 3);
    }

    @Test
    void aPurgeSettlesWhatIsPagedOutWhileItBegins() {
        publish(0, 10);
        store.afterAnswer(() -> {
            publish(10, 1_000);
            queue.pageOut().drop(100);
        });

        Purged purged = queue.purgeReady();
        store.purge(purged);

        assertThat(purged.count()).isEqualTo(1_000);
        assertThat(store.live()).isEmpty();
    }

    @Test
    void asksTheLargestQueueFirstAndNoMoreThanNecessary() {
        budget = budget(3_000L * QueueEntry.OVERHEAD_BYTES);
        FakeBacklog largeStore = new FakeBacklog();
        FakeBacklog smallStore = new FakeBacklog();
        Queue large = queue(budget, largeStore);
        Queue small = queue(budget, smallStore);
        publish(largeStore, large, 0, 2_000);
        publish(smallStore, small, 0, 600);
        largeStore.allReadable();
        smallStore.allReadable();
        assertThat(budget.isExceeded()).isFalse();

        Queue unstored = new Queue(Queues.queue().declaration(), () -> {}, Queues.context(budget, null), null);
        Queues.publish(unstored, 0, 1_000);
        assertThat(budget.isExceeded()).isTrue();
        store.runAll();

        assertThat(large.bytes().paged()).isGreaterThan(1_500);
        assertThat(small.bytes().paged()).isZero();
        assertThat(budget.isExceeded()).isFalse();
    }

    private void publish(int first, int end) {
        publish(store, queue, first, end);
    }

    private static void publish(FakeBacklog store, Queue queue, int first, int end) {
        bring(store, queue, first, end, true);
    }

    private static void bring(FakeBacklog store, Queue queue, int first, int end, boolean readable) {
        List<Message> messages =
                IntStream.range(first, end).mapToObj(Queues::message).toList();
        long position = store.append(messages);
        if (readable) {
            store.allReadable();
        }
        QueueBurst burst = new QueueBurst(queue);
        for (int i = 0; i < messages.size(); i++) {
            burst.publish(messages.get(i), i);
        }
        store.arrived(position);
        burst.flush(position);
    }

    private void settle(List<QueueEntry> entries) {
        QueueBurst burst = new QueueBurst(queue);
        entries.forEach(burst::settle);
        burst.flush();
    }

    private List<Integer> gotten(int count) {
        List<Integer> ids = new ArrayList<>();
        while (ids.size() < count) {
            Got got = queue.get(true, () -> {});
            if (got.waits()) {
                store.allReadable();
                store.runAll();
            } else {
                ids.add(entry(got));
            }
        }
        return ids;
    }

    private static int entry(Got got) {
        QueueEntry entry = got.entry();
        return entry == null ? -1 : Queues.idOf(entry);
    }

    private List<Integer> ids() {
        return ids(log);
    }

    private static List<Integer> ids(List<QueueEntry> entries) {
        return entries.stream().map(Queues::idOf).toList();
    }

    private static List<Integer> range(int first, int end) {
        return IntStream.range(first, end).boxed().toList();
    }
}
