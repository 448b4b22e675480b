package io.leveret.broker.channel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.leveret.amqp.BasicProperties;
import io.leveret.amqp.FieldTable;
import io.leveret.amqp.method.BasicAck;
import io.leveret.amqp.method.BasicGet;
import io.leveret.amqp.method.BasicNack;
import io.leveret.amqp.method.BasicPublish;
import io.leveret.amqp.method.BasicReject;
import io.leveret.amqp.method.ExchangeDeclare;
import io.leveret.amqp.method.Method;
import io.leveret.amqp.method.QueueDeclare;
import io.leveret.amqp.method.TxCommit;
import io.leveret.amqp.method.TxSelect;
import io.leveret.broker.alarm.HeapUse;
import io.leveret.broker.message.Address;
import io.leveret.broker.message.Message;
import io.leveret.broker.queue.Admitted;
import io.leveret.broker.queue.MemoryBudget;
import io.leveret.broker.queue.Queue;
import io.leveret.broker.queue.QueueContext.Cancellable;
import io.leveret.broker.queue.QueueCounts;
import io.leveret.broker.settings.DeprecatedFeatures;
import io.leveret.broker.storage.FakeStore;
import io.leveret.broker.storage.Journal;
import io.leveret.broker.vhost.BindingDeclarations.BindingKey;
import io.leveret.broker.vhost.Bursts;
import io.leveret.broker.vhost.VirtualHost;
import io.leveret.broker.vhost.Work;
import io.leveret.persistence.log.Background;
import io.leveret.persistence.store.StoredQueue;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import org.junit.jupiter.api.Test;

/**
 * Memory runs out at one step after the other of a commit, here whenever somebody asks for the time: then nothing of the transaction is stored or
 * in a queue, also when the connection has ended, which writes down what it has gathered.
 */
class CommitFaultsTest {

    private static final int FEW = 6;
    private static final int MANY = GivingBack.PIECE + FEW;
    private static final int PUBLISHED = 5;
    private static final int REJECTED = 2;
    private static final int REQUEUED = 2;
    private static final int COMMITTED = PUBLISHED + REJECTED + REQUEUED;

    @Test
    void aTransactionIsWholeOrNotAtAllWhereverItFails() {
        failAtEachStep(FEW);
    }

    @Test
    void soIsOneThatIsGatheredInPieces() {
        failAtEachStep(MANY);
    }

    private static void failAtEachStep(int deliveries) {
        int step = 0;
        while (failsBeforeItIsWritten(step, deliveries)) {
            step++;
        }
        assertThat(step)
                .as("each publish and each dead letter asks for the time")
                .isGreaterThan(PUBLISHED + REJECTED);
    }

    private static boolean failsBeforeItIsWritten(int step, int deliveries) {
        Host host = new Host(deliveries);
        long before = host.store.batches();
        host.clock.failIn = step;
        Throwable failure = catchThrowable(host::commit);
        host.clock.failIn = Integer.MAX_VALUE;
        if (host.store.batches() > before) {
            assertThat(host.stored()).as("step %d", step).isEqualTo(COMMITTED);
            return false;
        }
        assertThat(failure).as("step %d", step).isInstanceOf(OutOfMemoryError.class);
        host.assertNothingHappened("step " + step);
        return true;
    }

    @Test
    void withoutAFaultAllOfItHappens() {
        Host host = new Host(FEW);

        host.commit();

        host.assertCommitted();
    }

    @Test
    void whatCouldNotBeAppendedHasNotHappened() {
        Host host = new Host(FEW);
        host.store.exhaustAppend();

        assertThat(catchThrowable(host::commit)).isInstanceOf(OutOfMemoryError.class);

        host.assertNothingHappened("append");
    }

    /** A clock that fails once it was asked so often. */
    private static final class FailingClock implements InstantSource {

        private int failIn = Integer.MAX_VALUE;

        @Override
        public Instant instant() {
            if (failIn-- == 0) {
                throw new OutOfMemoryError("as the test asked for");
            }
            return Instant.ofEpochMilli(1_000_000);
        }
    }

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

    /** A channel with an open transaction of everything that there is, in a virtual host with a store. */
    private static final class Host {

        private final FailingClock clock = new FailingClock();
        private final FakeStore store = new FakeStore();
        private final Journal journal = new Journal(store, new AtOnce());
        private final VirtualHost vhost = new VirtualHost(
                "/",
                DeprecatedFeatures.defaults(),
                MemoryBudget.unlimited(),
                journal,
                new Work(Runnable::run, Runnable::run, (delayMs, task) -> Cancellable.NOTHING, clock));
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
        private final int deliveries;
        private final Queue in = queue(
                "in", FieldTable.builder().put("x-dead-letter-exchange", "").put("x-dead-letter-routing-key", "dead"));
        private final Queue dead = queue("dead", FieldTable.builder().put("x-message-ttl", 60_000));
        private final Queue out =
                queue("out", FieldTable.builder().put("x-message-ttl", 60_000).put("x-max-priority", 3));
        private final Queue keyed = queue(
                "keyed",
                FieldTable.builder().put("x-message-deduplication", true).put("x-cache-size", 10));

