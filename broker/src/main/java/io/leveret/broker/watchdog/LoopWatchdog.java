package io.leveret.broker.watchdog;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks every other millisecond whether each event loop still turns, and logs where it did not for long, with what it was doing. It wakes
 * loops that have nothing to do, so it is for tests and for finding what blocks a loop. Its thread runs until it is closed.
 */
public final class LoopWatchdog implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(LoopWatchdog.class);

    private static final String THREAD_NAME = "loop-watchdog";
    private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(2);
    private static final long SUSPICIOUS_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

    private final List<LoopProbe> probes = new ArrayList<>();
    private final LoopGaps gaps;
    private final Consumer<String> tell;
    private final CollectorPauses collector = new CollectorPauses();
    private final Standstills standstills = new Standstills(SUSPICIOUS_NANOS);
    private final StolenTime stolen = new StolenTime();

    private final Thread thread = new Thread(this::watch, THREAD_NAME);
    private volatile boolean closed;

    private LoopWatchdog(Iterable<? extends Executor> loops, Consumer<String> warn, Consumer<String> tell) {
        this.tell = tell;
        loops.forEach(loop -> probes.add(new LoopProbe(loop, SUSPICIOUS_NANOS, System::nanoTime)));
        gaps = new LoopGaps(collector.pauses(), standstills.pauses(), stolen::nanos, warn);
        thread.setDaemon(true);
    }

    /** Watches these loops from now on. */
    public static LoopWatchdog start(Iterable<? extends Executor> loops) {
        return start(loops, log::warn, log::info);
    }

    /** @param tell takes what is said at the end */
    static LoopWatchdog start(Iterable<? extends Executor> loops, Consumer<String> warn, Consumer<String> tell) {
        LoopWatchdog watchdog = new LoopWatchdog(loops, warn, tell);
        watchdog.thread.start();
        return watchdog;
    }

    /** Logs what was longest, and ends. Close it before its loops end. */
    @Override
    public void close() {
        closed = true;
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        collector.close();
    }

    private void watch() {
        try (stolen;
                RunQueue ownQueue = RunQueue.of(THREAD_NAME)) {
            watch(ownQueue);
        } finally {
            probes.forEach(LoopProbe::close);
        }
    }

    private void watch(RunQueue ownQueue) {
        while (!closed) {
            // Only while it sleeps: looking at a stack may take as long as the one who is looked at.
            long queuedBefore = ownQueue.waitedNanos();
            long slept = System.nanoTime();
            LockSupport.parkNanos(this, LOOK_NANOS);
            long now = System.nanoTime();
            standstills.woke(slept + LOOK_NANOS, now, ownQueue.waitedNanos() - queuedBefore);
            stolen.look(now);
            look(now);
        }
        stolen.look(System.nanoTime());
        probes.stream().map(LoopProbe::unfinished).filter(Objects::nonNull).forEach(gaps::add);
        gaps.judge();
        gaps.summary().forEach(tell);
    }

    private void look(long now) {
        for (LoopProbe probe : probes) {
            Gap gap = probe.look();
            if (gap != null) {
                gaps.add(gap);
            }
        }
        gaps.judgeDue(now);
    }
}
