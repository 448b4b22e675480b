package io.leveret.broker.vhost;

import static io.leveret.broker.vhost.Declarations.ACCESS;
import static io.leveret.broker.vhost.Declarations.durable;
import static io.leveret.broker.vhost.Declarations.exchange;
import static org.assertj.core.api.Assertions.assertThat;

import io.leveret.amqp.BasicProperties;
import io.leveret.amqp.FieldTable;
import io.leveret.broker.message.Address;
import io.leveret.broker.message.Message;
import io.leveret.broker.policy.Policy;
import io.leveret.broker.queue.MemoryBudget;
import io.leveret.broker.queue.Queue;
import io.leveret.broker.queue.QueueBurst;
import io.leveret.broker.queue.QueueContext.Cancellable;
import io.leveret.broker.queue.QueueEntry;
import io.leveret.broker.queue.QueueSettings;
import io.leveret.broker.queue.StoredDeadline;
import io.leveret.broker.settings.DeprecatedFeatures;
import io.leveret.broker.storage.FakeStore;
import io.leveret.broker.storage.Journal;
import io.leveret.broker.storage.WorkerPool;
import io.leveret.broker.vhost.BindingDeclarations.BindingKey;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Dead letters of a queue with {@code x-dead-letter-strategy=at-least-once}: in the store until all their targets have them. */
class KeptLettersTest {

    private static final BasicProperties PERSISTENT =
            BasicProperties.builder().deliveryMode(2).build();

    private static final int USUAL_PRIORITY = 4;

    private final WorkerPool readers = new WorkerPool("reader", 1);
    private final ArrayDeque<Runnable> pool = new ArrayDeque<>();
    private final ArrayDeque<Runnable> timers = new ArrayDeque<>();
    private final Object connection = new Object();
    private final MemoryBudget budget = MemoryBudget.unlimited();
    private FakeStore store = new FakeStore();
    private long nowMs = 1_000_000;
    private VirtualHost vhost = open();

    @AfterEach
    void stop() {
        readers.close();
    }

    private VirtualHost open() {
        Work work = new Work(
                Runnable::run,
                pool::add,
                (delayMs, task) -> {
                    if (!(task instanceof DueSearch)) {
                        timers.add(task);
                    }
                    return Cancellable.NOTHING;
                },
                () -> Instant.ofEpochMilli(nowMs));
        return new VirtualHost("/", DeprecatedFeatures.defaults(), budget, new Journal(store, readers), work);
    }

    private void restart() {
        store = store.reopen();
        pool.clear();
        timers.clear();
        vhost = open();
    }

    private Queue declare(String name, FieldTable.Builder arguments) {
        return vhost.queues().declare(durable(name, arguments.build()), connection, ACCESS);
    }

    private static FieldTable.Builder arguments() {
        return FieldTable.builder();
    }

    private static FieldTable.Builder keeping(String exchange) {
        return arguments()
                .put("x-queue-type", "quorum")
                .put("x-overflow", "reject-publish")
                .put("x-dead-letter-strategy", "at-least-once")
                .put("x-dead-letter-exchange", exchange);
    }

    private static FieldTable.Builder keepingFor(String queue) {
        return keeping("").put("x-dead-letter-routing-key", queue);
    }

    private Bursts newBursts() {
        return vhost.newBursts(Objects.requireNonNull(vhost.journal()).newWriter());
    }

    private void publish(Queue queue, int body) {
        publish(queue, new byte[] {(byte) body});
    }

    private void publish(Queue queue, byte[] body) {
        Bursts bursts = newBursts();
        Message message = new Message(new Address("", queue.name()), PERSISTENT, body);
        QueueBurst burst = bursts.of(queue);
        assertThat(burst.admit(message)).isTrue();
        bursts.publish(message, new QueueBurst[] {burst}, QueueSettings.NONE);
        bursts.flush();
    }

    private boolean wouldAdmit(Queue queue) {
        QueueBurst burst = newBursts().of(queue);
        boolean admitted = burst.admit(new Message(new Address("", queue.name()), PERSISTENT, new byte[1]));
        burst.giveUp();
        return admitted;
    }

