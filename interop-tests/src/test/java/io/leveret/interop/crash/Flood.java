package io.leveret.interop.crash;

import com.rabbitmq.client.BlockedListener;
import io.leveret.interop.crash.ConfirmedChannel.Route;
import io.leveret.interop.crash.History.Recording;
import java.io.IOException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;

/** Publishes large persistent messages to a queue, as fast as they are confirmed, on a thread of its own. */
final class Flood implements AutoCloseable {

    static final int MESSAGE_BYTES = 32 << 10;
    private static final int WINDOW = 50;
    private static final int TIMEOUT_MS = 60_000;

    private final ConfirmedChannel channel;
    private final Route route;
    private final int most;
    private final Semaphore window = new Semaphore(WINDOW);
    private final AtomicInteger published = new AtomicInteger();
    private final AtomicInteger confirmed = new AtomicInteger();
    private final AtomicInteger refused = new AtomicInteger();
    private final Thread thread = new Thread(this::run, "flood");
    private volatile String blocked = "";
    private volatile boolean stopped;

    private Flood(ConfirmedChannel channel, Route route, int most) {
        this.channel = channel;
        this.route = route;
        this.most = most;
    }

    /** Begins; it stops by itself after so many messages, lest a broker without bounds take all that the machine has. */
    static Flood start(Client client, Ledger ledger, Recording recording, String queue, int most) throws IOException {
        Flood flood = new Flood(ledger.confirmed(client.channel(), recording), Route.toQueue(queue), most);
        client.connection().addBlockedListener(new BlockedListener() {
            @Override
            public void handleBlocked(String reason) {
                flood.blocked = reason;
            }

            @Override
            public void handleUnblocked() {
                flood.blocked = "";
            }
        });
        client.connection().addShutdownListener(lost -> flood.thread.interrupt());
        flood.thread.setDaemon(true);
        flood.thread.start();
        return flood;
    }

    /** Whether it has more to publish, and a connection to do so. */
    boolean isRunning() {
        return thread.isAlive();
    }

    /** Whether connection.blocked has come, and no connection.unblocked after it. */
    boolean isBlocked() {
        return !blocked.isEmpty();
    }

    /** What connection.blocked named; empty if it is not blocked. */
    String reason() {
        return blocked;
    }

    int published() {
        return published.get();
    }

    int confirmed() {
        return confirmed.get();
    }

    /** Those that the broker nacked. */
    int refused() {
        return refused.get();
    }

    /** Publishes no more, and waits until everything is confirmed or refused. */
    void finish() {
        close();
        if (thread.isAlive() || confirmed() + refused() < published()) {
            throw new AssertionError("of " + published() + " messages " + confirmed() + " are confirmed and "
                    + refused() + " refused (expected: all, after " + TIMEOUT_MS + " ms)");
        }
    }

    /** Publishes no more; what is not answered by now is answered soon, or its connection is lost. */
    @Override
    public void close() {
        stopped = true;
        try {
            thread.join(TIMEOUT_MS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        try {
            while (!stopped && published() < most) {
                window.acquire();
                published.incrementAndGet();
                channel.publish(route, true, MESSAGE_BYTES, () -> answered(confirmed), () -> answered(refused));
            }
            window.acquire(WINDOW);
        } catch (IOException | InterruptedException e) {
            // finish tells that something is not answered.
            stopped = true;
        }
    }

    private void answered(AtomicInteger counter) {
        counter.incrementAndGet();
        window.release();
    }
}
