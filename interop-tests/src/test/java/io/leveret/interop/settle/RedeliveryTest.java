package io.leveret.interop.settle;

import com.rabbitmq.client.Channel;
import io.leveret.interop.Case;
import io.leveret.interop.Inbox;
import io.leveret.interop.Line;
import io.leveret.interop.Peer;
import io.leveret.interop.QueueState;

/** What returns to a queue goes back to its place, and is marked as redelivered. */
final class RedeliveryTest {

    @Case
    void aFirstDeliveryIsNotMarked(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String queue = peer.queue(channel, "q");

        Inbox inbox = Inbox.of(channel, queue);
        peer.publish(channel, "", queue, "m1");
        peer.observe(inbox.nextDelivery().getEnvelope().isRedeliver());

        peer.expect("false");
    }

    @Case
    void whatReturnsComesBeforeWhatCameLater(Peer peer) throws Exception {
        Channel channel = peer.channel();
        Settling settling = new Settling(peer, channel);
        String queue = settling.filled(3);

        settling.hold(queue, 2);
        settling.attemptReject(1, true);
        settling.observeRest(queue);

        peer.expect("ok", "m1 redelivered", "m3", "no more");
    }

    @Case
    void severalReturnInPublishOrderWhateverTheOrderOfTheirRejects(Peer peer) throws Exception {
        Channel channel = peer.channel();
        Settling settling = new Settling(peer, channel);
        String queue = settling.filled(5);

        settling.hold(queue, 4);
        settling.attemptReject(3, true);
        settling.attemptReject(1, true);
        settling.attemptReject(4, true);
        settling.attemptReject(2, true);
        settling.observeRest(queue);

        peer.expect(
                "ok",
                "ok",
                "ok",
                "ok",
                "m1 redelivered",
                "m2 redelivered",
                "m3 redelivered",
                "m4 redelivered",
                "m5",
                "no more");
    }

    @Case
    void aClosedChannelReturnsWhatItHoldsInOrder(Peer peer) throws Exception {
        Channel channel = peer.channel();
        Channel other = peer.channel();
        Settling settling = new Settling(peer, channel);
        String queue = settling.filled(4);

        settling.hold(queue, 3);
        channel.close();
        QueueState.awaitReady(other, queue, 4);
        new Settling(peer, other).observeRest(queue);

        peer.expect("m1 redelivered", "m2 redelivered", "m3 redelivered", "m4", "no more");
    }

    @Case
    void severalChannelsReturnWhatTheyHoldInOrder(Peer peer) throws Exception {
        Channel one = peer.channel();
        Channel two = peer.channel();
        Channel other = peer.channel();
        String queue = new Settling(peer, other).filled(5);
        QueueState.awaitReady(other, queue, 5);

        new Settling(peer, one).hold(queue, 1);
        new Settling(peer, two).hold(queue, 1);
        new Settling(peer, one).hold(queue, 1);
        new Settling(peer, two).hold(queue, 1);
        two.close();
        one.close();
        QueueState.awaitReady(other, queue, 5);
        new Settling(peer, other).observeRest(queue);

        peer.expect("m1 redelivered", "m2 redelivered", "m3 redelivered", "m4 redelivered", "m5", "no more");
    }

    @Case
    void aClosedConnectionReturnsWhatItHoldsInOrder(Peer peer) throws Exception {
        Channel other = peer.channel();
        String queue = sharedAndFilled(peer, other);
        Channel channel = peer.connect().createChannel();

        new Settling(peer, channel).hold(queue, 2);
        channel.getConnection().close();
        QueueState.awaitReady(other, queue, 3);
        new Settling(peer, other).observeRest(queue);

        peer.expect("m1 redelivered", "m2 redelivered", "m3", "no more");
    }

    @Case
    void aLostConnectionReturnsWhatItHoldsInOrder(Peer peer) throws Exception {
        Channel other = peer.channel();
        String queue = sharedAndFilled(peer, other);
        Line line = peer.line();

        new Settling(peer, line.connection().createChannel()).hold(queue, 2);
        line.cut();
        QueueState.awaitReady(other, queue, 3);
        new Settling(peer, other).observeRest(queue);

        peer.expect("m1 redelivered", "m2 redelivered", "m3", "no more");
    }

    @Case
    void aLostConnectionReturnsWhatItsConsumersHold(Peer peer) throws Exception {
        Channel other = peer.channel();
        String queue = sharedAndFilled(peer, other);
        Line line = peer.line();

        Inbox inbox = Inbox.of(line.connection().createChannel(), queue);
        peer.observe(inbox.take(3));
        line.cut();
        QueueState.awaitReady(other, queue, 3);
        new Settling(peer, other).observeRest(queue);

        peer.expect("[m1, m2, m3]", "m1 redelivered", "m2 redelivered", "m3 redelivered", "no more");
    }

    @Case
    void whatReturnsGoesToAnotherConsumerAtOnce(Peer peer) throws Exception {
        Channel channel = peer.channel();
        Channel other = peer.channel();
        String queue = peer.queue(channel, "q");

        Inbox inbox = Inbox.of(channel, queue);
        peer.publish(channel, "", queue, "m1", "m2");
        peer.observe(inbox.take(2));
        Inbox waiting = Inbox.of(other, queue);
        channel.close();
        peer.observe(waiting.take(2));

        peer.expect("[m1, m2]", "[m1 redelivered, m2 redelivered]");
    }

    @Case
    void aLoneConsumerGetsWhatItRejectsAgain(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String queue = peer.queue(channel, "q");

        Inbox inbox = Inbox.of(channel, queue);
        peer.publish(channel, "", queue, "m1");
        peer.observe(inbox.next());
        channel.basicReject(1, true);
        peer.observe(inbox.next());
        channel.basicNack(2, false, true);
        peer.observe(inbox.next());

        peer.expect("m1", "m1 redelivered", "m1 redelivered");
    }

    @Case
    void aRejectedMessageComesBeforeTheRestOfTheBacklog(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String queue = peer.queue(channel, "q");

        channel.basicQos(1);
        Inbox inbox = Inbox.of(channel, queue);
        peer.publish(channel, "", queue, "m1", "m2");
        peer.observe(inbox.next());
        channel.basicReject(1, true);
        peer.observe(inbox.next());
        channel.basicAck(2, false);
        peer.observe(inbox.next());

        peer.expect("m1", "m1 redelivered", "m2");
    }

    private static String sharedAndFilled(Peer peer, Channel channel) throws Exception {
        String queue = peer.sharedQueue(channel, "q");
        peer.publish(channel, "", queue, "m1", "m2", "m3");
        QueueState.awaitReady(channel, queue, 3);
        return queue;
    }
}
