package io.leveret.broker.connection;

import static io.leveret.broker.connection.Calls.declare;

import io.leveret.amqp.BasicProperties;
import io.leveret.amqp.FieldTable;
import io.leveret.amqp.method.BasicGet;
import io.leveret.amqp.method.BasicPublish;
import io.leveret.amqp.method.QueueDeclare;
import io.leveret.amqp.method.QueueDeclareOk;
import io.leveret.broker.queue.MemoryBudget;
import io.leveret.broker.queue.Queue;
import io.leveret.broker.queue.QueueContext.Cancellable;
import io.leveret.broker.settings.BrokerSettings;
import io.leveret.broker.settings.DeprecatedFeatures;
import io.leveret.broker.storage.FakeStore;
import io.leveret.broker.storage.Journal;
import io.leveret.broker.storage.WorkerPool;
import io.leveret.broker.vhost.VirtualHost;
import io.leveret.broker.vhost.Work;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.List;
import java.util.stream.IntStream;

/**
 * A durable queue {@code mass} with many messages, and a queue {@code other} beside it: loops and threads go on when the test says so. Its
 * client has channels 1 and 2; who publishes is another one.
 */
final class MassVhost implements AutoCloseable {

    static final String MASS = "mass";
    static final String OTHER = "other";

    private static final BasicProperties PERSISTENT =
            BasicProperties.builder().deliveryMode(2).build();

    final FakeStore store = new FakeStore();

    /** What a thread is to do that may take long. */
    final ArrayDeque<Runnable> pool = new ArrayDeque<>();

    final VirtualHost vhost;
    final TestServer server;
    final TestClient client;
    final TestClient other;
    final Queue mass;

    private final WorkerPool readers = new WorkerPool("reader", 1);
    private final Journal journal = new Journal(store, readers);
    private final int messages;

    MassVhost(int messages) {
        this.messages = messages;
        Work work = new Work(Runnable::run, pool::add, (delayMs, task) -> Cancellable.NOTHING, InstantSource.system());
        vhost = new VirtualHost(
                "/", DeprecatedFeatures.defaults(), new MemoryBudget(1 << 30, readers, () -> 0), journal, work);
        server = new TestServer(BrokerSettings.defaults(), vhost);
        client = server.open(2);
        other = server.open(1);
        client.call(1, declareDurable(MASS), QueueDeclareOk.class);
        client.call(1, declare(OTHER), QueueDeclareOk.class);
        mass = vhost.queues().find(MASS, this);
        publish(0, messages);
        while (!pool.isEmpty()) {
            // What a virtual host begins with.
            work();
        }
    }

    static QueueDeclare declareDurable(String name) {
        return new QueueDeclare(name, false, true, false, false, false, FieldTable.EMPTY);
    }

    void publish(int first, int end) {
        ClientStream stream = new ClientStream();
        for (int i = first; i < end; i++) {
            stream.publish(1, new BasicPublish("", MASS, false, false), PERSISTENT, Integer.toString(i));
        }
        other.write(stream);
    }

    /** Has the client get so many, on channel 1. */
    void get(int count) {
        ClientStream gets = new ClientStream();
        for (int i = 0; i < count; i++) {
            gets.method(1, new BasicGet(MASS, false));
        }
        client.write(gets);
        client.takeAll();
    }

    /** What the other one can get, in this order. */
    List<String> rest() {
        ClientStream gets = new ClientStream();
        for (int i = mass.counts().ready(); i > 0; i--) {
            gets.method(1, new BasicGet(MASS, true));
        }
        other.takeAll();
        other.write(gets);
        return other.takeBodies();
    }

    List<String> all() {
        return bodies(0, messages);
    }

    static List<String> bodies(int first, int end) {
        return IntStream.range(first, end).mapToObj(Integer::toString).toList();
    }

    /** The queue's live entries in the store. */
    List<Long> stored() {
        return store.positions(mass.id(mass.priorities().usual()));
    }

    /** A thread does the next that it has to do. */
    void work() {
        pool.remove().run();
    }

    void becomeDurable() {
        store.release();
        journal.durableMoved();
        server.run();
    }

    @Override
    public void close() {
        server.close();
        readers.close();
    }
}
