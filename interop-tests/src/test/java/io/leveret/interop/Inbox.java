package io.leveret.interop;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Consumer;
import com.rabbitmq.client.Delivery;
import com.rabbitmq.client.Envelope;
import com.rabbitmq.client.ShutdownSignalException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A consumer that keeps what reaches it, in order. The client library's threads fill it, the case's thread empties it. */
public final class Inbox implements Consumer {

    private final BlockingQueue<Object> arrived = new LinkedBlockingQueue<>();

    /** Consumes with manual acknowledgement; the broker chooses the tag. */
    public static Inbox of(Channel channel, String queue) throws IOException {
        return of(channel, queue, "", Map.of());
    }

    public static Inbox of(Channel channel, String queue, String tag, Map<String, Object> arguments)
            throws IOException {
        Inbox inbox = new Inbox();
        channel.basicConsume(queue, false, tag, false, false, arguments, inbox);
        return inbox;
    }

    public static Inbox withPriority(Channel channel, String queue, int priority) throws IOException {
        return of(channel, queue, "", Map.of("x-priority", priority));
    }

    public static Inbox exclusive(Channel channel, String queue) throws IOException {
        Inbox inbox = new Inbox();
        channel.basicConsume(queue, false, "", false, true, Map.of(), inbox);
        return inbox;
    }

    public static Inbox withoutAcks(Channel channel, String queue) throws IOException {
        Inbox inbox = new Inbox();
        channel.basicConsume(queue, true, inbox);
        return inbox;
    }

    /** What came next: a delivery, "cancelled by the broker" or "cancel-ok"; fails if nothing comes. */
    public Object next() throws InterruptedException {
        Object next = arrived.poll(Patience.MS, TimeUnit.MILLISECONDS);
        if (next == null) {
            throw new AssertionError("nothing reached the consumer in " + Patience.MS + " ms");
        }
        return next;
    }

    /** What came next, so many times. */
    public List<Object> take(int count) throws InterruptedException {
        List<Object> taken = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            taken.add(next());
        }
        return taken;
    }

    public long nextTag() throws InterruptedException {
        return nextDelivery().getEnvelope().getDeliveryTag();
    }

    public Delivery nextDelivery() throws InterruptedException {
        return (Delivery) next();
    }

    /** Whether nothing has come so far; say so only after a round trip which what might come would have overtaken. */
    public boolean isEmpty() {
        return arrived.isEmpty();
    }

    public int size() {
        return arrived.size();
    }

    @Override
    public void handleDelivery(String consumerTag, Envelope envelope, BasicProperties properties, byte[] body) {
        arrived.add(new Delivery(envelope, properties, body));
    }

    @Override
    public void handleCancel(String consumerTag) {
        arrived.add("cancelled by the broker");
    }

    @Override
    public void handleCancelOk(String consumerTag) {
        arrived.add("cancel-ok");
    }

    @Override
    public void handleConsumeOk(String consumerTag) {
        // The case knows: basicConsume has returned.
    }

    @Override
    public void handleRecoverOk(String consumerTag) {
        // The case knows: basicRecover has returned.
    }

    @Override
    public void handleShutdownSignal(String consumerTag, ShutdownSignalException signal) {
        // Cases ask the channel.
    }
}
