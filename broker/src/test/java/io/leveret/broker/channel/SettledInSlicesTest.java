package io.leveret.broker.channel;

import static org.assertj.core.api.Assertions.assertThat;

import io.leveret.amqp.FieldTable;
import io.leveret.amqp.method.BasicAck;
import io.leveret.amqp.method.BasicGet;
import io.leveret.amqp.method.Method;
import io.leveret.amqp.method.QueueDeclare;
import io.leveret.amqp.method.TxSelect;
import io.leveret.broker.alarm.HeapUse;
import io.leveret.broker.queue.Queue;
import io.leveret.broker.vhost.Bursts;
import io.leveret.broker.vhost.VirtualHost;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayDeque;
import org.junit.jupiter.api.Test;

/** One acknowledgement for so many deliveries that its queue's lock should not be held for all of them at once. */
class SettledInSlicesTest {

    private static final int DELIVERIES = 10_000;

    private final VirtualHost vhost = Sessions.vhost();
    private final ArrayDeque<Runnable> turns = new ArrayDeque<>();
    private final Bursts bursts = Sessions.vhost().newBursts(null);
    private final Channel channel = new Channel(
            1,
            Sessions.in(vhost),
            new Link(
                    new MemoryOutput(Unpooled.buffer()),
                    new Outbox(() -> {}),
                    bursts,
                    new TargetCache(),
                    new HeapUse().newPart(),
                    new GivingBack(turns::add),
                    Runnable::run,
                    resumed -> {}));
    private final Queue queue = vhost.queues()
            .declare(new QueueDeclare("q", false, true, false, false, false, FieldTable.EMPTY), this, Sessions.guest());

    @Test
    void manyAreBroughtToTheirQueueBeforeTheBurstEnds() {
        getAll();

        call(new BasicAck(0, true));

        assertThat(queue.counts().unacked()).isEqualTo(DELIVERIES - GivingBack.PIECE);
        runTurns();
        assertThat(queue.counts().unacked()).isZero();
    }

    @Test
    void aTransactionBringsNoneBeforeItsCommit() {
        call(new TxSelect());
        getAll();

        call(new BasicAck(0, true));

        runTurns();
        bursts.flush();
        assertThat(queue.counts().unacked()).isEqualTo(DELIVERIES);
    }

    private void runTurns() {
        while (!turns.isEmpty()) {
            turns.remove().run();
        }
    }

    private void getAll() {
        Entries.publish(queue, DELIVERIES, 0);
        for (int i = 0; i < DELIVERIES; i++) {
            call(new BasicGet("q", false));
        }
    }

    private void call(Method method) {
        ByteBuf payload = Unpooled.buffer().writeInt(method.id());
        method.writeArguments(payload);
        channel.onMethod(payload);
    }
}
