package io.leveret.interop.crash;

import static org.assertj.core.api.Assertions.assertThat;

import com.rabbitmq.client.Channel;
import java.io.IOException;

/** How many messages a queue has, asked until it is as it should be. */
final class Counts {

    private static final long TIMEOUT_NANOS = 90_000_000_000L;

    private Counts() {}

    /** Waits until there are so many, or more; fails if there are fewer after a minute and a half. */
    static void await(Channel channel, String queue, long least) throws IOException {
        long deadline = System.nanoTime() + TIMEOUT_NANOS;
        while (channel.messageCount(queue) < least && System.nanoTime() < deadline) {
            Thread.onSpinWait();
        }
        assertThat(channel.messageCount(queue)).as("messages in %s", queue).isGreaterThanOrEqualTo(least);
    }
}
