package io.leveret.broker.queue;

import static org.assertj.core.api.Assertions.assertThat;

import io.leveret.amqp.FieldTable;
import io.leveret.broker.message.Message;
import io.leveret.broker.queue.Departure.Reason;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** So many leave a queue by themselves that it takes many turns of the timer, and another queue has its turns in between. */
class MassDepartureTest {

    private static final int MANY = 20 * Queue.SLICE + 7;
    private static final int TTL_MS = 100;

    private final ManualTimer timer = new ManualTimer();
    private final List<Departure> left = new ArrayList<>();

    /** How many had left of the large queue at each turn of the other one. */
    private final List<Integer> seen = new ArrayList<>();

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

    private final QueueContext context = new QueueContext(MemoryBudget.unlimited(), null, deadLetters, timer, timer);
    private final FakeBacklog store = new FakeBacklog();

    private Queue queue(@Nullable FakeBacklog ofIts) {
        FieldTable arguments =
                FieldTable.builder().put("x-dead-letter-exchange", "dlx").build();
        return new Queue(Queues.queue(arguments).declaration(), () -> {}, context, ofIts);
    }

    /** Something that another queue has to do is due at the same time, again and again. */
    private void watch(long everyMs) {
        timer.after(everyMs, () -> {
            seen.add(left.size());
            if (left.size() < MANY - Queue.SLICE && seen.size() < MANY) {
                watch(everyMs);
            }
        });
    }

    private void assertLeftInSlices(Reason reason, int count) {
        assertThat(left).hasSize(count);
        assertThat(left).extracting(Departure::reason).containsOnly(reason);
        assertThat(left).extracting(Departure::position).isSorted().doesNotHaveDuplicates();
        for (int i = 1; i < seen.size(); i++) {
            assertThat(seen.get(i) - seen.get(i - 1)).as("in turn %d", i).isBetween(0, Queue.SLICE);
        }
        assertThat(seen).hasSizeGreaterThan(count / Queue.SLICE - 2);
    }

    @Test
    void expiresInMemoryInSlices() {
        Queue queue = queue(null);
        publish(queue, TTL_MS);
        timer.stall(TTL_MS);
        watch(1);

        timer.pass(TTL_MS);

        assertThat(queue.counts().ready()).isZero();
        assertLeftInSlices(Reason.EXPIRED, MANY);
    }

    @Test
    void expiresOnTheDiskInSlices() {
        Queue queue = queue(store);
        store.searchDue(timer.millis() + TTL_MS);
        long end = publish(queue, TTL_MS);
        page(queue, end);
        timer.stall(TTL_MS);
        watch(1);

        timer.pass(TTL_MS);

        assertThat(queue.counts().ready()).isZero();
        assertLeftInSlices(Reason.EXPIRED, MANY);
    }

    @Test
    void aLoweredLimitHasThemLeaveInSlices() {
        Queue queue = queue(null);
        publish(queue, 0);
        watch(0);

        queue.apply(limited(10));
        queue.enforceSettings();
        assertThat(left).hasSize(Queue.SLICE);
        timer.pass(0);

        assertThat(queue.counts().ready()).isEqualTo(10);
        assertLeftInSlices(Reason.MAXLEN, MANY - 10);
    }

    @Test
    void aLoweredLimitHasThemLeaveTheDiskInSlices() {
        Queue queue = queue(store);
        page(queue, publish(queue, 0));
        store.allReadable();

        queue.apply(limited(10));
        queue.enforceSettings();
        seen.add(left.size());
        while (!store.isIdle()) {
            store.runOne();
            seen.add(left.size());
            watch(0);
            timer.pass(0);
        }

        assertThat(queue.counts().ready()).isEqualTo(10);
        assertLeftInSlices(Reason.MAXLEN, MANY - 10);
    }

    @Test
    void nothingMoreLeavesAQueueThatIsDeletedInTheMiddle() {
        Queue queue = queue(null);
        publish(queue, 0);
        queue.apply(limited(10));
        queue.enforceSettings();

        int deleted = queue.delete(false, false);
        timer.pass(1000);

        assertThat(left).hasSize(Queue.SLICE);
        assertThat(deleted).isEqualTo(MANY - Queue.SLICE);
    }

    @Test
    void aPurgeInTheMiddleTakesTheRest() {
        Queue queue = queue(null);
        publish(queue, TTL_MS);
        timer.stall(TTL_MS);
        queue.enforceSettings();
        assertThat(left).hasSize(Queue.SLICE);

        assertThat(queue.purgeReady().count()).isEqualTo(MANY - Queue.SLICE);
        timer.pass(1000);

        assertThat(left).hasSize(Queue.SLICE);
    }

    private QueueSettings limited(int length) {
        return QueueSettings.of(FieldTable.builder()
                .put("x-dead-letter-exchange", "dlx")
                .put("x-max-length", length)
                .build());
    }

    private void page(Queue queue, long end) {
        long paged;
        do {
            paged = queue.bytes().paged();
            queue.paging().dropSlice(end, end);
        } while (queue.bytes().paged() > paged);
        assertThat(paged).isGreaterThan(MANY / 2);
    }

    /** Where the store ends then. */
    private long publish(Queue queue, long ttlMs) {
        List<Message> messages =
                IntStream.range(0, MANY).mapToObj(Queues::message).toList();
        QueueBurst burst = new QueueBurst(queue);
        for (int i = 0; i < MANY; i++) {
            burst.publish(messages.get(i), i);
            if (ttlMs > 0) {
                burst.expiresAt(timer.millis() + ttlMs);
            }
        }
        long first = queue.hasStore() ? store.append(messages) : 0;
        burst.flush(first);
        if (queue.hasStore()) {
            store.arrived(first);
        }
        return first + MANY;
    }
}
