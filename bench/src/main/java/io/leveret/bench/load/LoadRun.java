package io.leveret.bench.load;

import io.leveret.bench.load.Load.Part;
import io.leveret.bench.steal.StealWatch;
import io.netty.channel.EventLoop;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** One run: set up, warm up, measure, drain, report. Set-up is the caller's thread's; after it everything is the loop's. */
final class LoadRun {

    private static final int SETUP_SECONDS = 60;
    private static final int DRAIN_SECONDS = 30;
    private static final long POLL_MILLIS = 2;
    private static final long PROGRESS_SECONDS = 1;

    private final Load load;
    private final Tally tally;
    private final Topology topology;
    private final Producers producers = new Producers();
    private final CompletableFuture<Report> report = new CompletableFuture<>();

    private LoadRun(Load load, @Nullable StealWatch undisturbed) {
        this.load = load;
        tally = new Tally(load.fanOut(), undisturbed);
        topology = new Topology(load);
    }

    /** Runs the load to its end; throws {@link LoadException} if it can't be counted. */
    static Report of(Load load) throws InterruptedException {
        if (!load.undisturbed()) {
            return new LoadRun(load, null).report();
        }
        try (StealWatch undisturbed = StealWatch.begin()) {
            LoadRun run = new LoadRun(load, undisturbed);
            return run.report().withUndisturbed(undisturbed.undisturbedNanos(), run.tally.confirmNanos());
        }
    }

    private Report report() throws InterruptedException {
        try (Connector connector = new Connector(load.address(), load.spin(), report::completeExceptionally)) {
            setUp(connector);
            connector.loop().execute(() -> guarded(() -> begin(connector.loop())));
            return await(report, SETUP_SECONDS + load.warmUpSeconds() + load.seconds() + DRAIN_SECONDS);
        }
    }

    private void setUp(Connector connector) throws InterruptedException {
        await(connector.open(topology.declarations(), Traffic.NONE), SETUP_SECONDS);
        if (load.part() == Part.CONSUME) {
            // They were sent by somebody else.
            tally.sent(load.messages());
        }
        for (int i = 0; i < load.consumers() && load.part() != Part.PUBLISH; i++) {
            Consumer consumer = new Consumer(load, tally, producers::pump);
            await(connector.open(topology.consumer(i), consumer), SETUP_SECONDS);
        }
        for (int i = 0; i < load.producers() && load.part() != Part.CONSUME; i++) {
            Producer producer = producer(i);
            await(connector.open(topology.producer(), producer), SETUP_SECONDS);
            producers.add(producer);
        }
    }

    private Producer producer(int index) {
        Schedule schedule =
                load.rate() == 0 ? Schedule.unlimited() : Schedule.steady((double) load.rate() / load.producers());
        long messages = load.messages() == 0 ? Long.MAX_VALUE : load.messages() / load.producers();
        return new Producer(load, topology.publish(index), schedule, messages, tally, producers::pump);
    }

    private void begin(EventLoop loop) {
        producers.begin(loop);
        if (load.progress()) {
            loop.scheduleAtFixedRate(this::printProgress, 0, PROGRESS_SECONDS, TimeUnit.SECONDS);
        }
        loop.schedule(() -> guarded(() -> measure(loop)), load.warmUpSeconds(), TimeUnit.SECONDS);
    }

    private void measure(EventLoop loop) {
        tally.forgetLatencies();
        Snapshot from = Snapshot.of(tally, load.brokerPid());
        long deadline = from.nanos() + TimeUnit.SECONDS.toNanos(load.seconds());
        awaitEnd(loop, from, deadline);
    }

    /** The end of the interval: its seconds are over, or all messages that were asked for have arrived. */
    private void awaitEnd(EventLoop loop, Snapshot from, long deadline) {
        if (System.nanoTime() - deadline < 0 && !(producers.stopped() && drained())) {
            poll(loop, () -> awaitEnd(loop, from, deadline));
            return;
        }
        Snapshot to = Snapshot.of(tally, load.brokerPid());
        producers.stop();
        drain(loop, from, to, System.nanoTime() + TimeUnit.SECONDS.toNanos(DRAIN_SECONDS));
    }

    /** Waits for what is still on its way; what has not come by the deadline is lost. */
    private void drain(EventLoop loop, Snapshot from, Snapshot to, long deadline) {
        if (drained() || System.nanoTime() - deadline >= 0) {
            report.complete(Report.of(load, from, to, tally));
        } else {
            poll(loop, () -> drain(loop, from, to, deadline));
        }
    }

    private void poll(EventLoop loop, Runnable step) {
        loop.schedule(() -> guarded(step), POLL_MILLIS, TimeUnit.MILLISECONDS);
    }

    private void printProgress() {
        System.out.printf(
                "{\"nanos\": %d, \"sent\": %d, \"confirmed\": %d, \"delivered\": %d}%n",
                System.nanoTime(), tally.sent(), tally.confirmed(), tally.delivered());
    }

    /** A step that throws ends the run; the loop alone would forget it. */
    private void guarded(Runnable step) {
        try {
            step.run();
        } catch (RuntimeException e) {
            report.completeExceptionally(e);
        }
    }

    private boolean drained() {
        return tally.lost() == 0 && (load.confirmWindow() == 0 || tally.settled() == tally.sent());
    }

    private static <T> T await(CompletableFuture<T> future, long seconds) throws InterruptedException {
        try {
            return future.get(seconds, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof LoadException known ? known : new LoadException(String.valueOf(e.getCause()));
        } catch (TimeoutException e) {
            throw new LoadException("no answer within %d s".formatted(seconds));
        }
    }
}
