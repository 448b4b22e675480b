package io.leveret.bench.steal;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * Gathers the times of the answers to messages in whose time the host took nothing from any processor, with a thread of its own that looks
 * each hundredth of a second. Answers are told by one thread, which never waits for it.
 */
public final class StealWatch implements AutoCloseable {

    private static final Path STAT = Path.of("/proc/stat");
    private static final long LOOK_NANOS = StealTicks.TICK_NANOS;

    private final @Nullable UndisturbedAnswers answers;
    private final CompletableFuture<Void> end = new CompletableFuture<>();

    /** Written by the thread that looks. */
    private volatile long stolenTicks;

    private volatile boolean complete;
    private volatile boolean closed;

    private StealWatch() {
        answers = null;
    }

    private StealWatch(StealTicks ticks) {
        answers = new UndisturbedAnswers(System.nanoTime(), () -> look(ticks));
    }

    /** Looks from now on until it is closed. */
    public static StealWatch begin() {
        return begin(STAT);
    }

    static StealWatch begin(Path stat) {
        StealTicks ticks = open(stat);
        if (ticks == null) {
            return new StealWatch();
        }
        StealWatch watch = new StealWatch(ticks);
        UndisturbedAnswers answers = Objects.requireNonNull(watch.answers);
        Thread thread = new Thread(() -> watch.run(ticks, answers), "steal-watch");
        thread.setDaemon(true);
        thread.start();
        return watch;
    }

    private static @Nullable StealTicks open(Path stat) {
        try {
            return StealTicks.open(stat);
        } catch (IOException e) {
            throw new UncheckedIOException("what the host takes can't be read", e);
        }
    }

    /** An answer that has just come. */
    public void answered(long intendedNanos, long tookNanos) {
        if (answers != null) {
            answers.add(intendedNanos, tookNanos);
        }
    }

    /** What the host took of all processors together since this began, in milliseconds; 0 where the system doesn't tell. */
    public long stolenMs() {
        return TimeUnit.NANOSECONDS.toMillis(stolenTicks * StealTicks.TICK_NANOS);
    }

    /**
     * The times of undisturbed answers in nanoseconds; null where the system doesn't tell what is stolen. No answer may come any more; waits
     * about a second, until there is a verdict on all of them. Throws {@link java.util.concurrent.CompletionException} if it could not look.
     */
    public @Nullable Histogram undisturbedNanos() {
        if (answers == null) {
            return null;
        }
        complete = true;
        end.join();
        return answers.nanos();
    }

    @Override
    public void close() {
        closed = true;
    }

    private long look(StealTicks ticks) {
        long grown = ticks.grown();
        stolenTicks = ticks.total();
        return grown;
    }

    private void run(StealTicks ticks, UndisturbedAnswers answers) {
        try (ticks) {
            while (!closed && !(complete && answers.allJudged())) {
                LockSupport.parkNanos(LOOK_NANOS);
                answers.look(System.nanoTime());
            }
            end.complete(null);
        } catch (IOException | RuntimeException e) {
            end.completeExceptionally(e);
        }
    }
}
