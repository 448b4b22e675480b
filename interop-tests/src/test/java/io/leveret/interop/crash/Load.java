package io.leveret.interop.crash;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.GetResponse;
import io.leveret.interop.Patience;
import io.leveret.interop.crash.Event.Consuming;
import io.leveret.interop.crash.History.Recording;
import io.leveret.interop.crash.Settler.Manner;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** The clients of one run of the server, each on a thread and a connection of its own. Belongs to the test's thread. */
final class Load implements AutoCloseable {

    private static final int PUBLISHERS = 3;
    private static final int CIRCUIT_PUBLISHERS = 2;
    /** Their first queues have a consumer. Nobody consumes from the others, so that they keep their order. */
    private static final List<Circuit> REJECTING = List.of(
            Circuit.EXPIRATION,
            Circuit.REJECT_PUBLISH,
            Circuit.REJECT_PUBLISH_DLX,
            Circuit.REJECTED,
            Circuit.RETRY,
            Circuit.RANKED,
            Circuit.RANKED_QUORUM,
            Circuit.RULED_QUORUM);

    /** The same, for those that count failures. */
    private static final List<Circuit> FAILING = List.of(Circuit.LIMITED, Circuit.LIMITED_QUORUM, Circuit.DELAYED);

    private static final int LONGEST_SUBSCRIPTION_MS = 3_000;
    private static final int EMPTY_QUEUE_MS = 5;

    private final InetSocketAddress address;
    private final Ledger ledger;
    private final Recording recording;
    private final Random random;
    private final List<Client> clients = new ArrayList<>();
    private final List<Thread> threads = new ArrayList<>();
    private final Queue<Throwable> failures = new ConcurrentLinkedQueue<>();
    private volatile boolean ending;

    private Load(InetSocketAddress address, Ledger ledger, Recording recording, Random random) {
        this.address = address;
        this.ledger = ledger;
        this.recording = recording;
        this.random = random;
    }

    static Load start(InetSocketAddress address, Ledger ledger, Recording recording, Random random)
            throws IOException, TimeoutException {
        Load load = new Load(address, ledger, recording, random);
        try {
            load.addActors();
        } catch (IOException | TimeoutException e) {
            load.close();
            throw e;
        }
        load.threads.forEach(Thread::start);
        return load;
    }

    /** From now on connections may be lost; what went wrong before is a failure. */
    void expectEnd() {
        ending = true;
        if (!failures.isEmpty()) {
            AssertionError failed = new AssertionError("a client failed before the server was killed");
            failures.forEach(failed::addSuppressed);
            throw failed;
        }
    }

