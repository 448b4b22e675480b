package io.leveret.broker.queue;

import io.leveret.broker.queue.QueueContext.Cancellable;
import io.leveret.broker.queue.QueueContext.Timer;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A clock and its timer, which go on when the test says so. For one thread. */
final class ManualTimer implements Timer, InstantSource {

    private final List<Pending> pending = new ArrayList<>();
    private long nowMs = 1_000_000;

    private record Pending(long atMs, Runnable action) {}

    @Override
    public Instant instant() {
        return Instant.ofEpochMilli(nowMs);
    }

    @Override
    public Cancellable after(long delayMs, Runnable action) {
        Pending added = new Pending(nowMs + delayMs, action);
        pending.add(added);
        return () -> pending.remove(added);
    }

    int pending() {
        return pending.size();
    }

    /** Time passes, and nothing happens. */
    void stall(long ms) {
        nowMs += ms;
    }

    /** Time passes, and all happens in its order that is due. */
    void pass(long ms) {
        long end = nowMs + ms;
        for (Pending next = first(); next != null && next.atMs() <= end; next = first()) {
            pending.remove(next);
            nowMs = Math.max(nowMs, next.atMs());
            next.action().run();
        }
        nowMs = end;
    }

    private @Nullable Pending first() {
        return pending.stream().min(Comparator.comparingLong(Pending::atMs)).orElse(null);
    }
}
