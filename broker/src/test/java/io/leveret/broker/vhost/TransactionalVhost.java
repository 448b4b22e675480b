package io.leveret.broker.vhost;

import static io.leveret.broker.vhost.Declarations.ACCESS;
import static io.leveret.broker.vhost.Declarations.durable;

import io.leveret.amqp.BasicProperties;
import io.leveret.amqp.FieldTable;
import io.leveret.amqp.method.ExchangeDeclare;
import io.leveret.broker.delay.DelayBounds;
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
import io.leveret.broker.transaction.HalfBurst;
import io.leveret.broker.transaction.TransactionBounds;
import io.leveret.broker.transaction.TransactionalMessages;
import io.leveret.broker.transaction.Undecided;
import io.leveret.persistence.log.Background;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A virtual host with a transactional exchange {@code tx} and queues {@code out}, {@code checks} and {@code dead}, whose threads and
 * time the test moves.
 */
final class TransactionalVhost implements AutoCloseable {

    static final long MEMORY = 64 * 1024 * 1024;

    static final TransactionBounds USUAL = TransactionBounds.of(5_000, 100_000);

    private final ArrayDeque<Runnable> pool = new ArrayDeque<>();
    private final List<Timed> timed = new ArrayList<>();
    private final Object connection = new Object();
    private final TransactionBounds bounds;
    private long nowMs = 1_000_000;

    final MemoryBudget budget = new MemoryBudget(MEMORY, Runnable::run, () -> 0);
    FakeStore store = new FakeStore();
    VirtualHost vhost;
    private Bursts bursts;
    private JournalWriter slowWriter;
    private final HalfBurst slow = new HalfBurst();
    private long slowFirst;
    private int readings;
    private @Nullable Runnable atReading;

    private record Timed(long atMs, Runnable task) {}

    TransactionalVhost() {
        this(USUAL);
    }

    TransactionalVhost(TransactionBounds bounds) {
        this.bounds = bounds;
        vhost = open();
        bursts = newBursts();
        slowWriter = newWriter();
        for (String name : List.of("out", "checks", "dead")) {
            vhost.queues().declare(durable(name), connection, ACCESS);
        }
        declare("tx", true, arguments());
        bind("tx", "out");
    }

    /** Those of the exchange {@code tx}. */
    static FieldTable.Builder arguments() {
        return FieldTable.builder()
                .put("x-transactional-type", "direct")
                .put("x-tx-check", "checks")
                .put("x-tx-timeout", 100)
                .put("x-tx-check-interval", 1_000)
                .put("x-tx-check-max", 2);
    }

