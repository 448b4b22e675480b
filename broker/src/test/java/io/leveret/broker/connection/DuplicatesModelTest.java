package io.leveret.broker.connection;

import static org.assertj.core.api.Assertions.assertThat;

import io.leveret.amqp.BasicProperties;
import io.leveret.amqp.FieldTable;
import io.leveret.amqp.method.BasicAck;
import io.leveret.amqp.method.BasicGet;
import io.leveret.amqp.method.BasicGetOk;
import io.leveret.amqp.method.BasicNack;
import io.leveret.amqp.method.BasicPublish;
import io.leveret.amqp.method.ConfirmSelect;
import io.leveret.amqp.method.ConfirmSelectOk;
import io.leveret.amqp.method.ExchangeDeclare;
import io.leveret.amqp.method.ExchangeDeclareOk;
import io.leveret.amqp.method.QueueBind;
import io.leveret.amqp.method.QueueBindOk;
import io.leveret.amqp.method.QueueDeclare;
import io.leveret.amqp.method.QueueDeclareOk;
import io.leveret.amqp.method.QueuePurge;
import io.leveret.amqp.method.QueuePurgeOk;
import io.leveret.amqp.method.TxCommit;
import io.leveret.amqp.method.TxCommitOk;
import io.leveret.amqp.method.TxRollback;
import io.leveret.amqp.method.TxRollbackOk;
import io.leveret.amqp.method.TxSelect;
import io.leveret.amqp.method.TxSelectOk;
import io.leveret.broker.connection.PlainDuplicates.Sent;
import io.leveret.broker.queue.MemoryBudget;
import io.leveret.broker.queue.QueueContext.Cancellable;
import io.leveret.broker.settings.BrokerSettings;
import io.leveret.broker.settings.DeprecatedFeatures;
import io.leveret.broker.storage.FakeStore;
import io.leveret.broker.storage.Journal;
import io.leveret.broker.storage.WorkerPool;
import io.leveret.broker.vhost.VirtualHost;
import io.leveret.broker.vhost.Work;
import io.leveret.persistence.log.Background;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;

/**
 * A queue that takes no message twice, and an exchange before it that routes none twice, agree with a plain and slow model: over publishes with
 * and without a key, transactions, acknowledgements, returns, purges, expiry of what is remembered, and restarts.
 */
class DuplicatesModelTest {

    private static final int STEPS = 120;
    private static final int KEYS = 6;
    private static final int CONFIRMS = 1;
    private static final int GETS = 2;
    private static final int TX = 3;

    /** Reads without a thread, so that what was asked for is there when the server has run. */
    private static final Background AT_ONCE = new Background() {

        @Override
        public void execute(Runnable task) {
            task.run();
        }

        @Override
        public void schedule(Runnable task, long delayMs) {
            throw new AssertionError("nothing fails here, and is tried again");
        }
    };

    private PlainDuplicates plain = new PlainDuplicates(0, 0, 1);
    private final WorkerPool readers = new WorkerPool("reader", 1);
    private FakeStore store = new FakeStore();
    private TestServer server = start();
    private TestClient client = server.open(3);

    private Random random = new Random();
    private int published;

    /** What was got, with its tag. */
    private final List<Got> held = new ArrayList<>();

    private record Got(long tag, String body) {}

    @AfterEach
    void stop() {
        server.close();
        readers.close();
    }

    private TestServer start() {
        // The clock is the model's.
        Work work = new Work(
                Runnable::run,
                Runnable::run,
                (delayMs, task) -> Cancellable.NOTHING,
                () -> Instant.ofEpochMilli(plain.nowMs));
        return new TestServer(
                BrokerSettings.defaults(),
                new VirtualHost(
                        "/",
                        DeprecatedFeatures.defaults(),
                        new MemoryBudget(1 << 30, readers, () -> 0),
                        new Journal(store, AT_ONCE),
                        work));
    }

    @RepeatedTest(300)
    void agreesWithThePlainModel(RepetitionInfo repetition) {
        int seed = repetition.getCurrentRepetition();
        random = new Random(seed);
        plain = new PlainDuplicates(random.nextInt(4), random.nextInt(2) * 40, 1 + random.nextInt(4));
        declare();
        for (int step = 0; step < STEPS; step++) {
            String done = step();
            assertThat(ready()).as("seed %d, step %d: %s", seed, step, done).isEqualTo(plain.ready.size());
        }
        assertThat(drain())
                .as("seed %d", seed)
                .isEqualTo(plain.ready.stream().map(Sent::body).toList());
    }

    private void declare() {
        FieldTable.Builder ofQueue = FieldTable.builder().put("x-message-deduplication", true);
        if (plain.queueSize > 0) {
            ofQueue.put("x-cache-size", plain.queueSize);
        }
        if (plain.ttlMs > 0 && plain.queueSize > 0) {
            ofQueue.put("x-cache-ttl", plain.ttlMs);
        }
        FieldTable ofExchange = FieldTable.builder()
                .put("x-message-deduplication", true)
                .put("x-cache-size", plain.exchangeSize)
                .build();
        client.call(
                CONFIRMS,
                new QueueDeclare("q", false, true, false, false, false, ofQueue.build()),
                QueueDeclareOk.class);
        client.call(
                CONFIRMS,
                new ExchangeDeclare("x", "fanout", false, true, false, false, false, ofExchange),
                ExchangeDeclareOk.class);
        client.call(CONFIRMS, new QueueBind("q", "x", "", false, FieldTable.EMPTY), QueueBindOk.class);
        select();
    }

