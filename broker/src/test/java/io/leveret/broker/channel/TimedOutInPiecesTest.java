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
    private static final int LATE_MS = 2_000 + TIMEOUT_MS;

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

    private boolean taken;

    private void deliverAll() {
        queue.addConsumer(consumer);
        Entries.publish(queue, DELIVERIES, 0);
        List<QueueEntry> offered = target.entries();
        assertThat(offered).hasSize(DELIVERIES);
        offered.forEach(each -> deliveries.deliver(consumer, each));
        timeOut(1_000);
        assertThat(taken).isFalse();
    }

    private void timeOut(long nowMs) {
        deliveries.timeOut(TIMEOUT_MS, nowMs, () -> taken = true);
    }

    private void cancelAndGiveBack() {
        assertThat(deliveries.endTimeOut())
                .extracting(LateSearch.TimedOut::consumer)
                .containsExactly(consumer);
        queue.removeConsumer(consumer);
        deliveries.giveBack();
        runTurns();
    }

    private void runTurns() {
        while (!turns.isEmpty()) {
            turns.remove().run();
        }
    }

    @Test
    void aPieceIsTakenOutInEachTurnAndNothingReturnsBeforeTheLast() {
        deliverAll();

        timeOut(LATE_MS);
        int turnsTaken = 1;
        while (!taken) {
            assertThat(queue.counts().unacked()).isEqualTo(DELIVERIES);
            turns.remove().run();
            turnsTaken++;
        }
        assertThat(turnsTaken).isEqualTo(4);
        assertThat(deliveries.areOutstanding()).isFalse();

        cancelAndGiveBack();
        assertThat(queue.counts().unacked()).isZero();
        assertThat(queue.counts().ready()).isEqualTo(DELIVERIES);
    }

    @Test
    void whatIsAcknowledgedBetweenTwoTurnsDoesNotReturn() {
        deliverAll();
        timeOut(LATE_MS);

        deliveries.settle(DELIVERIES, false, Settlement.ACK);
        // One that was taken out may be acknowledged late.
        deliveries.settle(1, false, Settlement.ACK);
        link.bursts().flush();
        runTurns();
        cancelAndGiveBack();

        assertThat(queue.counts().unacked()).isZero();
        assertThat(queue.counts().ready()).isEqualTo(DELIVERIES - 1);
    }

    /** Its age is that of the moment when the search began, however often somebody asks meanwhile. */
    @Test
    void whatIsYoungStaysHoweverLongTheSearchTakes() {
        deliverAll();
        timeOut(LATE_MS);
        Entries.publish(queue, 1, 0);
        deliveries.deliver(consumer, target.entries().get(DELIVERIES));
        int before = turns.size();
        timeOut(2 * LATE_MS);
        timeOut(3 * LATE_MS);
        assertThat(turns).hasSize(before);

        runTurns();
        cancelAndGiveBack();

        assertThat(queue.counts().unacked()).isOne();
        taken = false;
        timeOut(3 * LATE_MS);
        assertThat(taken).isFalse();
        timeOut(3 * LATE_MS + TIMEOUT_MS + 1);
        assertThat(taken).isTrue();
    }

    @Test
    void whatTheClientBeginsToAcknowledgeInPiecesIsNotLateAnyMore() {
        deliverAll();
        timeOut(LATE_MS);

        deliveries.settle(0, true, Settlement.ACK);
        runTurns();
        cancelAndGiveBack();

        assertThat(queue.counts().unacked()).isZero();
        assertThat(queue.counts().ready()).isEqualTo(GivingBack.PIECE);
    }

    @Test
    void aChannelThatClosesMeanwhileGivesAllBack() {
        deliverAll();
        timeOut(LATE_MS);

        // As the connection closes.
        link.givingBack().dropFollowing();
        queue.removeConsumer(consumer);
        Returns returns = new Returns();
        link.givingBack().add(() -> deliveries.giveBackSome(returns) || returns.requeue(GivingBack.PIECE), () -> {});
        runTurns();

        assertThat(taken).isFalse();
        assertThat(queue.counts().unacked()).isZero();
        assertThat(queue.counts().ready()).isEqualTo(DELIVERIES);
    }
}
