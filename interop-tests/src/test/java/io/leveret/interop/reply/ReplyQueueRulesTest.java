package io.leveret.interop.reply;

import static io.leveret.interop.reply.Requester.PSEUDO_QUEUE;

import com.rabbitmq.client.Channel;
import io.leveret.interop.Case;
import io.leveret.interop.Inbox;
import io.leveret.interop.Peer;
import java.util.Map;

/** What may be done with the pseudo queue, and with the name that the broker generates. */
final class ReplyQueueRulesTest {

    @Case
    void consumingNeedsNoTagOfTheClient(Peer peer) throws Exception {
        Channel channel = peer.channel();

        peer.attempt(channel, () -> channel.basicConsume(PSEUDO_QUEUE, true, new Inbox()));

        peer.expect("amq.ctag-*");
    }

    @Case
    void consumingWithAcksIsRefused(Peer peer) throws Exception {
        Channel channel = peer.channel();

        peer.attempt(channel, () -> channel.basicConsume(PSEUDO_QUEUE, false, new Inbox()));

        peer.expect("channel closed: 406 PRECONDITION_FAILED - reply consumer cannot acknowledge [basic.consume]");
    }

    @Case
    void aSecondConsumerOnTheChannelIsRefused(Peer peer) throws Exception {
        Channel channel = peer.channel();

        Requester.on(peer, channel);
        peer.attempt(channel, () -> channel.basicConsume(PSEUDO_QUEUE, true, new Inbox()));

        peer.expect("channel closed: 406 PRECONDITION_FAILED - reply consumer already set [basic.consume]");
    }

    @Case
    void afterACancelTheChannelMayConsumeAgain(Peer peer) throws Exception {
        Channel channel = peer.channel();

        Requester.on(peer, channel);
        channel.basicCancel("replies");
        peer.attempt(channel, () -> channel.basicConsume(PSEUDO_QUEUE, true, "u", new Inbox()));

        peer.expect("u");
    }

    @Case
    void anExclusiveConsumerIsAccepted(Peer peer) throws Exception {
        Channel channel = peer.channel();

        peer.attempt(channel, () -> channel.basicConsume(PSEUDO_QUEUE, true, "t", false, true, Map.of(), new Inbox()));

        peer.expect("t");
    }

    @Case
    void aTagInUseClosesTheConnection(Peer peer) throws Exception {
        Channel channel = peer.channel();

        channel.basicConsume(peer.queue(channel, "q"), true, "t", new Inbox());
        peer.attempt(channel, () -> channel.basicConsume(PSEUDO_QUEUE, true, "t", new Inbox()));

        peer.expect("connection closed: 530 NOT_ALLOWED - attempt to reuse consumer tag 't' [basic.consume]");
    }

    @Case
    void aRequestWithoutAConsumerIsRefused(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String queue = peer.queue(channel, "requests");

        peer.attempt(channel, () -> {
            peer.publish(channel, "", queue, Requester.asking(), "request");
            return null;
        });

        peer.expect("channel closed: 406 PRECONDITION_FAILED - fast reply consumer does not exist [basic.publish]");
    }

    @Case
    void aRequestAfterTheCancelIsRefused(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String queue = peer.queue(channel, "requests");

        Requester.on(peer, channel);
        channel.basicCancel("replies");
        peer.attempt(channel, () -> {
            peer.publish(channel, "", queue, Requester.asking(), "request");
            return null;
        });

        peer.expect("channel closed: 406 PRECONDITION_FAILED - fast reply consumer does not exist [basic.publish]");
    }

    @Case
    void aRequestOnAnotherChannelIsRefused(Peer peer) throws Exception {
        Channel other = peer.channel();
        Requester.on(peer, peer.channel());
        String queue = peer.queue(other, "requests");

        peer.attempt(other, () -> {
            peer.publish(other, "", queue, Requester.asking(), "request");
            return null;
        });

        peer.expect("channel closed: 406 PRECONDITION_FAILED - fast reply consumer does not exist [basic.publish]");
    }

    @Case
    void thePseudoQueueCannotBeGot(Peer peer) throws Exception {
        Channel channel = peer.channel();

        Requester.on(peer, channel);
        peer.attempt(channel, () -> channel.basicGet(PSEUDO_QUEUE, true));

        peer.expect("channel closed: 404 NOT_FOUND - no queue 'amq.rabbitmq.reply-to' in vhost '/' [basic.get]");
    }

