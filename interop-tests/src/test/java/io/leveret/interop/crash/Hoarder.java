package io.leveret.interop.crash;

import io.leveret.interop.crash.ConfirmedChannel.Route;
import java.io.IOException;
import java.util.Random;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Publishes large transient messages, more than the broker has memory for and than anybody consumes. */
final class Hoarder implements Actor {

    private static final int MESSAGES_PER_SECOND = 100;
    private static final int LARGEST_BYTES = 80_000;
    private static final int LARGEST_WINDOW = 100;

    private final ConfirmedChannel channel;
    private final Random random;
    private final Semaphore window = new Semaphore(LARGEST_WINDOW);

    Hoarder(ConfirmedChannel channel, Random random) {
        this.channel = channel;
        this.random = random;
    }

    @Override
    public void step() throws IOException, InterruptedException {
        window.acquire();
        int bytes = Body.MIN_BYTES + random.nextInt(LARGEST_BYTES);
        channel.publish(Route.toQueue(Layout.TRANSIENT), false, bytes, window::release, window::release);
        LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(1) / MESSAGES_PER_SECOND);
    }
}
