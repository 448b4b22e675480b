package io.leveret.bench.load;

import io.netty.channel.EventLoop;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The producers of a run, woken when something is due and when something moved. Owned by the loop once it has begun. */
final class Producers {

    /** How soon to look again when what is due has no room; progress wakes them earlier. */
    private static final long BLOCKED_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

    private final List<Producer> producers = new ArrayList<>();
    private boolean running;

    void add(Producer producer) {
        producers.add(producer);
    }

    void begin(EventLoop loop) {
        long now = System.nanoTime();
        producers.forEach(producer -> producer.begin(now));
        running = true;
        tick(loop);
    }

    void stop() {
        running = false;
    }

    /** Whether nothing more will be sent. */
    boolean stopped() {
        return !running || producers.stream().allMatch(Producer::finished);
    }

    /** Sends what is due and has room, one write each in turn, so that none takes the whole window. */
    void pump() {
        boolean sent = running;
        while (sent) {
            sent = false;
            long now = System.nanoTime();
            for (Producer producer : producers) {
                sent |= producer.send(now);
            }
        }
    }

    private void tick(EventLoop loop) {
        pump();
        if (!stopped()) {
            long now = System.nanoTime();
            long nanos = producers.stream()
                    .mapToLong(producer -> producer.nanosToNext(now))
                    .min()
                    .orElse(0);
            loop.schedule(() -> tick(loop), nanos > 0 ? nanos : BLOCKED_NANOS, TimeUnit.NANOSECONDS);
        }
    }
}
