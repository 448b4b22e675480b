package io.leveret.interop.crash;

import java.io.IOException;
import java.util.Random;
import java.util.concurrent.Semaphore;

/** Publishes to exchanges whose bindings it changes on the same channel, so that it knows which queues each message reaches. */
final class Rebinder implements Actor {

    private static final int LARGEST_BURST = 20;
    private static final int LARGEST_WINDOW = 100;

    private final ConfirmedChannel channel;
    private final Rebindings rebindings;
    private final Random random;
    private final Semaphore window = new Semaphore(LARGEST_WINDOW);

    /** Does again what the run before this one got no answer to. */
    Rebinder(ConfirmedChannel channel, Rebindings rebindings, Random random) throws IOException {
        this.channel = channel;
        this.rebindings = rebindings;
        this.random = random;
        rebindings.repeatUnanswered(channel.channel());
    }

    @Override
    public void step() throws IOException, InterruptedException {
        rebindings.change(random, channel.channel());
        int burst = 1 + random.nextInt(LARGEST_BURST);
        for (int i = 0; i < burst; i++) {
            window.acquire();
            int bytes = Content.randomBytes(random);
            channel.publish(rebindings.route(random), true, bytes, window::release, window::release);
        }
    }
}