    @Case
    void thePseudoQueueCannotBeBound(Peer peer) throws Exception {
        Channel channel = peer.channel();

        peer.attempt(channel, () -> channel.queueBind(PSEUDO_QUEUE, "amq.direct", "k"));

        peer.expect("channel closed: 404 NOT_FOUND - no queue 'amq.rabbitmq.reply-to' in vhost '/' [queue.bind]");
    }

    @Case
    void thePseudoQueueCanBeUnbound(Peer peer) throws Exception {
        Channel channel = peer.channel();

        peer.attempt(channel, () -> channel.queueUnbind(PSEUDO_QUEUE, "amq.direct", "k"));

        peer.expect("queue.unbind-ok");
    }

    @Case
    void thePseudoQueueCanBeDeclared(Peer peer) throws Exception {
        Channel channel = peer.channel();

        peer.attempt(channel, () -> channel.queueDeclare(PSEUDO_QUEUE, false, false, false, null));
        peer.attempt(channel, () -> channel.queueDeclarePassive(PSEUDO_QUEUE));

        peer.expect(
                "queue amq.rabbitmq.reply-to: 0 messages, 1 consumers",
                "queue amq.rabbitmq.reply-to: 0 messages, 1 consumers");
    }

    @Case
    void aMadeUpNameCannotBeConsumed(Peer peer) throws Exception {
        Channel channel = peer.channel();

        peer.attempt(channel, () -> channel.basicConsume("amq.rabbitmq.reply-to.made-up", true, new Inbox()));

        peer.expect("channel closed: 404 NOT_FOUND - no queue 'amq.rabbitmq.reply-to.made-up' in vhost '/'"
                + " [basic.consume]");
    }

    @Case
    void aMadeUpNameCannotBeGot(Peer peer) throws Exception {
        Channel channel = peer.channel();

        peer.attempt(channel, () -> channel.basicGet("amq.rabbitmq.reply-to.made-up", true));

        peer.expect(
                "channel closed: 404 NOT_FOUND - no queue 'amq.rabbitmq.reply-to.made-up' in vhost '/' [basic.get]");
    }

    @Case
    void aMadeUpNameCannotBeBound(Peer peer) throws Exception {
        Channel channel = peer.channel();

        peer.attempt(channel, () -> channel.queueBind("amq.rabbitmq.reply-to.made-up", "amq.direct", "k"));

        peer.expect("channel closed: 403 ACCESS_REFUSED - cannot bind or unbind to a volatile (direct reply-to) queue"
                + " [queue.bind]");
    }

    @Case
    void theGeneratedNameCannotBeBound(Peer peer) throws Exception {
        String replyTo = Requester.on(peer, peer.channel()).replyTo();
        Channel other = peer.connect().createChannel();

        peer.attempt(other, () -> other.queueBind(replyTo, "amq.direct", "k"));

        peer.expect("channel closed: 403 ACCESS_REFUSED - cannot bind or unbind to a volatile (direct reply-to) queue"
                + " [queue.bind]");
    }

    @Case
    void theGeneratedNameCannotBeGot(Peer peer) throws Exception {
        String replyTo = Requester.on(peer, peer.channel()).replyTo();
        Channel other = peer.connect().createChannel();

        peer.attempt(other, () -> other.basicGet(replyTo, true));

        peer.expect("connection closed: 540 NOT_IMPLEMENTED - basic.get not supported by volatile queue"
                + " 'amq.rabbitmq.reply-to.*' in vhost '/' [basic.get]");
    }

    @Case
    void theGeneratedNameIsForItsOwnChannelToConsume(Peer peer) throws Exception {
        String replyTo = Requester.on(peer, peer.channel()).replyTo();
        Channel other = peer.connect().createChannel();

        peer.attempt(other, () -> other.basicConsume(replyTo, true, new Inbox()));

        peer.expect("channel closed: 406 PRECONDITION_FAILED - only creator channel may consume from queue"
                + " 'amq.rabbitmq.reply-to.*' in vhost '/' [basic.consume]");
    }

    @Case
    void theGeneratedNameCanBePurged(Peer peer) throws Exception {
        String replyTo = Requester.on(peer, peer.channel()).replyTo();
        Channel other = peer.connect().createChannel();

        peer.attempt(other, () -> other.queuePurge(replyTo));

        peer.expect("purged 0 messages");
    }

    @Case
    void theGeneratedNameCanBeDeleted(Peer peer) throws Exception {
        String replyTo = Requester.on(peer, peer.channel()).replyTo();
        Channel other = peer.connect().createChannel();

        peer.attempt(other, () -> other.queueDelete(replyTo));

        peer.expect("deleted with 0 messages");
    }
}