    /** As {@link #arguments}, with a dead-letter exchange. */
    static FieldTable.Builder deadLettering() {
        return arguments().put("x-dead-letter-exchange", "").put("x-dead-letter-routing-key", "dead");
    }

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
        Work work = new Work(Runnable::run, pool::add, this::after, this::instant);
        VirtualHost opened = new VirtualHost(
                "/",
                DeprecatedFeatures.defaults(),
                budget,
                new Journal(store, new Readers()),
                work,
                Events.none(),
                LimitSettings.defaults(),
                DelayBounds.of(1_000_000),
                bounds);
        return opened;
    }

    private Bursts newBursts() {
        return vhost.newBursts(newWriter());
    }

    JournalWriter newWriter() {
        return Objects.requireNonNull(vhost.journal()).newWriter();
    }

    private Cancellable after(long delayMs, Runnable task) {
        Timed added = new Timed(nowMs + delayMs, task);
        timed.add(added);
        return () -> timed.remove(added);
    }

    long nowMs() {
        return nowMs;
    }

    private Instant instant() {
        Runnable interrupting = atReading;
        if (interrupting != null && --readings == 0) {
            atReading = null;
            interrupting.run();
        }
        return Instant.ofEpochMilli(nowMs);
    }

    /** Does something in the middle of the work, when the clock is read for the nth time from now. */
    void atReading(int nth, Runnable task) {
        readings = nth;
        atReading = task;
    }

    /** Somebody puts the clock on, or back; timers do not mind. */
    void setClock(long byMs) {
        nowMs += byMs;
        List<Timed> set = List.copyOf(timed);
        timed.clear();
        set.forEach(each -> timed.add(new Timed(each.atMs() + byMs, each.task())));
    }

    void declare(String exchange, boolean durable, FieldTable.Builder arguments) {
        vhost.exchanges()
                .declare(
                        new ExchangeDeclare(
                                exchange, "x-transactional", false, durable, false, false, false, arguments.build()),
                        ACCESS);
    }

    /** As {@code tx}, but for its arguments. */
    void declareAnew(FieldTable.Builder arguments) {
        vhost.exchanges().delete("tx", false, ACCESS);
        declare("tx", true, arguments);
        bind("tx", "out");
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

    /** Everything in memory is lost. */
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

    static BasicProperties half(String id, @Nullable String messageId) {
        return properties(messageId, Map.of("x-tx-id", id));
    }

    static BasicProperties properties(@Nullable String messageId, Map<String, Object> headers) {
        FieldTable.Builder table = FieldTable.builder();
        headers.forEach((name, value) -> {
            if (value instanceof Integer number) {
                table.put(name, number);
            } else {
                table.put(name, String.valueOf(value));
            }
        });
        return BasicProperties.builder()
                .messageId(messageId)
                .deliveryMode(2)
                .headers(table.build())
                .build();
    }

    static BasicProperties decision(String id, String state) {
        return properties(null, Map.of("x-tx-id", id, "x-tx-state", state));
    }

    void gather(String exchange, BasicProperties properties, String body) {
        Message message = new Message(new Address(exchange, "out"), properties, body.getBytes(StandardCharsets.UTF_8));
        Route route = vhost.route(vhost.exchanges().find(exchange), List.of("out"), message, bursts);
        for (Hold hold : route.holds()) {
            var refusal = hold.reserve(message);
            if (refusal != null) {
                throw refusal;
            }
        }
        List<QueueBurst> queues = new ArrayList<>();
        route.queues().forEach(queue -> queues.add(bursts.of(queue)));
        bursts.publish(message, queues.toArray(QueueBurst[]::new), QueueSettings.NONE, route.holds());
    }

    void flush() {
        bursts.flush();
    }

    /** Publishes a half message; threads have not worked since. */
    void send(String id, @Nullable String messageId, String body) {
        gather("tx", half(id, messageId), body);
        flush();
    }

    /** Publishes a decision, likewise. */
    void decide(String id, String state) {
        gather("tx", decision(id, state), "");
        flush();
    }

    void prepare(String id, String body) {
        send(id, null, body);
        work();
    }

    void commit(String id) {
        decide(id, "commit");
        work();
    }

    void rollBack(String id) {
        decide(id, "rollback");
        work();
    }

    /** Another thread writes something down for {@code tx}, and has not brought it there before {@link #bring}. */
    void append(BasicProperties properties, String body) {
        Message message = new Message(new Address("tx", "out"), properties, body.getBytes(StandardCharsets.UTF_8));
        TransactionalMessages room = room();
        if (room.reserve(message) != null) {
            throw new AssertionError("no place");
        }
        long mark = room.dueMs(message);
        int stored = StoredMessages.write(message, slowWriter.batch());
        slowWriter.batch().target(room.queueId(), mark, 0, 0);
        slow.add(room, message, mark, stored);
        slowFirst = slowWriter.append();
    }

    void bring() {
        if (!slow.isEmpty()) {
            slow.flush(slowFirst);
            slowWriter.brought();
        }
    }

    private TransactionalMessages room() {
        return Objects.requireNonNull(vhost.exchanges().find("tx").transactions());
    }

    /** Does what threads have to do now. */
    void work() {
        while (!pool.isEmpty()) {
            pool.remove().run();
        }
    }

    /** Does one piece of it; false if there is none. */
    boolean workOnce() {
        if (pool.isEmpty()) {
            return false;
        }
        pool.remove().run();
        return true;
    }

    void pass(long ms) {
        work();
        long end = nowMs + ms;
        for (Timed next = first(); next != null && next.atMs() <= end; next = first()) {
            timed.remove(next);
            nowMs = Math.max(nowMs, next.atMs());
            next.task().run();
            work();
        }
        nowMs = end;
    }

    /** How much is to be done some time. */
    int timers() {
        return timed.size();
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
        return takeMessages(queue(queueName));
    }

    List<Message> takeMessages(Queue queue) {
        List<Message> taken = new ArrayList<>();
        for (QueueEntry entry = get(queue); entry != null; entry = get(queue)) {
            taken.add(entry.message());
            bursts.settle(entry);
            bursts.flush();
        }
        return taken;
    }

    private @Nullable QueueEntry get(Queue queue) {
        QueueEntry entry = queue.get(false);
        work();
        return entry == null ? queue.get(false) : entry;
    }

    /** What is undecided, or decided and not carried out, by its id. */
    List<Undecided> undecided() {
        try {
            return vhost.transactions("tx", "", 1_000);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The same, as {@code id state halves checks}. */
    List<String> listed() {
        return undecided().stream()
                .map(each -> each.id() + " " + each.state() + " " + each.halves() + " " + each.checks())
                .toList();
    }

    /** How many entries the store has of {@code tx}. */
    int stored() {
        return positions().size();
    }

    /** Where they stand. */
    List<Long> positions() {
        return store.positions(room().queueId());
    }

    @Override
    public void close() {
        vhost.discard();
    }
}
