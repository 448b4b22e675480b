package io.leveret.interop.consume;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Delivery;
import io.leveret.interop.Case;
import io.leveret.interop.Inbox;
import io.leveret.interop.Peer;
import io.leveret.interop.QueueState;
import io.leveret.interop.raw.Octets;
import io.leveret.interop.raw.RawClient;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

final class ConsumeTest {

    @Case
    void consumeOkNamesTheClientsTag(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String queue = peer.queue(channel, "q");

        peer.attempt(channel, () -> channel.basicConsume(queue, false, "mine", new Inbox()));

        peer.expect("mine");
    }

    @Case
    void anEmptyTagLetsTheBrokerChooseOne(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String queue = peer.queue(channel, "q");

        peer.attempt(channel, () -> channel.basicConsume(queue, false, "", new Inbox()));

        peer.expect("amq.ctag-*");
    }

    @Case
    void aTagInUseOnTheChannelClosesTheConnection(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String queue = peer.queue(channel, "q");

        channel.basicConsume(queue, false, "t", new Inbox());
        peer.attempt(channel, () -> channel.basicConsume(queue, false, "t", new Inbox()));

        peer.expect("connection closed: 530 NOT_ALLOWED - attempt to reuse consumer tag 't' [basic.consume]");
    }

    @Case
    void aTagInUseIsRefusedBeforeTheQueueIsLookedFor(Peer peer) throws Exception {
        Channel channel = peer.channel();

        channel.basicConsume(peer.queue(channel, "q"), false, "t", new Inbox());
        peer.attempt(channel, () -> channel.basicConsume(peer.name("none"), false, "t", new Inbox()));

        peer.expect("connection closed: 530 NOT_ALLOWED - attempt to reuse consumer tag 't' [basic.consume]");
    }

    @Case
    void twoChannelsMayUseTheSameTag(Peer peer) throws Exception {
        Channel channel = peer.channel();
        Channel other = peer.channel();
        String queue = peer.queue(channel, "q");

        channel.basicConsume(queue, false, "t", new Inbox());
        peer.attempt(other, () -> other.basicConsume(queue, false, "t", new Inbox()));

        peer.expect("t");
    }

    @Case
    void aCancelledTagIsFreeAgain(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String queue = peer.queue(channel, "q");

        channel.basicConsume(queue, false, "t", new Inbox());
        channel.basicCancel("t");
        peer.attempt(channel, () -> channel.basicConsume(queue, false, "t", new Inbox()));

        peer.expect("t");
    }

    @Case
    void aMissingQueueCannotBeConsumed(Peer peer) throws Exception {
        Channel channel = peer.channel();

        peer.attempt(channel, () -> channel.basicConsume(peer.name("none"), new Inbox()));

        peer.expect("channel closed: 404 NOT_FOUND - no queue 'none' in vhost '/' [basic.consume]");
    }

    @Case
    void anotherConnectionsExclusiveQueueCannotBeConsumed(Peer peer) throws Exception {
        String queue = peer.queue(peer.channel(), "q");
        Channel other = peer.connect().createChannel();

        peer.attempt(other, () -> other.basicConsume(queue, new Inbox()));

        peer.expect("channel closed: 405 RESOURCE_LOCKED - cannot obtain exclusive access to locked queue 'q' in vhost"
                + " '/'. It could be originally declared on another connection or the exclusive property value does"
                + " not match that of the original declaration. [basic.consume]");
    }

    @Case
    void anEmptyQueueNameMeansTheQueueDeclaredLast(Peer peer) throws Exception {
        Channel channel = peer.channel();
        peer.queue(channel, "first");
        String last = peer.queue(channel, "last");

        Inbox inbox = Inbox.of(channel, "");
        peer.publish(channel, "", last, "to the last");
        peer.observe(inbox.next());

        peer.expect("to the last");
    }

    @Case
    void anEmptyQueueNameWithoutADeclarationIsRefused(Peer peer) throws Exception {
        Channel channel = peer.channel();

        peer.attempt(channel, () -> channel.basicConsume("", new Inbox()));

        peer.expect("channel closed: 404 NOT_FOUND - no previously declared queue [basic.consume]");
    }

