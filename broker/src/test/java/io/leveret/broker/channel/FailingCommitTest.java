package io.leveret.broker.channel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.leveret.amqp.AmqpException;
import io.leveret.amqp.FieldTable;
import io.leveret.amqp.method.BasicAck;
import io.leveret.amqp.method.BasicGet;
import io.leveret.amqp.method.BasicNack;
import io.leveret.amqp.method.BasicPublish;
import io.leveret.amqp.method.Method;
import io.leveret.amqp.method.QueueDeclare;
import io.leveret.amqp.method.TxCommit;
import io.leveret.amqp.method.TxSelect;
import io.leveret.broker.alarm.HeapUse;
import io.leveret.broker.queue.BurstFailedException;
import io.leveret.broker.queue.Consumer;
import io.leveret.broker.queue.DeliveryTarget;
import io.leveret.broker.queue.Queue;
import io.leveret.broker.queue.QueueEntry;
import io.leveret.broker.vhost.VirtualHost;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import org.junit.jupiter.api.Test;

/** A queue fails while a transaction is committed that gives back deliveries of another one. */
class FailingCommitTest {

    private final VirtualHost vhost = Sessions.vhost();
    private final Channel channel = new Channel(
            1,
            Sessions.in(vhost),
            new Link(
                    new MemoryOutput(Unpooled.buffer()),
                    new Outbox(() -> {}),
                    vhost.newBursts(null),
                    new TargetCache(),
                    new HeapUse().newPart(),
                    new GivingBack(Runnable::run),
                    Runnable::run,
                    resumed -> {}));
    private final Queue queue = declare("q");
    private final Queue broken = declare("broken");

    private Queue declare(String name) {
        return vhost.queues()
                .declare(
                        new QueueDeclare(name, false, true, false, false, false, FieldTable.EMPTY),
                        this,
                        Sessions.guest());
    }

    private void call(Method method) {
        ByteBuf payload = Unpooled.buffer().writeInt(method.id());
        method.writeArguments(payload);
        channel.onMethod(payload);
    }

    @Test
    void theDeliveriesAreBackInTheirQueue() {
        Entries.publish(queue, 2, 0);
        call(new TxSelect());
        call(new BasicGet("q", false));
        call(new BasicGet("q", false));
        call(new BasicNack(0, true, true));
        broken.addConsumer(Entries.consumer(broken, new BrokenTarget(), 10));
        call(new BasicPublish("", "broken", false, false));
        // An empty message: its class, no weight, length or properties.
        channel.onHeader(
                Unpooled.buffer().writeShort(60).writeShort(0).writeLong(0).writeShort(0));

        assertThatThrownBy(() -> call(new TxCommit())).isInstanceOf(BurstFailedException.class);

        assertThat(queue.counts().ready()).isEqualTo(2);
        assertThat(queue.counts().unacked()).isZero();
    }

    /** Each piece fails in the queue, which has its part all the same: so has it that of those that follow. */
    @Test
    void whatFollowsAPieceThatFailsLeavesAllTheSame() {
        int many = 3 * GivingBack.PIECE;
        Entries.publish(queue, many, 0);
        call(new TxSelect());
        for (int i = 0; i < many; i++) {
            call(new BasicGet("q", false));
        }
        call(new BasicAck(0, true));
        queue.addConsumer(Entries.consumer(queue, new BrokenTarget(), 10));
        assertThatThrownBy(() -> Entries.publish(queue, 1, 0)).isInstanceOf(BurstFailedException.class);
        call(new TxCommit());
        assertThat(queue.counts().unacked()).isEqualTo(many);

        assertThatThrownBy(channel::goOn).isInstanceOf(BurstFailedException.class);

        assertThat(queue.counts().unacked()).isZero();
        assertThat(queue.counts().ready()).isEqualTo(1);
    }

    /** Fails while the queue's lock is held. */
    private static final class BrokenTarget implements DeliveryTarget {

        @Override
        public boolean reserve(Consumer consumer) {
            throw new OutOfMemoryError("on purpose");
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
}
