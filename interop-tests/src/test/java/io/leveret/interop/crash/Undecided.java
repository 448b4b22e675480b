package io.leveret.interop.crash;

import static org.assertj.core.api.Assertions.assertThat;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.ShutdownSignalException;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.TimeoutException;

/**
 * Finds out by AMQP alone whether half messages are undecided, parked ones among them: a virtual host takes a number of them that is set, so
 * that this number more is taken only if there is none. Belongs to the test's thread.
 */
final class Undecided {

    static final int MAX = 3_000;

    /** As for --set. */
    static final String SETTING = "leveret.transactional_messages_max=" + MAX;

    private static final int TIMEOUT_MS = 60_000;

    private final Client client;
    private final HalfMessages messages;
    private int attempts;

    Undecided(Client client, HalfMessages messages) {
        this.client = client;
        this.messages = messages;
    }

    /** Waits until there is none; fails if there are some after a minute. */
    void awaitNone() throws Exception {
        long deadline = System.nanoTime() + TIMEOUT_MS * 1_000_000L;
        boolean none = isNone();
        while (!none && System.nanoTime() < deadline) {
            none = isNone();
        }
        assertThat(none).as("nothing is undecided or parked").isTrue();
    }

    private boolean isNone() throws Exception {
        String id = "probe-" + attempts++;
        try {
            if (!takes(id, MAX)) {
                return false;
            }
            assertThat(takes(id, 1)).as("more than %d are taken", MAX).isFalse();
            return true;
        } finally {
            Channel channel = client.channel();
            channel.confirmSelect();
            messages.decide(channel, id, false);
            channel.waitForConfirmsOrDie(TIMEOUT_MS);
            channel.close();
        }
    }

    private boolean takes(String id, int halves) throws IOException, InterruptedException, TimeoutException {
        Map<String, Object> headers = Map.of("x-tx-id", id, "x-tx-timeout", 10 * TIMEOUT_MS);
        BasicProperties properties =
                new BasicProperties.Builder().headers(headers).build();
        Channel channel = client.channel();
        channel.confirmSelect();
        try {
            for (int i = 0; i < halves; i++) {
                channel.basicPublish(messages.exchange(), "", properties, new byte[0]);
            }
            channel.waitForConfirmsOrDie(TIMEOUT_MS);
            channel.close();
            return true;
        } catch (ShutdownSignalException e) {
            assertThat(e).hasMessageContaining("limit of " + MAX + " undecided half messages");
            return false;
        }
    }
}