    @Case
    void noLocalIsIgnored(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String queue = peer.queue(channel, "q");
        Inbox inbox = new Inbox();

        channel.basicConsume(queue, false, "", true, false, Map.of(), inbox);
        peer.publish(channel, "", queue, "my own");
        peer.observe(inbox.next());

        peer.expect("my own");
    }

    @Case
    void consumeWithNowaitIsNotAnswered(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String queue = peer.sharedQueue(channel, "q");
        RawClient raw = peer.raw().open(1);

        raw.method(1, consume(queue, 0b1000));
        raw.method(1, Octets.method(60, 10).u32(0).u16(0).u8(0));
        peer.observe(raw.next());
        peer.observe(channel.consumerCount(queue));

        peer.expect("basic.qos-ok on channel 1", "1");
    }

    @Case
    void consumeOkComesBeforeTheFirstDelivery(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String queue = peer.sharedQueue(channel, "q");
        peer.publish(channel, "", queue, "m1");
        QueueState.awaitReady(channel, queue, 1);
        RawClient raw = peer.raw().open(1);

        raw.method(1, consume(queue, 0));
        peer.observe(raw.next(), raw.next(), raw.next(), raw.next());

        peer.expect(
                "basic.consume-ok on channel 1",
                "basic.deliver on channel 1",
                "content header of 2 bytes",
                "content body: m1");
    }

    @Case
    void aBacklogArrivesInOrder(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String queue = peer.queue(channel, "q");
        String[] bodies = IntStream.range(0, 1000).mapToObj(Integer::toString).toArray(String[]::new);

        peer.publish(channel, "", queue, bodies);
        List<String> arrived = Inbox.withoutAcks(channel, queue).take(bodies.length).stream()
                .map(delivery -> new String(((Delivery) delivery).getBody(), StandardCharsets.UTF_8))
                .toList();
        peer.observe(arrived.equals(List.of(bodies)));

        peer.expect("true");
    }

    @Case
    void aDeliveryCarriesTagExchangeKeyAndProperties(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String queue = peer.queue(channel, "q");
        channel.queueBind(queue, "amq.topic", peer.name("a.b"));
        BasicProperties properties = new BasicProperties.Builder()
                .messageId("id")
                .contentType("text/plain")
                .build();

        Inbox inbox = Inbox.of(channel, queue);
        peer.publish(channel, "amq.topic", peer.name("a.b"), properties, "body");
        Delivery delivery = inbox.nextDelivery();
        peer.observe(
                delivery.getEnvelope().getDeliveryTag(), delivery.getEnvelope().getExchange());
        peer.observe(delivery.getEnvelope().getRoutingKey());
        peer.observe(
                delivery.getProperties().getMessageId(),
                delivery.getProperties().getContentType());

        peer.expect("1", "amq.topic", "a.b", "id", "text/plain");
    }

    @Case
    void anEmptyBodyIsDelivered(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String queue = peer.queue(channel, "q");

        Inbox inbox = Inbox.of(channel, queue);
        peer.publish(channel, "", queue, "", "after it");
        peer.observe(inbox.next(), inbox.next());

        peer.expect("", "after it");
    }

    @Case
    void declaringAQueueTellsHowManyConsumeIt(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String queue = peer.queue(channel, "q");

        Inbox.of(channel, queue);
        Inbox.of(peer.channel(), queue);
        peer.observe(channel.queueDeclarePassive(queue));

        peer.expect("queue q: 0 messages, 2 consumers");
    }

    @Case
    void theSameChannelMayConsumeAQueueTwice(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String queue = peer.queue(channel, "q");

        Inbox first = Inbox.of(channel, queue);
        Inbox second = Inbox.of(channel, queue);
        peer.publish(channel, "", queue, "m1", "m2");
        peer.observe(first.next(), second.next());

        peer.expect("m1", "m2");
    }

    /** {@code basic.consume} with the empty tag. */
    private static Octets consume(String queue, int bits) {
        return Octets.method(60, 20)
                .u16(0)
                .shortString(queue)
                .shortString("")
                .u8(bits)
                .emptyTable();
    }
}
