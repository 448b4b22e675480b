package io.leveret.interop.event;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.GetResponse;
import io.leveret.interop.Case;
import io.leveret.interop.Peer;
import java.util.Objects;
import org.junit.jupiter.api.parallel.Isolated;

@Isolated("others make so many events that RabbitMQ falls behind")
final class EventExchangeTest {

    private static final String EVENTS = "amq.rabbitmq.event";

    @Case("amq.rabbitmq.event is a durable, internal topic exchange")
    void declared(Peer peer) throws Exception {
        peer.attempt(peer.channel(), () -> peer.channel().exchangeDeclarePassive(EVENTS));
        peer.attempt(peer.channel(), () -> peer.channel().exchangeDeclare(EVENTS, "topic", true, false, true, null));
        peer.attempt(peer.channel(), () -> peer.channel().exchangeDeclare(EVENTS, "topic", true, false, false, null));

        peer.expect(
                "exchange.declare-ok",
                "exchange.declare-ok",
                "channel closed: 406 PRECONDITION_FAILED - inequivalent arg 'internal' for exchange"
                        + " 'amq.rabbitmq.event' in vhost '/': received 'false' but current is 'true'"
                        + " [exchange.declare]");
    }

    @Case("nobody can publish to it, or delete it")
    void refusals(Peer peer) throws Exception {
        Channel publishing = peer.channel();
        Channel deleting = peer.channel();

        peer.attempt(publishing, () -> {
            peer.publish(publishing, EVENTS, "key", "m");
            return null;
        });
        peer.attempt(deleting, () -> deleting.exchangeDelete(EVENTS));

        peer.expect(
                "channel closed: 403 ACCESS_REFUSED - cannot publish to internal exchange 'amq.rabbitmq.event' in"
                        + " vhost '/' [basic.publish]",
                "channel closed: 403 ACCESS_REFUSED - deletion of system exchange 'amq.rabbitmq.event' in vhost '/' not"
                        + " allowed [exchange.delete]");
    }

    @Case("an event is persistent, has a timestamp, and an empty body")
    void properties(Peer peer) throws Exception {
        Happened happened = Happened.from(peer);
        long before = System.currentTimeMillis() / 1000;

        peer.queue(peer.channel(), "q");
        GetResponse event = happened.take(1).get(0);
        BasicProperties properties = event.getProps();
        long age = properties.getTimestamp().getTime() / 1000 - before;
        long ageMs =
                ((Number) Objects.requireNonNull(properties.getHeaders().get("timestamp_in_ms"))).longValue() / 1000
                        - before;
        peer.observe(event.getEnvelope().getExchange(), properties.getDeliveryMode(), event.getBody().length);
        peer.observe(age >= -1 && age <= 10, ageMs >= -1 && ageMs <= 10);

        peer.expect("amq.rabbitmq.event", "2", "0", "true", "true");
    }

    @Case("a binding with a part of the key takes only such events")
    void keys(Peer peer) throws Exception {
        Channel watching = peer.connect().createChannel();
        String created = watching.queueDeclare().getQueue();
        watching.queueBind(created, EVENTS, "exchange.*");
        Channel channel = peer.channel();
        String exchange = peer.name("x");

        peer.queue(channel, "q");
        channel.exchangeDeclare(exchange, "fanout");
        channel.exchangeDelete(exchange);
        java.util.List<String> told = new java.util.ArrayList<>();
        peer.eventually(() -> {
            GetResponse next = watching.basicGet(created, true);
            if (next != null
                    && exchange.equals(
                            String.valueOf(next.getProps().getHeaders().get("name")))) {
                told.add(next.getEnvelope().getRoutingKey());
            }
            return told.size() == 2;
        });
        peer.observe(told);

        peer.expect("[exchange.created, exchange.deleted]");
    }
}