    private void reject(Queue queue, int body) {
        reject(queue, new byte[] {(byte) body});
    }

    private void reject(Queue queue, byte[] body) {
        publish(queue, body);
        Bursts bursts = newBursts();
        bursts.reject(Objects.requireNonNull(queue.get(false)));
        bursts.flush();
        work();
    }

    private void work() {
        while (!pool.isEmpty()) {
            pool.remove().run();
        }
    }

    private void letTimePass(int seconds) {
        for (int i = 0; i < seconds; i++) {
            letTimePass();
        }
    }

    private long readWhile(int seconds) {
        long before = store.readBytes();
        letTimePass(seconds);
        return store.readBytes() - before;
    }

    private void letTimePass() {
        nowMs += 1000;
        List<Runnable> due = List.copyOf(timers);
        timers.clear();
        due.forEach(Runnable::run);
        work();
    }

    private List<Long> inStore(Queue queue) {
        return store.positions(queue.id(USUAL_PRIORITY));
    }

    /** Null if there is none, also once what is on the disk was read. */
    private @Nullable QueueEntry next(Queue queue) throws Exception {
        QueueEntry entry = queue.get(true);
        if (entry == null) {
            CompletableFuture<Boolean> read = new CompletableFuture<>();
            readers.execute(() -> read.complete(true));
            assertThat(read.get(20, TimeUnit.SECONDS)).isTrue();
            entry = queue.get(true);
        }
        return entry;
    }

    private List<Integer> bodies(Queue queue) throws Exception {
        List<Integer> bodies = new ArrayList<>();
        for (QueueEntry entry = next(queue); entry != null; entry = next(queue)) {
            bodies.add((int) entry.message().body()[0]);
        }
        return bodies;
    }

    @Test
    void goOnAtOnceWhereTheyCan() throws Exception {
        Queue dead = declare("dead", arguments());
        Queue queue = declare("q", keepingFor("dead"));
        reject(queue, 1);
        assertThat(bodies(dead)).containsExactly(1);
        assertThat(inStore(queue)).isEmpty();
        assertThat(timers).isEmpty();
    }

    @Test
    void areKeptUntilTheirTargetIsThereAndThenComeInOrder() throws Exception {
        Queue queue = declare("q", keepingFor("dead"));
        for (int i = 0; i < 100; i++) {
            reject(queue, i);
        }
        letTimePass();
        assertThat(queue.counts().ready()).isZero();
        assertThat(inStore(queue)).hasSize(100);
        Queue dead = declare("dead", arguments());
        letTimePass(2);
        assertThat(bodies(dead)).hasSize(100).isSorted();
        assertThat(inStore(queue)).isEmpty();
        letTimePass();
        assertThat(timers).isEmpty();
    }

    @Test
    void areKeptUntilTheirExchangeIsThere() throws Exception {
        Queue queue = declare("q", keeping("later"));
        reject(queue, 1);
        assertThat(inStore(queue)).hasSize(1);
    }

    @Test
    void areNotGivenUpBeforeTheyAreDurable() throws Exception {
        declare("dead", arguments());
        Queue queue = declare("q", keeping("later"));
        store.hold();
        reject(queue, 1);
        letTimePass();
        letTimePass();
        assertThat(inStore(queue)).hasSize(1);
        store.release();
        letTimePass();
        assertThat(inStore(queue)).hasSize(1);
    }

    @Test
    void areNotReadAsLongAsTheirExchangeIsMissing() throws Exception {
        reject(declare("q", keeping("later")), 1);
        assertThat(readWhile(100)).isZero();
        vhost.exchanges().declare(exchange("later", "fanout"), ACCESS);
        assertThat(readWhile(1)).isEqualTo(1);
    }

    @Test
    void areTriedAfterPausesThatGrowToAMinute() throws Exception {
        reject(declare("q", keepingFor("dead")), 1);
        assertThat(readWhile(1)).isEqualTo(1);
        assertThat(readWhile(2)).isEqualTo(1);
        assertThat(readWhile(4)).isEqualTo(1);
        assertThat(readWhile(3 + 8 + 16 + 32)).isEqualTo(3);
        assertThat(readWhile(600)).isEqualTo(10);
    }

