package io.leveret.persistence.log;

import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/** Background threads and clock of a test, which moves them by hand. */
public final class ManualBackground implements Background, InstantSource {

    private record Delayed(long atMs, Runnable task) {}

    private final ArrayDeque<Runnable> tasks = new ArrayDeque<>();
    private final List<Delayed> delayed = new ArrayList<>();
    private long nowMs = 1_800_000_000_000L;

    @Override
    public void execute(Runnable task) {
        tasks.add(task);
    }

    @Override
    public void schedule(Runnable task, long delayMs) {
        delayed.add(new Delayed(nowMs + delayMs, task));
    }

    @Override
    public Instant instant() {
        return Instant.ofEpochMilli(nowMs);
    }

    /** How many tasks are to run at once. */
    public int waiting() {
        return tasks.size();
    }

    /** Runs all tasks that are to run at once, and those that they bring. */
    public void runAll() {
        for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
            task.run();
        }
    }

    /** Runs the task that waits longest; not what it brings. */
    public void runOne() {
        Runnable task = tasks.poll();
        if (task != null) {
            task.run();
        }
    }

    /** Lets time pass, and runs all that falls due. */
    public void pass(long ms) {
        nowMs += ms;
        List<Delayed> due = delayed.stream().filter(d -> d.atMs() <= nowMs).toList();
        delayed.removeAll(due);
        due.forEach(d -> tasks.add(d.task()));
        runAll();
    }
}
