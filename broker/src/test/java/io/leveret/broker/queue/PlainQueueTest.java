package io.leveret.broker.queue;

import static io.leveret.broker.queue.FakeTarget.idOf;
import static org.assertj.core.api.Assertions.assertThat;

import io.leveret.amqp.BasicProperties;
import io.leveret.amqp.FieldTable;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** A queue that has used nothing which most queues never use looks at nothing of it: it has to notice when it begins, and when it ends. */
class PlainQueueTest {

    private final ManualTimer timer = new ManualTimer();
    private final List<QueueEntry> log = new ArrayList<>();
    private final FakeTarget target = new FakeTarget(log);

    @Test
    void aLimitHoldsFromTheMomentThatItIsSet() {
        Queue queue = queue(FieldTable.EMPTY);
        Queues.publish(queue, 0, 10);

        queue.apply(QueueSettings.of(FieldTable.builder().put("x-max-length", 3).build()));
        queue.enforceSettings();
        assertThat(queue.counts().ready()).isEqualTo(3);

        Queues.publish(queue, 10, 12);
        assertThat(id(queue.get(true))).isEqualTo(9);
    }

    @Test
    void aMessageExpiresAmongManyThatDoNot() {
        Queue queue = queue(FieldTable.EMPTY);
        Queues.publish(queue, 0, 3);
        QueueBurst burst = new QueueBurst(queue);
        burst.publish(Queues.message(3));
        burst.expiresAt(timer.millis() + 100);
        burst.flush();
        Queues.publish(queue, 4, 6);

        timer.pass(100);
        assertThat(queue.counts().ready()).isEqualTo(5);

        Queues.publish(queue, 6, 7);
        queue.addConsumer(Queues.consumer(queue, target, "a", 10));
        assertThat(ids()).containsExactly(0, 1, 2, 4, 5, 6);
    }

    @Test
    void aMessageThatAConsumerWaitedForExpiresOnceItHasReturned() {
        Queue queue = queue(FieldTable.EMPTY);
        Consumer consumer = Queues.consumer(queue, target, "a", 10);
        queue.addConsumer(consumer);
        QueueBurst burst = new QueueBurst(queue);
        burst.publish(Queues.message(0));
        burst.expiresAt(timer.millis() + 100);
        burst.flush();
        queue.removeConsumer(consumer);

        queue.requeue(log);
        timer.pass(100);

        assertThat(queue.counts().ready()).isZero();
    }

    @Test
    void whatReturnsGoesOutFirstAndTheRestInOrder() {
        Queue queue = queue(FieldTable.EMPTY);
        Queues.publish(queue, 0, 4);
        QueueEntry first = queue.get(false);
        QueueEntry second = queue.get(false);
        Queues.publish(queue, 4, 5);
        queue.requeue(List.of(second, first));

        queue.addConsumer(Queues.consumer(queue, target, "a", 10));
        Queues.publish(queue, 5, 6);

        assertThat(ids()).containsExactly(0, 1, 2, 3, 4, 5);
    }

    @Test
    void theFirstMessageOfAHigherPriorityOvertakesThoseThatWait() {
        Queue queue = queue(FieldTable.builder().put("x-max-priority", 9).build());
        Queues.publish(queue, 0, 3);
        QueueBurst burst = new QueueBurst(queue);
        burst.publish(Queues.message(3));
        burst.publish(Queues.message("4", BasicProperties.builder().priority(7).build()));
        burst.publish(Queues.message(5));
        burst.flush();

        queue.addConsumer(Queues.consumer(queue, target, "a", 10));

        assertThat(ids()).containsExactly(4, 0, 1, 2, 3, 5);
    }

    @Test
    void isPlainUntilSomethingReturnsAndOnceThatHasGoneOut() {
        Levels levels = new Levels(queue(FieldTable.EMPTY).priorities(), () -> 0, null);
        assertThat(levels.isPlain()).as("before it was looked at").isFalse();
        levels.look();
        assertThat(levels.isPlain()).isTrue();

        QueueEntry entry = QueueEntry.unstored(queue(FieldTable.EMPTY), Queues.message(1), 1, 1);
        entry.expiresAt(5);
        levels.putBack(entry, false);
        levels.look();
        assertThat(levels.isPlain()).isFalse();

        levels.take(entry);
        levels.look();
        assertThat(levels.isPlain()).isTrue();
    }