    private void select() {
        client.call(CONFIRMS, new ConfirmSelect(false), ConfirmSelectOk.class);
        client.call(TX, new TxSelect(), TxSelectOk.class);
    }

    private String step() {
        switch (random.nextInt(20)) {
            case 0, 1 -> {
                return get();
            }
            case 2, 3, 4 -> {
                return settle(true);
            }
            case 5 -> {
                return settle(false);
            }
            case 6 -> {
                return requeue();
            }
            case 7 -> {
                return transaction();
            }
            case 8 -> {
                plain.nowMs += random.nextInt(60);
                return "time passes";
            }
            case 9 -> {
                return random.nextInt(4) == 0 ? purge() : "nothing";
            }
            case 10 -> {
                return random.nextInt(3) == 0 ? restart() : "nothing";
            }
            default -> {
                return publish();
            }
        }
    }

    private Sent next() {
        String key = random.nextInt(5) == 0 ? "" : "k" + random.nextInt(KEYS);
        boolean persistent = random.nextInt(3) > 0;
        long ttl = random.nextInt(4) == 0 ? random.nextLong(1, 51) : 0;
        return new Sent(++published, random.nextBoolean(), key, persistent, ttl);
    }

    private String publish() {
        Sent sent = next();
        client.write(new ClientStream().publish(CONFIRMS, method(sent), properties(sent), sent.body()));
        client.expect(CONFIRMS, BasicAck.class);
        plain.publish(sent);
        return "publish " + sent;
    }

    private String transaction() {
        boolean commits = random.nextInt(3) > 0;
        List<Got> settled = commits && random.nextBoolean() ? getInTransaction() : List.of();
        List<Sent> gathered = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            Sent sent = next();
            gathered.add(sent);
            client.write(new ClientStream().publish(TX, method(sent), properties(sent), sent.body()));
        }
        if (!commits) {
            client.call(TX, new TxRollback(), TxRollbackOk.class);
            return "roll back " + gathered;
        }
        for (Got got : settled) {
            client.send(
                    TX, random.nextBoolean() ? new BasicAck(got.tag(), false) : new BasicNack(got.tag(), false, false));
            plain.settle(got.body());
        }
        client.call(TX, new TxCommit(), TxCommitOk.class);
        // As if it had settled them before.
        gathered.forEach(plain::publish);
        return "settle " + settled + " and commit " + gathered;
    }

    private List<Got> getInTransaction() {
        client.send(TX, new BasicGet("q", false));
        TestClient.Received received = client.next();
        if (!(received.method() instanceof BasicGetOk got)) {
            return List.of();
        }
        assertThat(received.body()).isEqualTo(plain.get().body());
        return List.of(new Got(got.deliveryTag(), received.body()));
    }

    private static BasicPublish method(Sent sent) {
        return sent.byExchange() ? new BasicPublish("x", "", true, false) : new BasicPublish("", "q", true, false);
    }

    private static BasicProperties properties(Sent sent) {
        FieldTable.Builder headers = FieldTable.builder();
        if (!sent.key().isEmpty()) {
            headers.put("x-deduplication-header", sent.key());
        }
        if (sent.ttlMs() > 0) {
            headers.put("x-cache-ttl", sent.ttlMs());
        }
        return BasicProperties.builder()
                .deliveryMode(sent.persistent() ? 2 : 1)
                .headers(headers.build())
                .build();
    }

    private String get() {
        client.send(GETS, new BasicGet("q", false));
        TestClient.Received received = client.next();
        if (received.method() instanceof BasicGetOk got) {
            held.add(new Got(got.deliveryTag(), received.body()));
            assertThat(received.body()).isEqualTo(plain.get().body());
            return "get " + received.body();
        }
        return "get nothing";
    }

    private String settle(boolean acks) {
        if (held.isEmpty()) {
            return "nothing";
        }
        Got got = held.remove(random.nextInt(held.size()));
        client.send(GETS, acks ? new BasicAck(got.tag(), false) : new BasicNack(got.tag(), false, false));
        plain.settle(got.body());
        return "settle " + got.body();
    }

    private String requeue() {
        if (held.isEmpty()) {
            return "nothing";
        }
        client.send(GETS, new BasicNack(0, true, true));
        held.clear();
        plain.requeue();
        return "requeue";
    }

    private String purge() {
        client.call(CONFIRMS, new QueuePurge("q", false), QueuePurgeOk.class);
        plain.ready.clear();
        return "purge";
    }

    private String restart() {
        server.close();
        store = store.reopen();
        server = start();
        client = server.open(3);
        select();
        held.clear();
        plain.restart();
        return "restart";
    }

    private long ready() {
        return client.call(
                        CONFIRMS,
                        new QueueDeclare("q", true, false, false, false, false, FieldTable.EMPTY),
                        QueueDeclareOk.class)
                .messageCount();
    }

    private List<String> drain() {
        List<String> bodies = new ArrayList<>();
        while (true) {
            client.send(GETS, new BasicGet("q", true));
            TestClient.Received received = client.next();
            if (!(received.method() instanceof BasicGetOk)) {
                return bodies;
            }
            bodies.add(received.body());
        }
    }
}