    @Override
    public void close() {
        ending = true;
        clients.forEach(Client::close);
        threads.forEach(Thread::interrupt);
        try {
            for (Thread thread : threads) {
                thread.join(Patience.MS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void addActors() throws IOException, TimeoutException {
        for (int i = 0; i < PUBLISHERS; i++) {
            add("publisher", new Publisher(ledger.confirmed(client().channel(), recording), random()));
        }
        addSubscriber(Layout.WORK.get(0), Manner.ONE_BY_ONE);
        addSubscriber(Layout.WORK.get(0), Manner.MANY_AT_ONCE);
        addSubscriber(Layout.WORK.get(1), Manner.MANY_AT_ONCE);
        addSubscriber(Layout.FANNED.get(0), Manner.ONE_BY_ONE);
        addSubscriber(Layout.QUORUM.get(0), Manner.ONE_BY_ONE);
        addSubscriber(Layout.REBOUND.get(0), Manner.MANY_AT_ONCE);
        addGetter(List.of(Layout.WORK.get(2), Layout.FANNED.get(1), Layout.TRANSIENT));
        addGetter(Layout.MANY);
        add("hoarder", new Hoarder(ledger.confirmed(client().channel(), recording), random()));
        addMovers();
        add("committer", new Committer(new TxChannel(client().channel(), ledger, recording), random()));
        ConfirmedChannel rebinding = ledger.confirmed(client().channel(), recording);
        add("rebinder", new Rebinder(rebinding, ledger.rebindings(), random()));
        addCircuits();
        addEmptier(Layout.PURGED, false);
        addEmptier(Layout.PHOENIX, true);
        add("redeclarer", new Redeclarer(client().channel(), ledger.topology(), random()));
    }

    private void addCircuits() throws IOException, TimeoutException {
        for (int i = 0; i < CIRCUIT_PUBLISHERS; i++) {
            add("circuit publisher", new CircuitPublisher(ledger.confirmed(client().channel(), recording), random()));
        }
        for (Circuit circuit : REJECTING) {
            addSubscriber(circuit.entry().queue(), Manner.REJECTING);
        }
        for (Circuit circuit : FAILING) {
            addSubscriber(circuit.entry().queue(), Manner.FAILING);
        }
        String queue = Circuit.REJECTED.entry().queue();
        TxChannel rejecting = new TxChannel(client().channel(), ledger, recording);
        add("tx rejecter", new TxRejecter(queue, ledger.nextConsumer(), rejecting, recording, random()));
        add("tenant", new Tenant(client().channel(), ledger.leases(), recording, random()));
    }

    private void addSubscriber(String queue, Manner manner) throws IOException, TimeoutException {
        Client client = client();
        Random random = random();
        Marker marker = Marker.on(client, ledger, recording, random());
        add("subscriber", () -> {
            Channel channel = client.channel();
            Settler settler = new Settler(queue, ledger.nextConsumer(), channel, manner, marker, recording, random);
            Subscriber.run(channel, queue, settler, recording, 1 + random.nextInt(LONGEST_SUBSCRIPTION_MS));
        });
    }

    /** Gets from one or another of the queues. */
    private void addGetter(List<String> queues) throws IOException, TimeoutException {
        Client client = client();
        Channel channel = client.channel();
        Marker marker = Marker.on(client, ledger, recording, random());
        List<Settler> settlers = new ArrayList<>();
        for (String queue : queues) {
            Manner manner = Manner.ONE_BY_ONE;
            settlers.add(new Settler(queue, ledger.nextConsumer(), channel, manner, marker, recording, random()));
            recording.add(new Consuming(queue));
        }
        Random random = random();
        add("getter", () -> {
            int next = random.nextInt(queues.size());
            GetResponse got = channel.basicGet(queues.get(next), false);
            if (got == null) {
                TimeUnit.MILLISECONDS.sleep(EMPTY_QUEUE_MS);
            } else {
                settlers.get(next).take(got.getEnvelope(), got.getProps(), got.getBody());
            }
        });
    }

    /** Two from the first queue, so that what one gives back the other may get. */
    private void addMovers() {
        addMover(0);
        addMover(0);
        addMover(1);
    }

    private void addMover(int from) {
        add(
                "mover",
                new Mover(address, Layout.MOVED.get(from), Layout.MOVED.get(from + 1), ledger, recording, random()));
    }

    private void addEmptier(String queue, boolean byDeleting) throws IOException, TimeoutException {
        Client client = client();
        ConfirmedChannel publishing = ledger.confirmed(client.channel(), recording);
        add("emptier", new Emptier(queue, byDeleting, publishing, client.channel(), recording, random()));
    }

    private Client client() throws IOException, TimeoutException {
        Client client = Client.connect(address);
        clients.add(client);
        client.connection().addShutdownListener(this::failed);
        return client;
    }

    private void add(String name, Actor actor) {
        threads.add(new Thread(() -> run(actor), name));
    }

    private void run(Actor actor) {
        try {
            while (!ending) {
                actor.step();
            }
        } catch (Exception e) {
            failed(e);
        }
    }

    private void failed(Throwable failure) {
        if (!ending) {
            failures.add(failure);
        }
    }

    /** Each actor has its own, so that one's haste does not change what another does. */
    private Random random() {
        return new Random(random.nextLong());
    }
}
