package io.leveret.broker.channel;

import io.leveret.amqp.BasicProperties;
import io.leveret.amqp.FieldTable;
import io.leveret.amqp.OctetText;
import io.leveret.amqp.ShortString;
import io.leveret.broker.message.Address;
import io.leveret.broker.message.Message;
import io.leveret.broker.queue.Queue;
import io.leveret.broker.queue.QueueEntry;
import io.leveret.broker.vhost.Bursts;
import io.leveret.broker.vhost.Route;
import io.leveret.broker.vhost.Tracing;
import java.util.Arrays;
import java.util.List;

/**
 * Copies what one channel publishes and delivers to the trace exchange of its virtual host, beside its own publishes. Whether that
 * is switched on the channel asks once for each burst. Owned by the channel's event loop.
 */
final class Firehose {

    private final int channel;
    private final Session session;
    private final Bursts bursts;

    Firehose(int channel, Session session, Bursts bursts) {
        this.channel = channel;
        this.session = session;
        this.bursts = bursts;
    }

    boolean isOn() {
        return session.vhost().tracing().isOn();
    }

    /** A message was found routable or not, and permitted: RabbitMQ tells of it now, whatever queues say, and even in a transaction. */
    void published(Message message, List<String> routingKeys, Route route) {
        FieldTable.Builder headers = TracedMessage.headers(message, routingKeys)
                .put(
                        "routed_queues",
                        TracedMessage.texts(
                                route.queues().stream().map(Queue::name).toList()));
        copy("publish." + message.address().exchange(), message, headers);
    }

    /** A message is about to be written to the client. */
    void delivered(QueueEntry entry) {
        Message message = entry.messageToDeliver();
        if (message.address().exchange().equals(Tracing.EXCHANGE)) {
            return;
        }
        FieldTable.Builder headers =
                TracedMessage.headers(message, message.routingKeys()).put("redelivered", entry.redelivered() ? 1 : 0);
        copy("deliver." + entry.queue().name(), message, headers);
        if (bursts.isFull()) {
            bursts.flush();
        }
    }

    private void copy(String routingKey, Message message, FieldTable.Builder headers) {
        headers.put("node", session.settings().identity().clusterName())
                .put("vhost", session.vhost().name())
                .put("connection", session.connectionName())
                .put("channel", channel)
                .put("user", session.access().user().name());
        BasicProperties properties =
                BasicProperties.builder().headers(headers.build()).build();
        Message copy = new Message(new Address(Tracing.EXCHANGE, shortened(routingKey)), properties, message.body());
        try {
            bursts.publish(copy, session.vhost().route(copy));
        } catch (RuntimeException | Error e) {
            bursts.endKeys();
            throw e;
        }
    }

    /** With a long name behind its prefix no delivery could tell it; RabbitMQ closes who consumes such a copy with 541. */
    private static String shortened(String routingKey) {
        byte[] octets = OctetText.encode(routingKey);
        if (octets.length <= ShortString.MAX_BYTES) {
            return routingKey;
        }
        int end = ShortString.MAX_BYTES;
        while (isWithinCharacter(octets[end])) {
            end--;
        }
        return OctetText.decode(Arrays.copyOf(octets, end));
    }

    private static boolean isWithinCharacter(byte octet) {
        return (octet & 0xC0) == 0x80;
    }
}
