package io.leveret.broker.queue;

import static org.assertj.core.api.Assertions.assertThat;

import io.leveret.amqp.BasicProperties;
import io.leveret.amqp.FieldTable;
import io.leveret.broker.message.Address;
import io.leveret.broker.message.Message;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** A queue with message groups while memory is short. A message is named by its group's letter and its number in it. */
class QueueGroupsMemoryTest {

    private static final long LIMIT = 100_000_000;

    private final ManualTimer timer = new ManualTimer();
    private final List<QueueEntry> log = new ArrayList<>();
    private final FakeTarget target = new FakeTarget(log);
    private final FakeBacklog store = new FakeBacklog();
    private final FakeSpill spill = new FakeSpill(store::execute);
    private final MemoryBudget budget = new MemoryBudget(LIMIT, store::execute, () -> 0);
    private final Queue queue = queue();

    private Queue queue() {
        FieldTable arguments =
                FieldTable.builder().put("x-group-by", "routing-key").build();
        QueueContext context = new QueueContext(budget, spill, DeadLetters.NOWHERE, timer, timer, 100_000);
        return new Queue(new QueueDeclaration("q", "/", true, false, null, arguments), () -> {}, context, store);
    }

    private static Message message(String name) {
        return new Message(
                new Address("", name.substring(0, 1)), BasicProperties.EMPTY, name.getBytes(StandardCharsets.UTF_8));
    }

    private void publish(String... names) {
        QueueBurst burst = new QueueBurst(queue);
        List.of(names).forEach(name -> burst.publish(message(name)));
        burst.flush();
    }

    private void publishStored(String group, int first, int end) {
        List<Message> messages = new ArrayList<>();
        for (int i = first; i < end; i++) {
            messages.add(message(group + i));
        }
        long position = store.append(messages);
        store.allReadable();
        QueueBurst burst = new QueueBurst(queue);
        for (int i = 0; i < messages.size(); i++) {
            burst.publish(messages.get(i), i);
        }
        store.arrived(position);
        burst.flush(position);
    }

    private void consume(String tag, int prefetch) {
        queue.addConsumer(Queues.consumer(queue, target, tag, prefetch));
    }

    private List<String> delivered() {
        List<String> since = log.stream()
                .map(entry -> Objects.requireNonNull(entry.consumer()).tag() + " "
                        + new String(entry.message().body(), StandardCharsets.UTF_8))
                .toList();
        log.clear();
        return since;
    }

    private int setAside() {
        return Objects.requireNonNull(queue.groups(null, GroupsView.MOST_LISTED))
                .setAside();
    }

    @Test
    void goesOnByItselfOnceThereIsMemoryAgain() {
        consume("c1", 1);
        consume("c2", 1);
        publish("a1");
        budget.add(2 * LIMIT);
        publish("a2", "b1");
        assertThat(delivered()).containsExactly("c1 a1");
        timer.pass(10 * MemoryWait.PAUSE_MS);
        assertThat(delivered()).isEmpty();
        assertThat(timer.pending()).isEqualTo(1);

        budget.add(-2 * LIMIT);
        timer.pass(MemoryWait.PAUSE_MS);

        assertThat(delivered()).containsExactly("c2 b1");
        assertThat(timer.pending()).isZero();
    }

    /** All but the first, of which the delivery is returned. */
    private QueueEntry spillWhatIsLookedPast() {
        consume("c1", 1);
        consume("c2", 1);
        for (int i = 0; i < 5_000; i++) {
            publish("a" + i);
        }
        assertThat(setAside()).isEqualTo(4_999);
        budget.add(2 * LIMIT);
        queue.pageOut().complete();
        assertThat(spill.live()).isEqualTo(4_999 - Window.SMALL.entries);
        budget.add(-2 * LIMIT);
        QueueEntry first = log.get(0);
        assertThat(delivered()).containsExactly("c1 a0");
        return first;
    }

    @Test
    void transientMessagesThatWereLookedPastAreSpilledAndComeBack() {
        QueueEntry first = spillWhatIsLookedPast();

        consume("c3", 10_000);
        Queues.settle(queue, List.of(first));
        for (int i = 1; i < 5_000; i++) {
            store.runAll();
            assertThat(log).as("after %d", i).isNotEmpty();
            Queues.settle(queue, List.of(log.remove(0)));
        }
        assertThat(queue.counts()).isEqualTo(new Queue.QueueCounts(0, 0, 3));
        assertThat(spill.live()).isZero();
    }

    @Test
    void aPurgeFreesWhatWasSpilled() {
        spillWhatIsLookedPast();

        assertThat(queue.purge()).isEqualTo(4_999);
        store.runAll();

        assertThat(spill.live()).isZero();
    }

    @Test
    void notMuchIsLookedPastThatIsStored() {
        consume("c1", 1);
        publishStored("a", 0, 1);
        budget.add(2 * LIMIT);
        consume("c2", 1);
        publishStored("a", 1, 3 * Window.FULL.entries);
        publishStored("b", 0, 1);
        timer.pass(10 * MemoryWait.PAUSE_MS);
        assertThat(setAside()).isEqualTo(Window.FULL.entries);
        assertThat(delivered()).containsExactly("c1 a0");

        budget.add(-2 * LIMIT);
        timer.pass(MemoryWait.PAUSE_MS);
        store.runAll();
        timer.pass(MemoryWait.PAUSE_MS);
        assertThat(delivered()).containsExactly("c2 b0");
    }

    @Test
    void whatGoesOutNextStaysInMemory() {
        consume("c1", 1);
        publishStored("a", 0, 500);
        publishStored("b", 0, 1);
        QueueEntry free = Objects.requireNonNull(queue.get(false));
        assertThat(setAside()).isEqualTo(499);
        budget.add(2 * LIMIT);
        queue.requeue(List.of(free));
        assertThat(free.hasMessage()).as("there is more than a small window").isFalse();

        assertThat(queue.get(false, () -> {})).isEqualTo(Got.LATER);
        store.runAll();

        assertThat(queue.get(false)).isSameAs(free);
    }

    @Test
    void whatWasLookedPastAndCanNotBeReadComesOnceItCan() {
        consume("c1", 1);
        consume("c2", 1);
        publishStored("a", 0, 500);
        assertThat(setAside()).isEqualTo(499);
        queue.pageOut().drop(10);
        store.damage(FakeBacklog.FIRST_POSITION + 400);

        for (int i = 0; i < 400; i++) {
            store.runOne();
            assertThat(log).as("after %d", i).hasSize(1);
            Queues.settle(queue, List.of(log.remove(0)));
        }
        store.runOne();
        assertThat(log).isEmpty();
        assertThat(target.unreadable()).hasSize(2);
        assertThat(setAside()).as("nothing is lost").isEqualTo(100);

        store.damage(null);
        store.runOne();
        consume("c3", 1_000);
        store.runAll();
        assertThat(delivered()).hasSize(100).startsWith("c3 a400").endsWith("c3 a499");
    }

    @Test
    void aDeletedQueueTakesNothingOfTheBudget() {
        consume("c1", 1);
        consume("c2", 1);
        publish("a1", "a2", "b1");
        assertThat(budget.usedBytes()).isPositive();

        queue.delete(false, false);

        assertThat(budget.usedBytes()).isZero();
    }
}
