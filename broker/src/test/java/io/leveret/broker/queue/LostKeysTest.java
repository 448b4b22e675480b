package io.leveret.broker.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.leveret.amqp.BasicProperties;
import io.leveret.amqp.FieldTable;
import io.leveret.broker.message.Message;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What becomes of the keys of messages of which a read finds no trace: they may come again. */
class LostKeysTest {

    private static final int LOST = 30;

    private final FakeBacklog store = new FakeBacklog();
    private final FakeSpill spill = new FakeSpill(store::execute);
    private final List<QueueEntry> log = new ArrayList<>();
    private final FakeTarget target = new FakeTarget(log);
    private final MemoryBudget budget = new MemoryBudget(1L << 40, store::execute, () -> 0);
    private Queue queue = queue(FieldTable.builder());

    private Queue queue(FieldTable.Builder arguments) {
        FieldTable all = arguments.put("x-message-deduplication", true).build();
        return new Queue(Queues.queue(all).declaration(), () -> {}, Queues.context(budget, spill), store);
    }

    private static Message message(int id) {
        FieldTable headers =
                FieldTable.builder().put("x-deduplication-header", id).build();
        return Queues.message(
                Integer.toString(id), BasicProperties.builder().headers(headers).build());
    }

    /** Publishes those that are no duplicates, and tells how many these are. */
    private int publish(boolean stored, int first, int end) {
        QueueBurst burst = new QueueBurst(queue);
        Deduplication how = Objects.requireNonNull(queue.uniqueness()).how();
        List<Message> messages = IntStream.range(first, end)
                .mapToObj(LostKeysTest::message)
                .filter(each -> burst.ask(each, how.keyOf(each)) == Admitted.TAKEN)
                .toList();
        long position = stored ? store.append(messages) : 0;
        store.allReadable();
        for (int i = 0; i < messages.size(); i++) {
            if (stored) {
                burst.publish(messages.get(i), i);
            } else {
                burst.publish(messages.get(i));
            }
            assertThat(burst.takeKey()).isNotZero();
        }
        store.arrived(position);
        burst.flush(position);
        return messages.size();
    }

    private Consumer consume() {
        Consumer consumer = Queues.consumer(queue, target, "c", 10_000);
        queue.addConsumer(consumer);
        store.runAll();
        return consumer;
    }

    private static long positionOf(int id) {
        return FakeBacklog.FIRST_POSITION + id;
    }

    private long unsettled() {
        return Objects.requireNonNull(queue.uniqueness()).state().unsettled();
    }

    @Test
    void ofWhatCameBack() {
        publish(true, 0, 200);
        Consumer consumer = consume();
        log.forEach(QueueEntry::transmitted);
        queue.pageOut().drop(10);
        queue.removeConsumer(consumer);
        queue.requeue(new ArrayList<>(log));
        log.clear();
        store.settle(positionOf(LOST));

        consume();

        assertThat(log).hasSize(199);
        assertThat(publish(true, 0, 200)).isOne();
    }

    @Test
    void ofWhatAGroupHeldUp() {
        queue = queue(FieldTable.builder().put("x-group-by", "routing-key"));
        publish(true, 0, 200);
        queue.addConsumer(Queues.consumer(queue, target, "one", 1));
        queue.addConsumer(Queues.consumer(queue, target, "other", 1));
        assertThat(Objects.requireNonNull(queue.groups(null, GroupsView.MOST_LISTED))
                        .setAside())
                .isEqualTo(199);
        queue.pageOut().drop(10);
        store.settle(positionOf(199));

        while (!log.isEmpty()) {
            QueueEntry next = log.remove(0);
            store.settle(next.position());
            Queues.settle(queue, List.of(next));
            store.runAll();
        }

        assertThat(unsettled()).isZero();
        assertThat(publish(true, 0, 200)).isEqualTo(200);
    }

    @Test
    void ofWhatTheQueueFailedToTake() {
        queue = queue(FieldTable.builder().put("x-cache-size", 10));
        store.exhaust();
        assertThatThrownBy(() -> publish(false, 0, 3)).isInstanceOf(BurstFailedException.class);

        assertThat(queue.counts().ready()).isZero();
        assertThat(publish(false, 0, 3)).isEqualTo(3);
        assertThat(publish(false, 0, 3)).isZero();
    }

    @Test
    void ofWhatWasSpilled() {
        publish(false, 0, 2_000);
        budget.add(2L << 40);
        queue.pageOut().complete();
        budget.add(-2L << 40);
        int spilled = spill.live();
        assertThat(spilled).isPositive();
        spill.loseAll();

        consume();

        assertThat(log).hasSize(2_000 - spilled);
        assertThat(publish(false, 0, 2_000)).isEqualTo(spilled);
    }

    @Test
    void ofWhatOnlyTheStoreHad() {
        publish(true, 0, 2_000);
        queue.pageOut().drop(10);
        int ready = queue.counts().ready();
        IntStream.range(1_000, 2_000).forEach(id -> store.settle(positionOf(id)));

        consume();

        assertThat(ready).isEqualTo(2_000);
        assertThat(log).hasSize(1_000);
        assertThat(publish(true, 0, 2_000)).isEqualTo(1_000);
        assertThat(unsettled()).isEqualTo(2_000);
    }
}
