package io.leveret.interop.crash;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Channel;
import io.leveret.interop.crash.Body.GarbledException;
import io.leveret.interop.crash.ConfirmedChannel.Route;
import io.leveret.interop.crash.Event.Copy;
import java.io.IOException;
import java.util.Map;
import java.util.Random;

/** How a message goes over the wire, and how it is read again. */
final class Content {

    private static final int LARGEST_BYTES = 100_000;

    private Content() {}

    static void publish(Channel channel, Route route, Message message, int bytes) throws IOException {
        BasicProperties properties = new BasicProperties.Builder()
                .deliveryMode(message.persistent() ? 2 : 1)
                .messageId(message.key().toString())
                .headers(route.headers())
                .expiration(message.expiration())
                .priority(message.priority() == Message.NO_PRIORITY ? null : message.priority())
                .build();
        channel.basicPublish(route.exchange(), route.routingKey(), properties, Body.of(message.key(), bytes));
    }

    static MessageKey read(BasicProperties properties, byte[] body) throws GarbledException {
        MessageKey key = Body.read(body);
        if (!key.toString().equals(properties.getMessageId())) {
            throw new GarbledException("the body of " + key + " came with message-id " + properties.getMessageId());
        }
        return key;
    }

    /** All that a delivery tells. */
    static Copy copy(BasicProperties properties, byte[] body, boolean redelivered) throws GarbledException {
        MessageKey key = read(properties, body);
        Map<String, Object> headers = properties.getHeaders();
        int failures = headers != null && headers.get("x-delivery-count") instanceof Long count ? count.intValue() : 0;
        return new Copy(key, redelivered, Deaths.read(headers), failures, History.nowMs());
    }

    /** From the smallest to 100 KB; half are below 100 bytes, the mean is some KB. */
    static int randomBytes(Random random) {
        double share = random.nextDouble();
        return (int) (Body.MIN_BYTES * Math.pow((double) LARGEST_BYTES / Body.MIN_BYTES, share * share));
    }
}