    @Test
    void areTriedSoonIfOtherSettingsHold() throws Exception {
        reject(declare("q", keepingFor("dead")), 1);
        letTimePass(64);
        vhost.policies()
                .set(new Policy(
                        "p", "", FieldTable.builder().put("max-length", 9).build()));
        assertThat(readWhile(1)).isEqualTo(1);
        assertThat(readWhile(2)).isEqualTo(1);
    }

    @Test
    void areTriedSoonOnceAnotherOneCouldGoOn() throws Exception {
        Queue queue = declare("q", keepingFor("dead"));
        reject(queue, 1);
        letTimePass(64);
        Queue dead = declare("dead", arguments());
        reject(queue, 2);
        letTimePass();
        assertThat(bodies(dead)).containsExactly(2, 1);
    }

    @Test
    void thatAreLargeAreReadAFewAtATimeAndHoldUpNoOtherQueue() throws Exception {
        byte[] large = new byte[400_000];
        Queue queue = declare("q", keepingFor("nowhere"));
        Queue other = declare("r", keepingFor("dead"));
        for (int i = 0; i < 20; i++) {
            reject(queue, large);
        }
        reject(other, 1);
        Queue dead = declare("dead", arguments());
        assertThat(readWhile(1)).isEqualTo(3L * large.length);
        assertThat(readWhile(1)).isBetween(1L, 6L * large.length + 1);
        assertThat(bodies(dead)).containsExactly(1);
        assertThat(readWhile(100)).isBetween(20L * large.length, 140L * large.length);
    }

    @Test
    void thatAreManyAreReadAFewHundredAtATime() throws Exception {
        for (int i = 0; i < 20; i++) {
            Queue queue = declare("q" + i, keepingFor("nowhere"));
            for (int j = 0; j < 50; j++) {
                reject(queue, j);
            }
        }
        assertThat(readWhile(1)).isEqualTo(500);
        assertThat(readWhile(1)).isEqualTo(20 * 32 - 500);
    }

    @Test
    void leaveMemoryWithTheirQueueThoughTheyAreNotDurable() throws Exception {
        store.hold();
        reject(declare("q", keepingFor("dead")), 1);
        assertThat(budget.usedBytes()).isPositive();
        vhost.queues().delete("q", false, false, connection, ACCESS);
        letTimePass();
        assertThat(budget.usedBytes()).isZero();
        assertThat(timers).isEmpty();
    }

    @Test
    void leaveMemoryOnceTheyWereForwardedThoughTheyAreNotDurable() throws Exception {
        store.hold();
        reject(declare("q", keepingFor("dead")), 1);
        Queue dead = declare("dead", arguments());
        letTimePass();
        assertThat(bodies(dead)).containsExactly(1);
        vhost.queues().delete("dead", false, false, connection, ACCESS);
        assertThat(budget.usedBytes()).isZero();
        assertThat(timers).isEmpty();
    }

    @Test
    void areDroppedWithoutTheOverflowThatRabbitMqAsksFor() throws Exception {
        Queue queue = declare("q", keepingFor("dead").put("x-overflow", "drop-head"));
        reject(queue, 1);
        assertThat(inStore(queue)).isEmpty();
    }

    @Test
    void countForTheLengthLimitAsLongAsTheyAreKept() throws Exception {
        Queue queue = declare("q", keepingFor("dead").put("x-max-length", 1));
        reject(queue, 1);
        assertThat(wouldAdmit(queue)).isFalse();
        declare("dead", arguments());
        letTimePass();
        assertThat(wouldAdmit(queue)).isTrue();
    }

