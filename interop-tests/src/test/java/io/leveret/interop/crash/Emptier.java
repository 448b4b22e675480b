package io.leveret.interop.crash;

import com.rabbitmq.client.Channel;
import io.leveret.interop.Patience;
import io.leveret.interop.crash.ConfirmedChannel.Route;
import io.leveret.interop.crash.Event.Purged;
import io.leveret.interop.crash.Event.Purging;
import io.leveret.interop.crash.History.Recording;
import java.io.IOException;
import java.util.Random;

/** Fills a queue of its own and empties it at a blow: by a purge, or by deleting and declaring it. */
final class Emptier implements Actor {

    private static final int LARGEST_BATCH = 30;
    private static final int MOST_BATCHES = 5;

    private final String queue;
    private final boolean byDeleting;
    private final ConfirmedChannel publishing;
    private final Channel emptying;
    private final Recording recording;
    private final Random random;

    Emptier(
            String queue,
            boolean byDeleting,
            ConfirmedChannel publishing,
            Channel emptying,
            Recording recording,
            Random random) {
        this.queue = queue;
        this.byDeleting = byDeleting;
        this.publishing = publishing;
        this.emptying = emptying;
        this.recording = recording;
        this.random = random;
    }

    @Override
    public void step() throws Exception {
        int batches = 1 + random.nextInt(MOST_BATCHES);
        for (int batch = 0; batch < batches; batch++) {
            publishSome();
            // Else the publishes and what empties the queue race.
            if (random.nextInt(4) > 0) {
                publishing.channel().waitForConfirmsOrDie(Patience.MS);
            }
        }
        recording.add(new Purging(queue));
        if (byDeleting) {
            emptying.queueDelete(queue);
        } else {
            emptying.queuePurge(queue);
        }
        recording.add(new Purged(queue));
        if (byDeleting) {
            // What raced is confirmed, and not in the queue that comes now.
            publishing.channel().waitForConfirmsOrDie(Patience.MS);
            Layout.declareQueue(emptying, queue);
        }
    }

    private void publishSome() throws IOException {
        int messages = 1 + random.nextInt(LARGEST_BATCH);
        for (int i = 0; i < messages; i++) {
            publishing.publish(Route.toQueue(queue), true, Content.randomBytes(random), () -> {}, () -> {});
        }
    }
}
