package io.leveret.broker.channel;

import static org.assertj.core.api.Assertions.assertThat;

import io.leveret.amqp.FieldTable;
import io.leveret.amqp.method.BasicAck;
import io.leveret.amqp.method.BasicGet;
import io.leveret.amqp.method.BasicNack;
import io.leveret.amqp.method.Method;
import io.leveret.amqp.method.QueueDeclare;
import io.leveret.amqp.method.TxCommit;
import io.leveret.amqp.method.TxRollback;
import io.leveret.amqp.method.TxSelect;
import io.leveret.broker.alarm.HeapUse;
import io.leveret.broker.queue.Queue;
import io.leveret.broker.vhost.VirtualHost;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayDeque;
import org.junit.jupiter.api.Test;

/** A transaction that settles so many deliveries that it is committed, or rolled back, over several turns of the loop. */
class CommittedInPiecesTest {

    private static final int DELIVERIES = 4 * GivingBack.PIECE + 7;

    private final VirtualHost vhost = Sessions.vhost();
    private final ArrayDeque<Runnable> turns = new ArrayDeque<>();
    private final ByteBuf sent = Unpooled.buffer();
    private final Channel channel = new Channel(
            1,
            Sessions.in(vhost),
            new Link(
                    new MemoryOutput(sent),
                    new Outbox(() -> {}),
                    vhost.newBursts(null),
                    new TargetCache(),
                    new HeapUse().newPart(),
                    new GivingBack(turns::add),
                    Runnable::run,
                    Channel::goOn));
    private final Queue queue = declare("q");

    private Queue declare(String name) {
        return vhost.queues()
                .declare(
                        new QueueDeclare(name, false, true, false, false, false, FieldTable.EMPTY),
                        this,
                        Sessions.guest());
    }

    @Test
    void whatWasAcknowledgedLeavesAPieceInEachTurn() {
        begin();
        call(new BasicAck(0, true));
        runTurns();

        call(new TxCommit());

        int before = queue.counts().unacked();
        assertThat(before).isEqualTo(DELIVERIES);
        while (!turns.isEmpty()) {
            assertThat(sent.isReadable()).isFalse();
            turns.remove().run();
            int now = queue.counts().unacked();
            assertThat(before - now).isBetween(0, GivingBack.PIECE);
            before = now;
        }
        assertThat(before).isZero();
        assertThat(sent.isReadable()).isTrue();
        assertThat(queue.counts().ready()).isZero();
    }

    @Test
    void whatReturnsWithItReturns() {
        begin();
        call(new BasicNack(10, true, true));
        call(new BasicAck(0, true));
        runTurns();

        call(new TxCommit());
        runTurns();

        assertThat(queue.counts().unacked()).isZero();
        assertThat(queue.counts().ready()).isEqualTo(10);
    }

    @Test
    void aRollbackMakesThemOutstandingUnderTheirTagsAgain() {
        begin();
        call(new BasicAck(0, true));
        runTurns();
        sent.clear();

        call(new TxRollback());
        assertThat(sent.isReadable()).isFalse();
        runTurns();
        assertThat(sent.isReadable()).isTrue();
        assertThat(queue.counts().unacked()).isEqualTo(DELIVERIES);

        call(new BasicAck(DELIVERIES, false));
        call(new TxCommit());
        assertThat(queue.counts().unacked()).isEqualTo(DELIVERIES - 1);
    }

    @Test
    void aChannelThatClosesBeforeItIsWrittenDownGivesAllBack() {
        begin();
        call(new BasicAck(0, true));
        runTurns();
        call(new TxCommit());

        channel.release(() -> {});
        runTurns();

        assertThat(queue.counts().unacked()).isZero();
        assertThat(queue.counts().ready()).isEqualTo(DELIVERIES);
    }

    private void begin() {
        call(new TxSelect());
        Entries.publish(queue, DELIVERIES, 0);
        for (int i = 0; i < DELIVERIES; i++) {
            call(new BasicGet("q", false));
        }
        sent.clear();
    }

    private void runTurns() {
        while (!turns.isEmpty()) {
            turns.remove().run();
        }
    }

    private void call(Method method) {
        ByteBuf payload = Unpooled.buffer().writeInt(method.id());
        method.writeArguments(payload);
        channel.onMethod(payload);
    }
}
