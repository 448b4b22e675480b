package io.leveret.interop.crash;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Consumer;
import com.rabbitmq.client.Envelope;
import com.rabbitmq.client.ShutdownSignalException;
import io.leveret.interop.Patience;
import io.leveret.interop.crash.Event.Consuming;
import io.leveret.interop.crash.History.Recording;
import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** One subscription, from consume to channel close. Its deliveries come on the connection's thread for callbacks. */
final class Subscriber implements Consumer {

    private static final int PREFETCH = 100;

    private final Channel channel;
    private final Settler settler;
    private final CountDownLatch cancelled = new CountDownLatch(1);

    private Subscriber(Channel channel, Settler settler) {
        this.channel = channel;
        this.settler = settler;
    }

    /** Consumes that long, then gives back what it has not settled. */
    static void run(Channel channel, String queue, Settler settler, Recording recording, int ms)
            throws IOException, TimeoutException, InterruptedException {
        recording.add(new Consuming(queue));
        Subscriber subscriber = new Subscriber(channel, settler);
        channel.basicQos(PREFETCH);
        String tag = channel.basicConsume(queue, false, subscriber);
        TimeUnit.MILLISECONDS.sleep(ms);
        channel.basicCancel(tag);
        subscriber.leave();
    }

    /** The end of the cancel comes by the same thread as the deliveries: nothing is delivered any more after it. */
    private void leave() throws IOException, TimeoutException, InterruptedException {
        if (!cancelled.await(Patience.MS, TimeUnit.MILLISECONDS)) {
            throw new IOException("no cancel-ok in " + Patience.MS + " ms");
        }
        settler.leave();
        channel.close();
    }

    @Override
    public void handleDelivery(String consumerTag, Envelope envelope, BasicProperties properties, byte[] body)
            throws IOException {
        settler.take(envelope, properties, body);
    }

    @Override
    public void handleCancelOk(String consumerTag) {
        cancelled.countDown();
    }

    @Override
    public void handleCancel(String consumerTag) throws IOException {
        throw new IOException("the broker cancelled " + consumerTag);
    }

    @Override
    public void handleConsumeOk(String consumerTag) {
        // run knows: basicConsume has returned.
    }

    @Override
    public void handleRecoverOk(String consumerTag) {
        // Nobody recovers.
    }

    @Override
    public void handleShutdownSignal(String consumerTag, ShutdownSignalException signal) {
        // Whoever uses the channel next is told.
    }
}