    @Test
    void leaveWithAPurge() throws Exception {
        Queue queue = declare("q", keepingFor("dead").put("x-max-length", 1));
        reject(queue, 1);
        assertThat(vhost.queues().purge(queue)).isEqualTo(1);
        assertThat(wouldAdmit(queue)).isTrue();
        Queue dead = declare("dead", arguments());
        letTimePass();
        assertThat(bodies(dead)).isEmpty();
        assertThat(inStore(queue)).isEmpty();
    }

    @Test
    void areCountedWhenTheirQueueIsDeleted() throws Exception {
        reject(declare("q", keepingFor("dead")), 1);
        assertThat(vhost.queues().delete("q", false, false, connection, ACCESS)).isEqualTo(1);
    }

    @Test
    void areForgottenWithTheirQueue() throws Exception {
        reject(declare("q", keepingFor("dead")), 1);
        vhost.queues().delete("q", false, false, connection, ACCESS);
        Queue dead = declare("dead", arguments());
        letTimePass();
        assertThat(bodies(dead)).isEmpty();
        assertThat(timers).isEmpty();
    }

    @Test
    void areNotDeliveredAgainAfterARestart() throws Exception {
        reject(declare("q", keepingFor("dead")), 1);
        restart();
        Queue queue = vhost.queues().find("q", connection);
        assertThat(next(queue)).isNull();
        work();
        declare("dead", arguments());
        letTimePass();
        Queue dead = vhost.queues().find("dead", connection);
        QueueEntry entry = Objects.requireNonNull(next(dead));
        assertThat(entry.message().properties().headers().get("x-first-death-reason"))
                .hasToString("rejected");
    }

    @Test
    void thatWouldHaveExpiredMeanwhileStillTellWhyTheyLeft() throws Exception {
        reject(declare("q", keepingFor("dead").put("x-message-ttl", 5_000)), 1);
        restart();
        nowMs += 10_000;
        Queue queue = vhost.queues().find("q", connection);
        queue.dueSoon(List.of(
                new StoredDeadline(nowMs - 5_000, USUAL_PRIORITY, inStore(queue).get(0))));
        Queue dead = declare("dead", arguments());
        letTimePass(2);
        QueueEntry entry = Objects.requireNonNull(next(dead));
        assertThat(entry.message().properties().headers().get("x-first-death-reason"))
                .hasToString("rejected");
    }

    @Test
    void comeToATargetThatRefusesLaterAndToOthersOnce() throws Exception {
        Queue full = declare("full", arguments().put("x-max-length", 1).put("x-overflow", "reject-publish"));
        Queue dead = declare("dead", arguments());
        for (String each : List.of("full", "dead")) {
            vhost.bindings().bindQueue(new BindingKey(each, "amq.fanout", "", FieldTable.EMPTY), connection, ACCESS);
        }
        publish(full, 7);
        reject(declare("q", keeping("amq.fanout")), 1);
        letTimePass();
        assertThat(bodies(dead)).containsExactly(1);
        assertThat(bodies(full)).containsExactly(7);
        letTimePass(2);
        assertThat(bodies(full)).containsExactly(1);
        assertThat(bodies(dead)).isEmpty();
    }

    @Test
    void ofATransactionAreInItsBatchIfTheirTargetTakesThem() throws Exception {
        declare("dead", arguments());
        Queue queue = declare("q", keepingFor("dead"));
        publish(queue, 1);
        QueueEntry entry = Objects.requireNonNull(queue.get(false));
        Bursts bursts = newBursts();
        bursts.rejectAtOnce(entry, queue.rejected(entry));
        bursts.flush();
        restart();
        assertThat(bodies(vhost.queues().find("dead", connection))).containsExactly(1);
        assertThat(vhost.queues().find("q", connection).counts().ready()).isZero();
    }

    @Test
    void ofATransactionAreKeptIfTheyHaveNoTarget() throws Exception {
        Queue queue = declare("q", keepingFor("dead"));
        publish(queue, 1);
        QueueEntry entry = Objects.requireNonNull(queue.get(false));
        Bursts bursts = newBursts();
        bursts.rejectAtOnce(entry, queue.rejected(entry));
        bursts.flush();
        work();
        assertThat(inStore(queue)).hasSize(1);
    }
}
