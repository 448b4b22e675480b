package io.leveret.interop.settle;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.GetResponse;
import io.leveret.interop.Case;
import io.leveret.interop.Inbox;
import io.leveret.interop.Peer;

final class GetTest {

    @Case
    void anEmptyQueueGivesGetEmpty(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String queue = peer.queue(channel, "q");

        peer.observe(channel.basicGet(queue, true));

        peer.expect("null");
    }

    @Case
    void getOkTellsHowManyAreLeft(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String queue = peer.queue(channel, "q");

        peer.publish(channel, "", queue, "m1", "m2", "m3");
        GetResponse first = channel.basicGet(queue, true);
        GetResponse second = channel.basicGet(queue, false);
        peer.observe(first, first.getMessageCount(), second, second.getMessageCount());

        peer.expect("m1", "2", "m2", "1");
    }

    @Case
    void getOkCarriesExchangeKeyAndProperties(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String queue = peer.queue(channel, "q");
        channel.queueBind(queue, "amq.direct", peer.name("k"));

        BasicProperties properties =
                new BasicProperties.Builder().correlationId("id").build();
        peer.publish(channel, "amq.direct", peer.name("k"), properties, "m1");
        GetResponse got = channel.basicGet(queue, false);
        peer.observe(got.getEnvelope().getExchange(), got.getEnvelope().getRoutingKey());
        peer.observe(got.getProps().getCorrelationId(), got.getEnvelope().getDeliveryTag());

        peer.expect("amq.direct", "k", "id", "1");
    }

    @Case
    void aMissingQueueIsRefused(Peer peer) throws Exception {
        Channel channel = peer.channel();

        peer.attempt(channel, () -> channel.basicGet(peer.name("none"), true));

        peer.expect("channel closed: 404 NOT_FOUND - no queue 'none' in vhost '/' [basic.get]");
    }

    @Case
    void anotherConnectionsExclusiveQueueIsRefused(Peer peer) throws Exception {
        String queue = peer.queue(peer.channel(), "q");
        Channel other = peer.connect().createChannel();

        peer.attempt(other, () -> other.basicGet(queue, true));

        peer.expect("channel closed: 405 RESOURCE_LOCKED - cannot obtain exclusive access to locked queue 'q' in vhost"
                + " '/'. It could be originally declared on another connection or the exclusive property value does"
                + " not match that of the original declaration. [basic.get]");
    }

    @Case
    void anEmptyNameMeansTheQueueDeclaredLast(Peer peer) throws Exception {
        Channel channel = peer.channel();
        peer.queue(channel, "first");
        String last = peer.queue(channel, "last");

        peer.publish(channel, "", last, "in the last");
        peer.observe(channel.basicGet("", true));

        peer.expect("in the last");
    }

    @Case
    void anEmptyNameWithoutADeclarationIsRefused(Peer peer) throws Exception {
        Channel channel = peer.channel();

        peer.attempt(channel, () -> channel.basicGet("", true));

        peer.expect("channel closed: 404 NOT_FOUND - no previously declared queue [basic.get]");
    }

    @Case
    void prefetchDoesNotHoldItBack(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String queue = peer.queue(channel, "q");

        channel.basicQos(1);
        peer.publish(channel, "", queue, "m1", "m2");
        peer.observe(channel.basicGet(queue, false), channel.basicGet(queue, false));

        peer.expect("m1", "m2");
    }

    @Case
    void whatWasGotWithoutAckIsGone(Peer peer) throws Exception {
        Channel channel = peer.channel();
        Channel other = peer.channel();
        String queue = peer.queue(channel, "q");

        peer.publish(channel, "", queue, "m1");
        peer.observe(channel.basicGet(queue, true));
        channel.close();
        peer.observe(other.basicGet(queue, true));

        peer.expect("m1", "null");
    }

    @Case
    void whatWasGotWithoutAckCannotBeAcked(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String queue = peer.queue(channel, "q");

        peer.publish(channel, "", queue, "m1");
        peer.observe(channel.basicGet(queue, true));
        peer.attempt(channel, () -> {
            channel.basicAck(1, false);
            return null;
        });

        peer.expect("m1", "channel closed: 406 PRECONDITION_FAILED - unknown delivery tag 1 [basic.ack]");
    }

    @Case
    void getTakesFromUnderAConsumerWithoutCredit(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String queue = peer.queue(channel, "q");

        channel.basicQos(1);
        Inbox inbox = Inbox.of(channel, queue);
        peer.publish(channel, "", queue, "m1", "m2", "m3");
        peer.observe(inbox.next(), channel.basicGet(queue, true));
        channel.basicAck(1, false);
        peer.observe(inbox.next());

        peer.expect("m1", "m2", "m3");
    }
}
