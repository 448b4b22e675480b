package io.leveret.broker.channel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.leveret.amqp.AmqpException;
import io.leveret.broker.message.Message;
import io.leveret.broker.queue.Consumer;
import io.leveret.broker.queue.DeliveryTarget;
import io.leveret.broker.queue.Queue;
import io.leveret.broker.queue.QueueEntry;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class OutboxTest {

    private static final int ROOM_BYTES = 256 * 1024;

    private final List<QueueEntry> transmitted = new ArrayList<>();
    private final List<String> wakes = new ArrayList<>();
    private final Outbox outbox = new Outbox(() -> wakes.add("wake"));
    private final Queue queue = Entries.queue("q");
    private Runnable onTransmit = () -> {};

    @BeforeEach
    void consume() {
        queue.addConsumer(Entries.consumer(queue, new Target(), Integer.MAX_VALUE));
    }

    @Test
    void transmitsInTheOrderOfOffersEachOnce() {
        List<Message> published = new ArrayList<>(Entries.publish(queue, 2_000, 0));
        outbox.drain();
        published.addAll(Entries.publish(queue, 3, 0));
        outbox.drain();
        outbox.drain();

        assertThat(transmitted).extracting(QueueEntry::message).isEqualTo(published);
    }

    @Test
    void whatIsOfferedDuringADrainWaitsForTheNext() {
        List<QueueEntry> before = new ArrayList<>();
        onTransmit = () -> {
            onTransmit = () -> {};
            Entries.publish(queue, 2, 0);
        };
        Entries.publish(queue, 1, 0);

        outbox.drain();
        before.addAll(transmitted);
        outbox.drain();

        assertThat(before).hasSize(1);
        assertThat(transmitted).hasSize(3);
    }

    @Test
    void hasNoRoomBeyondItsBytesAndSaysSoWhenThereIsAgain() {
        Entries.publish(queue, 1, ROOM_BYTES);
        assertThat(outbox.hasRoom()).isFalse();
        assertThat(outbox.takeRoomRegained()).isFalse();

        outbox.drain();

        assertThat(outbox.hasRoom()).isTrue();
        assertThat(outbox.takeRoomRegained()).isTrue();
        assertThat(outbox.takeRoomRegained()).isFalse();
    }

    @Test
    void manySmallDeliveriesFillItToo() {
        Entries.publish(queue, 100_000, 0);

        assertThat(outbox.hasRoom()).isFalse();
        assertThat(queue.counts().unacked()).isLessThan(ROOM_BYTES / 50);
    }

    @Test
    void hasNoRoomWhileTheSocketTakesNothing() {
        outbox.writable(false);
        assertThat(outbox.hasRoom()).isFalse();
        outbox.drain();
        assertThat(outbox.hasRoom()).isFalse();
        assertThat(outbox.takeRoomRegained()).isFalse();

        outbox.writable(true);
        assertThat(outbox.hasRoom()).isTrue();
        assertThat(outbox.takeRoomRegained()).isTrue();
    }

    @Test
    void aWritableSocketDoesNotMakeRoomInAFullOutbox() {
        Entries.publish(queue, 1, ROOM_BYTES);
        outbox.writable(false);
        outbox.writable(true);
        assertThat(outbox.hasRoom()).isFalse();
        assertThat(outbox.takeRoomRegained()).isFalse();

        outbox.drain();
        assertThat(outbox.hasRoom()).isTrue();
        assertThat(outbox.takeRoomRegained()).isTrue();
    }

    @Test
    void asksForAnotherTurnWhenADrainMadeRoom() {
        Entries.publish(queue, 1, ROOM_BYTES);
        wakes.clear();

        outbox.drain();

        assertThat(wakes).isNotEmpty();
    }

    /** Buffers may be exhausted; then the connection goes, and what it was about to send must still be there to return. */
    @Test
    void keepsWhatADrainThatFailsDidNotTransmit() {
        Entries.publish(queue, 5, 0);
        onTransmit = () -> {
            if (transmitted.size() == 2) {
                throw new IllegalStateException("no buffer");
            }
        };
        assertThatThrownBy(outbox::drain).hasMessage("no buffer");
        onTransmit = () -> {};
        Entries.publish(queue, 1, 0);

        outbox.drain();

        assertThat(transmitted).doesNotHaveDuplicates().hasSize(6);
    }

    private final class Target implements DeliveryTarget {

        @Override
        public boolean reserve(Consumer consumer) {
            return outbox.hasRoom();
        }

        @Override
        public void offer(QueueEntry entry) {
            outbox.offer(entry);
        }

        @Override
        public void wake() {
            outbox.wake();
        }

        @Override
        public void transmit(QueueEntry entry) {
            onTransmit.run();
            transmitted.add(entry);
        }

        @Override
        public void queueDeleted(Consumer consumer) {
            throw new AssertionError("nobody deletes the queue");
        }

        @Override
        public void queueUnreadable(Consumer consumer, AmqpException why) {
            throw new AssertionError("nothing is read");
        }
    }
}
