package io.leveret.bench.load;

import io.netty.buffer.ByteBuf;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** One turn of a queue, with or without message groups, under a load that keeps a number of messages in flight. For one thread. */
final class GroupsTurn implements AutoCloseable {

    static final int WAIT_SECONDS = 30;

    /** How often is counted how many groups are at work. */
    private static final int SAMPLES = 10;

    /**
     * What is published and who consumes it.
     *
     * @param groups that messages are spread over at random
     * @param keeps how many deliveries each consumer leaves unacknowledged
     * @param window how many messages are on their way to the consumers at most
     */
    record Work(int groups, int consumers, int prefetch, int keeps, int window) {}

    /**
     * What was measured.
     *
     * @param cpuMicros processor time of the broker for each message; 0 if its process is not known
     * @param held how many groups consumers held, on the average; of a plain queue, would have held
     * @param active how many groups had messages in the queue or at its consumers, on the average
     */
    record Figures(double perSecond, double cpuMicros, double held, double active) {}

    private final Work work;
    private final long brokerPid;
    private final GroupsInFlight inFlight;
    private final GroupsPublisher publisher;
    private final String name = "groups-" + UUID.randomUUID();
    private final boolean grouped;
    private final CompletableFuture<Void> failure = new CompletableFuture<>();
    private final Connector connector;

    /** @param brokerPid 0 if not known */
    GroupsTurn(Load.Address broker, long brokerPid, Work work, boolean grouped) {
        this.work = work;
        this.brokerPid = brokerPid;
        this.grouped = grouped;
        this.inFlight = new GroupsInFlight(work.groups(), grouped);
        this.publisher = new GroupsPublisher(inFlight, name, work.window());
        this.connector = new Connector(broker, false, failure::completeExceptionally);
    }

    /**
     * Declares the queue, publishes and consumes, and ends when all that was published has come.
     *
     * @throws ExecutionException if a connection failed, or a group was out of order
     * @throws TimeoutException if it could not be set up, or not everything came
     */
    Figures run(int warmUpSeconds, int seconds) throws InterruptedException, ExecutionException, TimeoutException {
        open(topology(), publisher);
        for (int i = 0; i < work.consumers(); i++) {
            List<ByteBuf> steps = List.of(Frames.qos(work.prefetch()), Frames.consume(name, false));
            open(steps, new GroupsConsumer(inFlight, work.prefetch(), work.keeps(), publisher::publish));
        }
        connector.loop().execute(publisher::publish);
        pass(TimeUnit.SECONDS.toMillis(warmUpSeconds));
        Figures figures = measure(TimeUnit.SECONDS.toMillis(seconds));
        CompletableFuture<Void> ended = connector.loop().submit(publisher::end).get();
        CompletableFuture.anyOf(ended, failure).get(WAIT_SECONDS, TimeUnit.SECONDS);
        return figures;
    }

    @Override
    public void close() {
        connector.close();
    }

    private Figures measure(long forMs) throws InterruptedException, ExecutionException {
        long cpuBefore = cpuMicros();
        Sample now = sample();
        long before = now.delivered();
        long began = System.nanoTime();
        double held = 0;
        double active = 0;
        for (int i = 0; i < SAMPLES; i++) {
            pass(forMs / SAMPLES);
            now = sample();
            held += now.held();
            active += now.active();
        }
        long count = now.delivered() - before;
        double perSecond = count * 1e9 / (System.nanoTime() - began);
        return new Figures(perSecond, (cpuMicros() - cpuBefore) / (double) count, held / SAMPLES, active / SAMPLES);
    }

    private long cpuMicros() {
        return brokerPid == 0 ? 0 : ProcessUsage.of(brokerPid).cpuMicros();
    }

    private record Sample(long delivered, int held, int active) {}

    private Sample sample() throws InterruptedException, ExecutionException {
        return connector
                .loop()
                .submit(() -> new Sample(inFlight.delivered(), inFlight.held(), inFlight.active()))
                .get();
    }

    private List<ByteBuf> topology() {
        return List.of(
                Frames.declareExchange(name, "fanout"),
                grouped ? Frames.declareGroupedQueue(name) : Frames.declareQueue(name, false),
                Frames.bindQueue(name, name, ""));
    }

    private void open(List<ByteBuf> steps, Traffic traffic)
            throws InterruptedException, ExecutionException, TimeoutException {
        connector.open(steps, traffic).get(WAIT_SECONDS, TimeUnit.SECONDS);
    }

    /** Lets time pass, unless something fails. */
    private void pass(long forMs) throws InterruptedException, ExecutionException {
        try {
            failure.get(forMs, TimeUnit.MILLISECONDS);
        } catch (TimeoutException undisturbed) {
            // So it should be.
        }
    }
}
