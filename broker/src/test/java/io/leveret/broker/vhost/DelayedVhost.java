package io.leveret.broker.vhost;

import static io.leveret.broker.vhost.Declarations.ACCESS;
import static io.leveret.broker.vhost.Declarations.durable;

import io.leveret.amqp.AmqpException;
import io.leveret.amqp.BasicProperties;
import io.leveret.amqp.FieldTable;
import io.leveret.amqp.FieldValue;
import io.leveret.amqp.method.ExchangeDeclare;
import io.leveret.broker.delay.DelayBounds;
import io.leveret.broker.delay.DelayBurst;
import io.leveret.broker.delay.DelayedMessages;
import io.leveret.broker.event.Events;
import io.leveret.broker.hold.Hold;
import io.leveret.broker.message.Address;
import io.leveret.broker.message.Message;
import io.leveret.broker.queue.MemoryBudget;
import io.leveret.broker.queue.Queue;
import io.leveret.broker.queue.QueueBurst;
import io.leveret.broker.queue.QueueContext.Cancellable;
import io.leveret.broker.queue.QueueEntry;
import io.leveret.broker.queue.QueueSettings;
import io.leveret.broker.settings.DeprecatedFeatures;
import io.leveret.broker.settings.LimitSettings;
import io.leveret.broker.storage.FakeStore;
import io.leveret.broker.storage.Journal;
import io.leveret.broker.storage.JournalWriter;
import io.leveret.broker.storage.StoredMessages;
import io.leveret.broker.transaction.TransactionBounds;
import io.leveret.persistence.log.Background;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A virtual host with a delayed exchange {@code later} and a queue {@code out}, whose threads and time the test moves. */
final class DelayedVhost implements AutoCloseable {

    private final ArrayDeque<Runnable> pool = new ArrayDeque<>();
    private final List<Timed> timed = new ArrayList<>();
    private final Object connection = new Object();
    private long nowMs = 1_000_000;

    private final DelayBounds bounds;

    FakeStore store = new FakeStore();
    VirtualHost vhost;
    private Bursts bursts;

    private JournalWriter slowWriter;
    private final DelayBurst slow = new DelayBurst();
    private long slowFirst;

    private record Timed(long atMs, Runnable task) {}

    DelayedVhost() {
        this(DelayBounds.of(1_000_000));
    }

    /** @param bounds of what may be in memory */
    DelayedVhost(DelayBounds bounds) {
        this.bounds = bounds;
        vhost = open();
        bursts = newBursts();
        slowWriter = newWriter();
        declare("later", FieldTable.builder().put("x-delayed-type", "direct"));
        vhost.queues().declare(durable("out"), connection, ACCESS);
        bind("later", "out");
    }

    /** Reads what queues need when the test says that threads work. */
    private final class Readers implements Background {

        @Override
        public void execute(Runnable task) {
            pool.add(task);
        }

        @Override
        public void schedule(Runnable task, long delayMs) {
            after(delayMs, task);
        }
    }

    private VirtualHost open() {
        Work work = new Work(Runnable::run, pool::add, this::after, () -> Instant.ofEpochMilli(nowMs));
        Journal journal = new Journal(store, new Readers());
        VirtualHost opened = new VirtualHost(
                "/",
                DeprecatedFeatures.defaults(),
                MemoryBudget.unlimited(),
                journal,
                work,
                Events.none(),
                LimitSettings.defaults(),
                bounds,
                TransactionBounds.of(1_000, 1_000_000));
        work();
        return opened;
    }

    private Bursts newBursts() {
        return vhost.newBursts(newWriter());
    }

    JournalWriter newWriter() {
        return Objects.requireNonNull(vhost.journal()).newWriter();
    }

    /** Another thread writes a message down for {@code later}, and has not brought it there before {@link #bring}. */
    void append(BasicProperties properties, String body) {
        Message message = new Message(new Address("later", "out"), properties, body.getBytes(StandardCharsets.UTF_8));
        DelayedMessages room = room("later");
        long dueMs = room.dueMs(message);
        int stored = StoredMessages.write(message, slowWriter.batch());
        slowWriter.batch().target(room.queueId(), dueMs, 0, room.hash(message, dueMs));
        slow.add(room, message, dueMs, stored);
        slowFirst = slowWriter.append();
    }

    void bring() {
        if (!slow.isEmpty()) {
            slow.flush(slowFirst);
            slowWriter.brought();
        }
    }

    private DelayedMessages room(String exchange) {
        return Objects.requireNonNull(vhost.exchanges().find(exchange).delayed());
    }

