package io.leveret.broker.vhost;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.leveret.amqp.AmqpException;
import io.leveret.amqp.BasicProperties;
import io.leveret.broker.channel.Entries;
import io.leveret.broker.message.Address;
import io.leveret.broker.message.Message;
import io.leveret.broker.queue.BurstFailedException;
import io.leveret.broker.queue.Consumer;
import io.leveret.broker.queue.DeliveryTarget;
import io.leveret.broker.queue.Queue;
import io.leveret.broker.queue.QueueBurst;
import io.leveret.broker.queue.QueueEntry;
import io.leveret.broker.queue.QueueSettings;
import io.leveret.broker.settings.DeprecatedFeatures;
import io.leveret.broker.storage.JournalWriter;
import io.leveret.broker.storage.StoredMessages;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class BurstsTest {

    private final Bursts bursts = new VirtualHost("/", DeprecatedFeatures.defaults()).newBursts(null);

    /** Against one list for each queue, with more queues than are remembered; a failure prints the seed. */
    @Test
    void agreesWithOneListForEachQueue() {
        for (int seed = 0; seed < 6; seed++) {
            compareHistory(seed);
        }
    }

    private static void compareHistory(int seed) {
        Random random = new Random(seed);
        Bursts bursts = new VirtualHost("/", DeprecatedFeatures.defaults()).newBursts(null);
        List<Queue> queues = new ArrayList<>();
        Map<Queue, List<Message>> model = new HashMap<>();
        for (int i = 0; i < 1_500; i++) {
            queues.add(Entries.queue("q" + i));
            model.put(queues.get(i), new ArrayList<>());
        }
        Map<Queue, QueueBurst> handedOut = new HashMap<>();
        long generation = bursts.generation();
        for (int step = 0; step < 20_000; step++) {
            if (generation != bursts.generation()) {
                handedOut.clear();
                generation = bursts.generation();
            }
            Queue queue = queues.get(random.nextInt(queues.size()));
            Message message = Entries.message(0);
            bursts.publish(
                    message, new QueueBurst[] {handedOut.computeIfAbsent(queue, bursts::of)}, QueueSettings.NONE);
            model.getOrDefault(queue, new ArrayList<>()).add(message);
            if (random.nextInt(500) == 0) {
                bursts.flush();
            }
        }
        bursts.flush();
        model.forEach((queue, messages) ->
                assertThat(drain(queue)).as("seed %d %s", seed, queue.name()).isEqualTo(messages));
    }

    @Test
    void bringsNothingBeforeTheFlushAndEverythingOnceWithIt() {
        Queue queue = Entries.queue("q");
        bursts.publish(Entries.message(0), new QueueBurst[] {bursts.of(queue)}, QueueSettings.NONE);
        assertThat(queue.counts().ready()).isZero();

        bursts.flush();
        bursts.flush();

        assertThat(queue.counts().ready()).isEqualTo(1);
    }

    @Test
    void settlesAndPublishesTogether() {
        Queue queue = Entries.queue("q");
        Entries.publish(queue, 2, 0);
        QueueEntry first = queue.get(false);
        if (first == null) {
            throw new AssertionError("nothing in the queue");
        }
        bursts.settle(first);
        bursts.publish(Entries.message(0), new QueueBurst[] {bursts.of(queue)}, QueueSettings.NONE);
        assertThat(queue.counts().unacked()).isEqualTo(1);

        bursts.flush();

        assertThat(queue.counts().unacked()).isZero();
        assertThat(queue.counts().ready()).isEqualTo(2);
    }

    /** As when memory runs out in the middle. */
    @Test
    void whatFailedIsNotBroughtAgainAndTheOthersStillAre() {
        Queue first = Entries.queue("first");
        Queue broken = Entries.queue("broken");
        Queue last = Entries.queue("last");
        broken.addConsumer(Entries.consumer(broken, new BrokenTarget(), 10));
        for (Queue queue : List.of(first, broken, last)) {
            bursts.publish(Entries.message(0), new QueueBurst[] {bursts.of(queue)}, QueueSettings.NONE);
            bursts.publish(Entries.message(0), new QueueBurst[] {bursts.of(queue)}, QueueSettings.NONE);
        }

        assertThatThrownBy(bursts::flush)
                .isInstanceOf(BurstFailedException.class)
                .hasMessageStartingWith("queue 'broken' in vhost '/' could not take messages")
                .hasRootCauseMessage("on purpose");

        assertThat(first.counts().ready()).isEqualTo(2);
        assertThat(last.counts().ready()).isEqualTo(2);
        assertThat(broken.counts().ready() + broken.counts().unacked()).isEqualTo(2);
    }

    @Test
    void doesNotSpeakOfLossWhereAllWasTaken() {
        Queue queue = Entries.queue("q");
        queue.addConsumer(Entries.consumer(queue, new SleepyTarget(), 10));
        bursts.publish(Entries.message(0), new QueueBurst[] {bursts.of(queue)}, QueueSettings.NONE);

        assertThatThrownBy(bursts::flush)
                .isInstanceOf(BurstFailedException.class)
                .hasMessage("a burst failed apart from its queues")
                .hasRootCauseMessage("on purpose");

        assertThat(queue.counts().unacked()).isOne();
    }

    @Test
    void eachQueueHasItsOwnPositionsThoughAnotherOneFailed() {
        try (DelayedVhost host = new DelayedVhost()) {
            Bursts stored = host.vhost.newBursts(host.newWriter());
            Queue broken = host.queue("broken");
            Queue last = host.queue("last");
            broken.addConsumer(Entries.consumer(broken, new BrokenTarget(), 10));
            persistent(stored, broken);
            persistent(stored, last);
            assertThatThrownBy(stored::flush).isInstanceOf(BurstFailedException.class);

            persistent(stored, last);
            stored.flush();

            assertThat(positions(last)).hasSize(2).isEqualTo(host.store.positions(last.id(0)));
            assertThat(broken.counts().ready()).as("the disk has it, too").isOne();
        }
    }

    @Test
    void nothingThatCouldNotBeAppendedComesLater() {
        try (DelayedVhost host = new DelayedVhost()) {
            Bursts stored = host.vhost.newBursts(host.newWriter());
            Queue queue = host.queue("q");
            persistent(stored, queue);
            persistent(stored, queue);
            host.store.exhaustAppend();
            assertThatThrownBy(stored::flush).isInstanceOf(OutOfMemoryError.class);
            assertThat(stored.publishedBatch()).as("never confirmed").isEqualTo(Long.MAX_VALUE);

            stored.flush();
            assertThat(queue.counts().ready()).isZero();

            persistent(stored, queue);
            stored.flush();
            assertThat(positions(queue)).hasSize(1).isEqualTo(host.store.positions(queue.id(0)));
        }
    }

    /** As when memory runs out in the middle of a message. */
    @Test
    void aHalfGatheredMessageIsNotInTheWayOfOthers() {
        try (DelayedVhost host = new DelayedVhost()) {
            JournalWriter writer = host.newWriter();
            Bursts stored = host.vhost.newBursts(writer);
            Queue queue = host.queue("q");
            StoredMessages.write(Entries.message(1), writer.batch());
            assertThatThrownBy(stored::flush).isInstanceOf(IllegalStateException.class);

            persistent(stored, queue);
            stored.flush();
            assertThat(positions(queue)).hasSize(1).isEqualTo(host.store.positions(queue.id(0)));
        }
    }

    private static void persistent(Bursts to, Queue queue) {
        BasicProperties properties = BasicProperties.builder().deliveryMode(2).build();
        Message message = new Message(new Address("", queue.name()), properties, new byte[1]);
        to.publish(message, new QueueBurst[] {to.of(queue)}, QueueSettings.NONE);
    }

    private static List<Long> positions(Queue queue) {
        List<Long> positions = new ArrayList<>();
        for (QueueEntry entry = queue.get(false); entry != null; entry = queue.get(false)) {
            positions.add(entry.position());
        }
        return positions;
    }

    @Test
    void doesNotHoldDeletedQueuesForEver() {
        Queue living = Entries.queue("living");
        for (int i = 0; i < 500; i++) {
            Queue queue = Entries.queue("q" + i);
            bursts.publish(Entries.message(0), new QueueBurst[] {bursts.of(queue)}, QueueSettings.NONE);
            bursts.publish(Entries.message(0), new QueueBurst[] {bursts.of(living)}, QueueSettings.NONE);
            queue.delete(false, false);
            bursts.flush();
        }

        assertThat(bursts.remembered()).isLessThan(20);
        assertThat(living.counts().ready()).isEqualTo(500);
    }

    @Test
    void isFullBeforeABurstHoldsALockForLong() {
        Queue queue = Entries.queue("q");
        int count = 0;
        while (!bursts.isFull()) {
            bursts.publish(Entries.message(0), new QueueBurst[] {bursts.of(queue)}, QueueSettings.NONE);
            count++;
        }
        bursts.flush();

        assertThat(bursts.isFull()).isFalse();
        assertThat(count).isBetween(100, 10_000);
        assertThat(queue.counts().ready()).isEqualTo(count);
    }

    @Test
    void isFullOfSettledDeliveriesToo() {
        List<QueueEntry> entries = Entries.of(10_000);
        int count = 0;
        while (!bursts.isFull()) {
            bursts.settle(entries.get(count++));
        }

        assertThat(count).isBetween(100, 9_999);
    }

    /** Fails once the queue has done its part. */
    private static final class SleepyTarget extends BrokenTarget {

        @Override
        public boolean reserve(Consumer consumer) {
            return true;
        }

        @Override
        public void offer(QueueEntry entry) {
            // Kept.
        }

        @Override
        public void wake() {
            throw new IllegalStateException("on purpose");
        }
    }

    /** Fails while the queue's lock is held. */
    static class BrokenTarget implements DeliveryTarget {

        @Override
        public boolean reserve(Consumer consumer) {
            throw new IllegalStateException("on purpose");
        }

        @Override
        public void offer(QueueEntry entry) {
            throw new AssertionError("nothing was reserved");
        }

        @Override
        public void wake() {
            throw new AssertionError("nothing was offered");
        }

        @Override
        public void transmit(QueueEntry entry) {
            throw new AssertionError("nothing was offered");
        }

        @Override
        public void queueDeleted(Consumer consumer) {
            // With the virtual host.
        }

        @Override
        public void queueUnreadable(Consumer consumer, AmqpException why) {
            throw new AssertionError("nothing is read");
        }
    }

    private static List<Message> drain(Queue queue) {
        List<Message> messages = new ArrayList<>();
        for (QueueEntry entry = queue.get(true); entry != null; entry = queue.get(true)) {
            messages.add(entry.message());
        }
        return messages;
    }
}
