package io.leveret.broker.channel;

import static org.assertj.core.api.Assertions.assertThat;

import io.leveret.amqp.FieldTable;
import io.leveret.amqp.method.QueueDeclare;
import io.leveret.broker.alarm.HeapUse;
import io.leveret.broker.queue.Consumer;
import io.leveret.broker.queue.Consumer.ConsumerOptions;
import io.leveret.broker.queue.Queue;
import io.leveret.broker.queue.QueueEntry;
import io.leveret.broker.vhost.VirtualHost;
import io.netty.buffer.Unpooled;
import java.util.ArrayDeque;
import java.util.List;
import org.junit.jupiter.api.Test;

/** So many deliveries have waited for too long that they are taken back over several turns of the loop. */
class TimedOutInPiecesTest {

    private static final int DELIVERIES = 3 * GivingBack.PIECE + 5;
    private static final int TIMEOUT_MS = 60_000;

    private final VirtualHost vhost = Sessions.vhost();
    private final ArrayDeque<Runnable> turns = new ArrayDeque<>();
    private final Session session = Sessions.in(vhost);
    private final Link link = new Link(
            new MemoryOutput(Unpooled.buffer()),
            new Outbox(() -> {}),
            vhost.newBursts(null),
            new TargetCache(),
            new HeapUse().newPart(),
            new GivingBack(turns::add),
            Runnable::run,
            resumed -> {});
    private final Deliveries deliveries =
            new Deliveries(1, session, link, new SharedPrefetch(), new Firehose(1, session, link.bursts()));
    private final Queue queue = vhost.queues()
            .declare(
                    new QueueDeclare(
                            "q",
                            false,
                            true,
                            false,
                            false,
                            false,
                            FieldTable.builder()
                                    .put("x-consumer-timeout", TIMEOUT_MS)
                                    .build()),
                    this,
                    Sessions.guest());
    private final CollectingTarget target = new CollectingTarget();
    private final Consumer consumer =
            new Consumer(queue, target, "c", new ConsumerOptions(false, false, 2 * DELIVERIES, 0, FieldTable.EMPTY));

    private void deliverAll() {
        queue.addConsumer(consumer);
        Entries.publish(queue, DELIVERIES, 0);
        List<QueueEntry> offered = target.entries();
        assertThat(offered).hasSize(DELIVERIES);
        offered.forEach(each -> deliveries.deliver(consumer, each));
        assertThat(deliveries.timeOut(TIMEOUT_MS, 1_000)).isEmpty();
        assertThat(deliveries.looksOn()).isFalse();
    }

    private void giveBack() {
        deliveries.giveBack();
        while (!turns.isEmpty()) {
            turns.remove().run();
        }
    }

    @Test
    void aPieceIsTakenBackInEachTurn() {
        deliverAll();
        long nowMs = 2_000 + TIMEOUT_MS;

        int turnsTaken = 0;
        do {
            int before = queue.counts().unacked();
            assertThat(deliveries.timeOut(TIMEOUT_MS, nowMs))
                    .extracting(Deliveries.TimedOut::consumer)
                    .containsExactly(consumer);
            queue.removeConsumer(consumer);
            giveBack();
            turnsTaken++;
            assertThat(before - queue.counts().unacked()).isBetween(1, GivingBack.PIECE);
        } while (deliveries.looksOn());

        assertThat(turnsTaken).isEqualTo(4);
        assertThat(queue.counts().unacked()).isZero();
        assertThat(queue.counts().ready()).isEqualTo(DELIVERIES);
        assertThat(deliveries.areOutstanding()).isFalse();
    }

    @Test
    void whatIsAcknowledgedBetweenTwoTurnsDoesNotReturn() {
        deliverAll();
        long nowMs = 2_000 + TIMEOUT_MS;
        deliveries.timeOut(TIMEOUT_MS, nowMs);
        queue.removeConsumer(consumer);
        giveBack();

        deliveries.settle(DELIVERIES, false, Settlement.ACK);
        // One that was taken back may be acknowledged late.
        deliveries.settle(1, false, Settlement.ACK);
        link.bursts().flush();
        while (deliveries.looksOn()) {
            deliveries.timeOut(TIMEOUT_MS, nowMs);
            giveBack();
        }

        assertThat(queue.counts().unacked()).isZero();
        assertThat(queue.counts().ready()).isEqualTo(DELIVERIES - 1);
    }
}
