package io.leveret.interop.crash;

import io.leveret.interop.crash.ConfirmedChannel.Route;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Publishes in bursts to queues of all kinds, mostly persistent messages, with a bound on what is unconfirmed. */
final class Publisher implements Actor {

    private static final int MESSAGES_PER_SECOND = 1_500;
    private static final int LONGEST_BURST = 60;
    private static final int LARGEST_WINDOW = 300;

    private final ConfirmedChannel channel;
    private final Random random;
    private final Semaphore window;
    private long nextBurstNanos = System.nanoTime();

    Publisher(ConfirmedChannel channel, Random random) {
        this.channel = channel;
        this.random = random;
        this.window = new Semaphore(1 + random.nextInt(LARGEST_WINDOW));
    }

    @Override
    public void step() throws Exception {
        int burst = 1 + random.nextInt(LONGEST_BURST);
        for (int i = 0; i < burst; i++) {
            window.acquire();
            boolean persistent = random.nextInt(10) > 0;
            channel.publish(route(), persistent, Content.randomBytes(random), window::release, window::release);
        }
        nextBurstNanos += burst * TimeUnit.SECONDS.toNanos(1) / MESSAGES_PER_SECOND;
        LockSupport.parkNanos(nextBurstNanos - System.nanoTime());
    }

    private Route route() {
        return switch (random.nextInt(12)) {
            case 0, 1, 2 -> Route.toFan();
            case 3 -> toOneOf(Layout.MANY);
            case 4, 5 -> toOneOf(Layout.QUORUM);
            case 6, 7 -> Route.toQueue(Layout.MOVED.get(0));
            default -> toOneOf(Layout.WORK);
        };
    }

    private Route toOneOf(List<String> queues) {
        return Route.toQueue(queues.get(random.nextInt(queues.size())));
    }
}
