package io.leveret.interop;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import java.io.IOException;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Waits for what a queue comes to by itself, by asking the broker again and again. */
public final class QueueState {

    private static final long TIMEOUT_NANOS = TimeUnit.MILLISECONDS.toNanos(Patience.MS);

    private QueueState() {}

    /**
     * Waits until so many messages are ready, and returns how many. Asking once will not do: RabbitMQ answers before it
     * has taken what was published just before on the same channel.
     */
    public static long awaitReady(Channel channel, String queue, int count) throws IOException {
        long deadline = System.nanoTime() + TIMEOUT_NANOS;
        long ready = channel.messageCount(queue);
        while (ready != count) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("ready in " + queue + ": " + ready + " (expected: " + count + ")");
            }
            ready = channel.messageCount(queue);
        }
        return ready;
    }

    /** Waits until the queue has no consumer. */
    public static void awaitUnused(Channel channel, String queue) throws IOException {
        long deadline = System.nanoTime() + TIMEOUT_NANOS;
        while (channel.consumerCount(queue) != 0) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError(queue + " still has a consumer");
            }
        }
    }

    /**
     * Waits until a queue is gone without using it, which a declaration would do: a publish is no use.
     *
     * @param meanwhile done again and again
     */
    public static void awaitExpired(Peer peer, Channel channel, String queue, Callable<?> meanwhile) throws Exception {
        Returns returns = Returns.of(channel);
        peer.eventually(() -> {
            meanwhile.call();
            peer.publishMandatory(channel, "", queue, "is anybody there?");
            peer.roundTrip(channel);
            return returns.size() > 0;
        });
    }

    /** Waits until there is no such queue. */
    public static void awaitGone(Connection connection, String queue) throws IOException, TimeoutException {
        long deadline = System.nanoTime() + TIMEOUT_NANOS;
        while (exists(connection, queue)) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError(queue + " is still there");
            }
        }
    }

    /** Asked on a channel of its own, since the answer to a missing queue closes it. */
    private static boolean exists(Connection connection, String queue) throws IOException, TimeoutException {
        Channel channel = connection.createChannel();
        try {
            channel.queueDeclarePassive(queue);
            channel.close();
            return true;
        } catch (IOException e) {
            return !Outcome.of(e).contains(" 404 ");
        }
    }
}