    private Cancellable after(long delayMs, Runnable task) {
        Timed added = new Timed(nowMs + delayMs, task);
        timed.add(added);
        return () -> timed.remove(added);
    }

    long nowMs() {
        return nowMs;
    }

    /** The clock moves on while a thread is at work, or is set back. */
    void moveClock(long ms) {
        nowMs += ms;
    }

    void declare(String exchange, FieldTable.Builder arguments) {
        vhost.exchanges()
                .declare(
                        new ExchangeDeclare(
                                exchange, "x-delayed-message", false, true, false, false, false, arguments.build()),
                        ACCESS);
    }

    Queue queue(String name) {
        return vhost.queues().declare(durable(name), connection, ACCESS);
    }

    void bind(String exchange, String queue) {
        vhost.bindings()
                .bindQueue(
                        new BindingDeclarations.BindingKey(queue, exchange, queue, FieldTable.EMPTY),
                        connection,
                        ACCESS);
    }

    void restart() {
        store.release();
        store = store.reopen();
        pool.clear();
        timed.clear();
        vhost.discard();
        vhost = open();
        bursts = newBursts();
        slowWriter = newWriter();
        slow.drop();
    }

    /** Publishes to the exchange {@code later}; {@link #flush} follows. */
    void gather(BasicProperties properties, String body) {
        gather("later", "out", properties, body);
    }

    void gather(String exchange, String key, BasicProperties properties, String body) {
        Message message = new Message(new Address(exchange, key), properties, body.getBytes(StandardCharsets.UTF_8));
        Route route = vhost.route(vhost.exchanges().find(exchange), List.of(key), message, bursts);
        for (Hold hold : route.holds()) {
            AmqpException refusal = hold.reserve(message);
            if (refusal != null) {
                throw refusal;
            }
        }
        QueueBurst[] takers = bursts.takers(message, bursts.of(route));
        bursts.publish(message, takers, QueueSettings.NONE, route.holds());
    }

    void flush() {
        bursts.flush();
    }

    void publish(BasicProperties properties, String body) {
        gather(properties, body);
        flush();
        work();
    }

    static BasicProperties delayed(boolean persistent, long delayMs, @Nullable String id) {
        return BasicProperties.builder()
                .deliveryMode(persistent ? 2 : 1)
                .messageId(id)
                .headers(FieldTable.builder().put("x-delay", delayMs).build())
                .build();
    }

    static BasicProperties cancel(String id) {
        return BasicProperties.builder()
                .messageId(id)
                .headers(FieldTable.builder()
                        .put("x-cancel", FieldValue.of(true))
                        .build())
                .build();
    }

    /** Does what threads have to do. */
    void work() {
        work(() -> {});
    }

    /** @param check after each piece */
    void work(Runnable check) {
        while (!pool.isEmpty()) {
            pool.remove().run();
            check.run();
        }
    }

    /** The positions of what the store has of a delayed exchange. */
    List<Long> stored(String exchange) {
        return store.positions(room(exchange).queueId());
    }

    void pass(long ms) {
        pass(ms, () -> {});
    }

    /** @param check after each piece of what threads do */
    void pass(long ms, Runnable check) {
        work(check);
        long end = nowMs + ms;
        for (Timed next = first(); next != null && next.atMs() <= end; next = first()) {
            timed.remove(next);
            nowMs = Math.max(nowMs, next.atMs());
            next.task().run();
            work(check);
        }
        nowMs = end;
    }

    /** The timers ring whose time has come; {@link #work} does what they ask for. */
    void ring() {
        for (Timed next = first(); next != null && next.atMs() <= nowMs; next = first()) {
            timed.remove(next);
            next.task().run();
        }
    }

    private @Nullable Timed first() {
        return timed.stream().min(Comparator.comparingLong(Timed::atMs)).orElse(null);
    }

    /** The bodies of all that is in a queue, which are taken out. */
    List<String> take(String queueName) {
        return takeMessages(queueName).stream()
                .map(each -> new String(each.body(), StandardCharsets.UTF_8))
                .toList();
    }

    List<Message> takeMessages(String queueName) {
        Queue queue = queue(queueName);
        List<Message> taken = new ArrayList<>();
        for (QueueEntry entry = get(queue); entry != null; entry = get(queue)) {
            taken.add(entry.message());
            bursts.settle(entry);
            bursts.flush();
        }
        return taken;
    }

    /** What the queue has to read first is read. */
    private @Nullable QueueEntry get(Queue queue) {
        QueueEntry entry = queue.get(false);
        work();
        return entry == null ? queue.get(false) : entry;
    }

    @Override
    public void close() {
        vhost.discard();
    }
}
