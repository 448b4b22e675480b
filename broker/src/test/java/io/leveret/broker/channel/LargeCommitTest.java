package io.leveret.broker.channel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.leveret.amqp.FieldTable;
import io.leveret.amqp.method.BasicAck;
import io.leveret.amqp.method.BasicGet;
import io.leveret.amqp.method.BasicPublish;
import io.leveret.amqp.method.Method;
import io.leveret.amqp.method.QueueDeclare;
import io.leveret.amqp.method.TxCommit;
import io.leveret.amqp.method.TxSelect;
import io.leveret.broker.alarm.HeapUse;
import io.leveret.broker.queue.MemoryBudget;
import io.leveret.broker.queue.Queue;
import io.leveret.broker.settings.DeprecatedFeatures;
import io.leveret.broker.storage.FakeStore;
import io.leveret.broker.storage.Journal;
import io.leveret.broker.vhost.Bursts;
import io.leveret.broker.vhost.VirtualHost;
import io.leveret.broker.vhost.Work;
import io.leveret.persistence.log.Background;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayDeque;
import org.junit.jupiter.api.Test;

/** What the store learns of a transaction that is committed over several turns of the loop. */
class LargeCommitTest {

    private static final int DELIVERIES = 3 * GivingBack.PIECE + 7;
    private static final int CLASS_BASIC = 60;
    private static final int HAS_DELIVERY_MODE = 1 << 12;
    private static final int PERSISTENT = 2;

    private final FakeStore store = new FakeStore();
    private final Journal journal = new Journal(store, new AtOnce());
    private final VirtualHost vhost =
            new VirtualHost("/", DeprecatedFeatures.defaults(), MemoryBudget.unlimited(), journal, Work.atOnce());
    private final ArrayDeque<Runnable> turns = new ArrayDeque<>();
    private final Bursts bursts = vhost.newBursts(journal.newWriter());
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
                    Channel::goOn));
    private final Queue queue = declare("q");
    private final Queue out = declare("out");

    private static final class AtOnce implements Background {

        @Override
        public void execute(Runnable task) {
            task.run();
        }

        @Override
        public void schedule(Runnable task, long delayMs) {
            // Nothing here waits for a time.
        }
    }

    private Queue declare(String name) {
        return vhost.queues()
                .declare(
                        new QueueDeclare(name, false, true, false, false, false, FieldTable.EMPTY),
                        this,
                        Sessions.guest());
    }

    private void publish(String name) {
        call(new BasicPublish("", name, false, false));
        channel.onHeader(Unpooled.buffer()
                .writeShort(CLASS_BASIC)
                .writeShort(0)
                .writeLong(0)
                .writeShort(HAS_DELIVERY_MODE)
                .writeByte(PERSISTENT));
    }

    private void acknowledgeAllInATransaction() {
        for (int i = 0; i < DELIVERIES; i++) {
            publish("q");
        }
        bursts.flush();
        call(new TxSelect());
        for (int i = 0; i < DELIVERIES; i++) {
            call(new BasicGet("q", false));
        }
        assertThat(store.positions(queue.id(0))).hasSize(DELIVERIES);
        call(new BasicAck(0, true));
        runTurns();
        publish("out");
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

    @Test
    void isOneBatchHoweverManyTurnsItTakes() {
        acknowledgeAllInATransaction();
        long before = store.batches();

        call(new TxCommit());
        runTurns();

        assertThat(store.batches()).isEqualTo(before + 1);
        assertThat(store.positions(queue.id(0))).isEmpty();
        assertThat(store.positions(out.id(0))).hasSize(1);
        assertThat(queue.counts().unacked()).isZero();
        assertThat(out.counts().ready()).isEqualTo(1);
    }

    @Test
    void whatCouldNotBeWrittenDownIsBackInItsQueue() {
        acknowledgeAllInATransaction();
        store.exhaustAppend();

        call(new TxCommit());
        assertThatThrownBy(this::runTurns).isInstanceOf(OutOfMemoryError.class);
        runTurns();

        assertThat(queue.counts().unacked()).isZero();
        assertThat(queue.counts().ready()).isEqualTo(DELIVERIES);
        assertThat(store.positions(queue.id(0))).hasSize(DELIVERIES);
        assertThat(out.counts().ready()).isZero();
    }
}