        Host(int deliveries) {
            this.deliveries = deliveries;
            exchange("later", "x-delayed-message", FieldTable.builder().put("x-delayed-type", "direct"));
            exchange(
                    "once",
                    "direct",
                    FieldTable.builder().put("x-message-deduplication", true).put("x-cache-size", 10));
            vhost.bindings().bindQueue(new BindingKey("out", "once", "out", FieldTable.EMPTY), this, Sessions.guest());
            for (int i = 0; i < deliveries; i++) {
                publish("", "in", BasicProperties.builder());
            }
            bursts.flush();
            call(new TxSelect());
            for (int i = 0; i < deliveries; i++) {
                call(new BasicGet("in", false));
            }
            fill();
        }

        private Queue queue(String name, FieldTable.Builder arguments) {
            QueueDeclare declare = new QueueDeclare(name, false, true, false, false, false, arguments.build());
            return vhost.queues().declare(declare, this, Sessions.guest());
        }

        private void exchange(String name, String type, FieldTable.Builder arguments) {
            vhost.exchanges()
                    .declare(
                            new ExchangeDeclare(name, type, false, true, false, false, false, arguments.build()),
                            Sessions.guest());
        }

        private void fill() {
            publish("", "out", BasicProperties.builder().priority(1));
            publish("", "keyed", keyed("a"));
            publish(
                    "later",
                    "out",
                    BasicProperties.builder()
                            .headers(FieldTable.builder().put("x-delay", 1_000).build()));
            publish("once", "out", keyed("b"));
            publish("", "out", BasicProperties.builder().priority(2));
            call(new BasicAck(1, false));
            call(new BasicReject(2, false));
            call(new BasicNack(3, false, true));
            call(new BasicReject(4, false));
            call(new BasicNack(5, false, true));
            call(new BasicAck(0, true));
            runTurns();
        }

        private static BasicProperties.Builder keyed(String key) {
            return BasicProperties.builder()
                    .headers(FieldTable.builder()
                            .put("x-deduplication-header", key)
                            .build());
        }

        private void publish(String exchange, String key, BasicProperties.Builder properties) {
            call(new BasicPublish(exchange, key, false, false));
            ByteBuf header = Unpooled.buffer().writeShort(60).writeShort(0).writeLong(0);
            channel.onHeader(
                    header.writeBytes(properties.deliveryMode(2).build().encoded()));
        }

        private void call(Method method) {
            ByteBuf payload = Unpooled.buffer().writeInt(method.id());
            method.writeArguments(payload);
            channel.onMethod(payload);
        }

        private void runTurns() {
            while (!turns.isEmpty()) {
                turns.remove().run();
            }
        }

        void commit() {
            call(new TxCommit());
            runTurns();
        }

        void assertCommitted() {
            assertThat(stored()).isEqualTo(COMMITTED);
            assertThat(in.counts()).isEqualTo(new QueueCounts(REQUEUED, 0, 0));
            assertThat(dead.counts()).isEqualTo(new QueueCounts(REJECTED, 0, 0));
            assertThat(out.counts()).isEqualTo(new QueueCounts(3, 0, 0));
            assertThat(keyed.counts()).isEqualTo(new QueueCounts(1, 0, 0));
        }

        void assertNothingHappened(String where) {
            // As the connection does it that ends.
            bursts.flushRegardless();
            channel.release(() -> {});
            runTurns();

            QueueCounts none = new QueueCounts(0, 0, 0);
            assertThat(stored()).as(where).isEqualTo(deliveries);
            assertThat(in.counts()).as(where).isEqualTo(new QueueCounts(deliveries, 0, 0));
            assertThat(dead.counts()).as(where).isEqualTo(none);
            assertThat(out.counts()).as(where).isEqualTo(none);
            assertThat(keyed.counts()).as(where).isEqualTo(none);
            assertKeysAreFree(where);
        }

        private long stored() {
            return store.queues().values().stream()
                    .mapToLong(StoredQueue::entries)
                    .sum();
        }

        private void assertKeysAreFree(String where) {
            Bursts others = vhost.newBursts(journal.newWriter());
            Message again = new Message(new Address("", "keyed"), keyed("a").build(), new byte[0]);
            assertThat(others.ask(others.of(keyed), again)).as(where).isEqualTo(Admitted.TAKEN);
            others.endKeys();
            Message once = new Message(new Address("once", "out"), keyed("b").build(), new byte[0]);
            assertThat(vhost.route(vhost.exchanges().find("once"), once.routingKeys(), once, others)
                            .queues())
                    .as(where)
                    .containsExactly(out);
            others.endKeys();
        }
    }
}
