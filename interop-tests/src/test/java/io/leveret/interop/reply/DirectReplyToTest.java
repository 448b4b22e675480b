package io.leveret.interop.reply;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Delivery;
import io.leveret.interop.Case;
import io.leveret.interop.Inbox;
import io.leveret.interop.Peer;
import io.leveret.interop.QueueState;

/** Requests and their replies. */
final class DirectReplyToTest {

    @Case
    void aRequestShowsAGeneratedReplyTo(Peer peer) throws Exception {
        Requester requester = Requester.on(peer, peer.channel());

        peer.observe(requester.replyTo());

        peer.expect("amq.rabbitmq.reply-to.*");
    }

    @Case
    void theNameStaysTheSameForAllRequestsOfAChannel(Peer peer) throws Exception {
        Channel channel = peer.channel();
        Requester requester = Requester.on(peer, channel);
        String queue = peer.queue(channel, "requests");

        peer.observe(requester.askThrough(queue).equals(requester.askThrough(queue)));

        peer.expect("true");
    }

    @Case
    void twoChannelsHaveTwoNames(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String queue = peer.queue(channel, "requests");
        String one = Requester.on(peer, channel).askThrough(queue);
        String two = Requester.on(peer, peer.channel()).askThrough(queue);

        peer.observe(one.equals(two));

        peer.expect("false");
    }

    @Case
    void aReplyReachesTheRequester(Peer peer) throws Exception {
        Requester requester = Requester.on(peer, peer.channel());
        String replyTo = requester.replyTo();

        peer.publish(peer.connect().createChannel(), "", replyTo, "reply");
        Delivery reply = requester.replies().nextDelivery();
        peer.observe(
                reply, reply.getEnvelope().getExchange(), reply.getEnvelope().getRoutingKey());

        peer.expect("reply", "", "amq.rabbitmq.reply-to.*");
    }

    @Case
    void aReplyKeepsItsProperties(Peer peer) throws Exception {
        Requester requester = Requester.on(peer, peer.channel());
        BasicProperties properties =
                new BasicProperties.Builder().correlationId("42").build();

        peer.publish(peer.connect().createChannel(), "", requester.replyTo(), properties, "reply");
        peer.observe(requester.replies().nextDelivery().getProperties().getCorrelationId());

        peer.expect("42");
    }

    @Case
    void severalRepliesArriveInOrder(Peer peer) throws Exception {
        Requester requester = Requester.on(peer, peer.channel());

        peer.publish(peer.connect().createChannel(), "", requester.replyTo(), "r1", "r2", "r3");
        peer.observe(requester.replies().take(3));

        peer.expect("[r1, r2, r3]");
    }

    @Case
    void repliesAreNumberedWithTheOtherDeliveries(Peer peer) throws Exception {
        Channel channel = peer.channel();
        Requester requester = Requester.on(peer, channel);
        String replyTo = requester.replyTo();

        peer.publish(channel, "", replyTo, "reply");
        peer.observe(requester.replies().nextTag());

        // Fetching the request took tag 1.
        peer.expect("2");
    }

    @Case
    void aReplyThroughAnotherExchangeIsUnroutable(Peer peer) throws Exception {
        Channel channel = peer.channel();
        Requester requester = Requester.on(peer, channel);
        String replyTo = requester.replyTo();
        Inbox inbox = requester.replies();

        peer.publish(channel, "amq.direct", replyTo, "lost");
        peer.publish(channel, "", replyTo, "reply");
        peer.observe(inbox.next());

        peer.expect("reply");
    }

    @Case
    void aMandatoryReplyIsNeverReturned(Peer peer) throws Exception {
        Channel channel = peer.channel();
        Requester requester = Requester.on(peer, channel);
        String replyTo = requester.replyTo();
        Channel replier = peer.connect().createChannel();
        Inbox returned = new Inbox();
        replier.addReturnListener(message -> returned.handleCancel("returned"));

        channel.basicCancel("replies");
        replier.basicPublish("", replyTo, true, new BasicProperties(), new byte[0]);
        replier.exchangeDeclarePassive("amq.direct");
        peer.observe(returned.isEmpty());

        peer.expect("true");
    }

    @Case
    void aReplyAfterTheCancelIsDropped(Peer peer) throws Exception {
        Channel channel = peer.channel();
        Requester requester = Requester.on(peer, channel);
        String replyTo = requester.replyTo();
        Channel replier = peer.connect().createChannel();

        channel.basicCancel("replies");
        peer.observe(requester.replies().next());
        peer.attempt(replier, () -> {
            peer.publish(replier, "", replyTo, "too late");
            return null;
        });
        peer.observe(requester.replies().isEmpty());

        peer.expect("cancel-ok", "ok", "true");
    }

    @Case
    void theNameIsGoneWithItsChannel(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String replyTo = Requester.on(peer, channel).replyTo();

        channel.close();
        QueueState.awaitGone(peer.connect(), replyTo);
        peer.observe("gone");

        peer.expect("gone");
    }

    @Case
    void theNameIsGoneWithItsConsumer(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String replyTo = Requester.on(peer, channel).replyTo();

        channel.basicCancel("replies");
        QueueState.awaitGone(peer.connect(), replyTo);
        peer.observe("gone");

        peer.expect("gone");
    }

    @Case
    void aReplierMayCheckThatTheRequesterIsThere(Peer peer) throws Exception {
        String replyTo = Requester.on(peer, peer.channel()).replyTo();
        Channel replier = peer.connect().createChannel();

        peer.attempt(replier, () -> replier.queueDeclarePassive(replyTo));
        peer.attempt(replier, () -> replier.queueDeclare(replyTo, false, false, false, null));

        peer.expect(
                "queue amq.rabbitmq.reply-to.*: 0 messages, 1 consumers",
                "queue amq.rabbitmq.reply-to.*: 0 messages, 1 consumers");
    }

    @Case
    void aMadeUpReplyToIsPassedOnAsItIs(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String queue = peer.queue(channel, "requests");
        BasicProperties properties = new BasicProperties.Builder()
                .replyTo("amq.rabbitmq.reply-to.made-up")
                .build();

        peer.publish(channel, "", queue, properties, "request");
        peer.observe(channel.basicGet(queue, true).getProps().getReplyTo());

        peer.expect("amq.rabbitmq.reply-to.made-up");
    }

    @Case
    void aReplyToAMadeUpNameIsDropped(Peer peer) throws Exception {
        Channel channel = peer.channel();

        peer.attempt(channel, () -> {
            peer.publish(channel, "", "amq.rabbitmq.reply-to", "dropped");
            peer.publish(channel, "", "amq.rabbitmq.reply-to.made-up", "dropped");
            return null;
        });

        peer.expect("ok");
    }
}