    @Test
    void isPlainWithSeveralLevelsUntilSomethingReturnsToOneOfThem() {
        Levels levels = new Levels(ofTenPriorities().priorities(), () -> 0, null);
        QueueEntry low = entry(0, 1);
        QueueEntry high = entry(7, 2);
        levels.add(low);
        levels.add(high);
        levels.endBurst();
        levels.look();
        assertThat(levels.isPlain()).isTrue();

        assertThat(levels.takeFrom(levels.plainRun())).isSameAs(high);
        assertThat(levels.takeFrom(levels.plainRun())).isSameAs(low);
        assertThat(levels.memoryBytes()).isZero();
        assertThat(levels.isEmpty()).isTrue();
        levels.add(entry(0, 3));
        levels.endBurst();
        assertThat(levels.isPlain()).as("what comes and goes").isTrue();
        assertThat(levels.isEmpty()).isFalse();

        levels.putBack(low, false);
        levels.look();
        assertThat(levels.isPlain()).as("what returned stands apart").isFalse();
        levels.take(entryOf(levels));
        levels.take(entryOf(levels));
        levels.look();
        assertThat(levels.isPlain()).isTrue();
        assertThat(levels.memoryBytes()).isZero();
    }

    @Test
    void anEntryOfAnyLevelThatExpiresIsLookedAt() {
        Levels levels = new Levels(ofTenPriorities().priorities(), () -> 0, null);
        levels.add(entry(7, 1));
        QueueEntry expiring = entry(2, 2);
        expiring.expiresAt(5);
        levels.add(expiring);
        levels.endBurst();
        levels.look();
        assertThat(levels.isPlain()).isFalse();

        assertThat(levels.expired().poll(5)).isSameAs(expiring);
        levels.look();
        assertThat(levels.isPlain()).isTrue();
    }

    @Test
    void whatWaitsCountsWhicheverLevelsAConsumerTakesFrom() {
        Queue queue = ofTenPriorities();
        publish(queue, 5, 1, 9, 0);
        Consumer consumer = Queues.consumer(queue, target, "a", 2);
        queue.addConsumer(consumer);
        publish(queue, 9, 3);

        assertThat(ids()).containsExactly(9, 5);
        assertThat(queue.counts().ready()).isEqualTo(4);
        assertThat(queue.bytes().ready()).isEqualTo(4L * log.get(0).bytes());

        settle(queue, List.copyOf(log));
        assertThat(ids()).containsExactly(9, 5, 9, 3);
        settle(queue, log.subList(2, 4));
        assertThat(ids()).containsExactly(9, 5, 9, 3, 1, 0);
        assertThat(queue.counts().ready()).isZero();
        assertThat(queue.bytes().ready()).isZero();
    }

    /** One burst; each message's number is its priority. */
    private static void publish(Queue queue, int... priorities) {
        QueueBurst burst = new QueueBurst(queue);
        for (int priority : priorities) {
            burst.publish(Queues.message(
                    "" + priority, BasicProperties.builder().priority(priority).build()));
        }
        burst.flush();
    }

    private static void settle(Queue queue, List<QueueEntry> entries) {
        QueueBurst burst = new QueueBurst(queue);
        entries.forEach(burst::settle);
        burst.flush();
    }

    private Queue ofTenPriorities() {
        return queue(FieldTable.builder().put("x-max-priority", 9).build());
    }

    private QueueEntry entry(int priority, long position) {
        BasicProperties properties =
                BasicProperties.builder().priority(priority).build();
        return QueueEntry.unstored(ofTenPriorities(), Queues.message("1", properties), position, position);
    }

    @SuppressWarnings("NullAway") // what is next is there, or the test fails
    private static QueueEntry entryOf(Levels levels) {
        return levels.next();
    }

    private Queue queue(FieldTable arguments) {
        QueueContext context = new QueueContext(MemoryBudget.unlimited(), null, DeadLetters.NOWHERE, timer, timer);
        return new Queue(new QueueDeclaration("q", "/", false, false, null, arguments), () -> {}, context, null);
    }

    private List<Integer> ids() {
        return log.stream().map(FakeTarget::idOf).toList();
    }

    private static int id(@Nullable QueueEntry entry) {
        return entry == null ? -1 : idOf(entry);
    }
}
