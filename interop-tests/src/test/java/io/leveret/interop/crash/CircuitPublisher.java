package io.leveret.interop.crash;

import io.leveret.interop.crash.ConfirmedChannel.Route;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Publishes in bursts to the circuits: enough that limits are met, with expirations from none to an hour, and
 * with priorities. */
final class CircuitPublisher implements Actor {

    private static final int MESSAGES_PER_SECOND = 750;
    private static final int LONGEST_BURST = 60;
    private static final int LARGEST_WINDOW = 200;
    private static final int LARGEST_BYTES = 3_000;

    /** Each of their messages may have a time of its own. */
    private static final Set<Circuit> EXPIRING = Set.of(Circuit.EXPIRATION, Circuit.RANKED);

    private static final Set<Circuit> RANKED = Set.of(Circuit.RANKED, Circuit.RANKED_QUORUM);
    /** More than their queues tell apart. */
    private static final int HIGHEST_PRIORITY = 40;

    private static final int SHORTEST_MS = 500;
    private static final int LONG_MS = 10_000;
    private static final int LONGEST_MS = 3_600_000;

    private final ConfirmedChannel channel;
    private final Random random;
    private final Semaphore window;
    private long nextBurstNanos = System.nanoTime();

    CircuitPublisher(ConfirmedChannel channel, Random random) {
        this.channel = channel;
        this.random = random;
        this.window = new Semaphore(1 + random.nextInt(LARGEST_WINDOW));
    }

    /** A burst goes to one circuit, so that what comes within a millisecond has to keep its order, too. */
    @Override
    public void step() throws Exception {
        Circuit circuit = Circuit.ALL.get(random.nextInt(Circuit.ALL.size()));
        int burst = 1 + random.nextInt(LONGEST_BURST);
        for (int i = 0; i < burst; i++) {
            window.acquire();
            boolean persistent = random.nextInt(10) > 0;
            int bytes = Body.MIN_BYTES + random.nextInt(LARGEST_BYTES);
            channel.publish(route(circuit), persistent, bytes, window::release, window::release);
        }
        nextBurstNanos += burst * TimeUnit.SECONDS.toNanos(1) / MESSAGES_PER_SECOND;
        LockSupport.parkNanos(nextBurstNanos - System.nanoTime());
    }

    private Route route(Circuit circuit) {
        long ttlMs = EXPIRING.contains(circuit) ? expirationMs() : Circuit.NO_TTL;
        int priority = RANKED.contains(circuit) ? random.nextInt(HIGHEST_PRIORITY + 2) - 1 : Message.NO_PRIORITY;
        return Route.into(circuit, ttlMs, priority);
    }

    private long expirationMs() {
        return switch (random.nextInt(8)) {
            case 0 -> 0;
            case 1, 2, 3 -> random.nextInt(SHORTEST_MS);
            case 4, 5 -> random.nextInt(LONG_MS);
            case 6 -> random.nextInt(LONGEST_MS);
            default -> Circuit.NO_TTL;
        };
    }
}
