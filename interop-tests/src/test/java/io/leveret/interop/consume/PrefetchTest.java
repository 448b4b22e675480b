package io.leveret.interop.consume;

import com.rabbitmq.client.Channel;
import io.leveret.interop.Case;
import io.leveret.interop.Inbox;
import io.leveret.interop.Peer;
import io.leveret.interop.QueueState;

/** How many are still ready in the queue, asked on the publishing channel, shows what was handed out. */
final class PrefetchTest {

    @Case
    void boundsWhatAConsumerHoldsUnacked(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String queue = peer.queue(channel, "q");

        channel.basicQos(2);
        Inbox inbox = Inbox.of(channel, queue);
        peer.publish(channel, "", queue, "m1", "m2", "m3", "m4", "m5");
        peer.observe(inbox.take(2), QueueState.awaitReady(channel, queue, 3));

        peer.expect("[m1, m2]", "3");
    }

    @Case
    void eachAckMakesRoomForOneMore(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String queue = peer.queue(channel, "q");

        channel.basicQos(1);
        Inbox inbox = Inbox.of(channel, queue);
        peer.publish(channel, "", queue, "m1", "m2", "m3");
        peer.observe(inbox.next());
        channel.basicAck(1, false);
        peer.observe(inbox.next(), QueueState.awaitReady(channel, queue, 1));

        peer.expect("m1", "m2", "1");
    }

    @Case
    void aMultipleAckMakesRoomForAsMany(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String queue = peer.queue(channel, "q");

        channel.basicQos(3);
        Inbox inbox = Inbox.of(channel, queue);
        peer.publish(channel, "", queue, "m1", "m2", "m3", "m4", "m5", "m6", "m7");
        peer.observe(inbox.take(3));
        channel.basicAck(2, true);
        peer.observe(inbox.take(2), QueueState.awaitReady(channel, queue, 2));

        peer.expect("[m1, m2, m3]", "[m4, m5]", "2");
    }

    @Case
    void aRejectMakesRoom(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String queue = peer.queue(channel, "q");

        channel.basicQos(1);
        Inbox inbox = Inbox.of(channel, queue);
        peer.publish(channel, "", queue, "m1", "m2", "m3");
        peer.observe(inbox.next());
        channel.basicReject(1, false);
        peer.observe(inbox.next());
        channel.basicNack(2, false, false);
        peer.observe(inbox.next());

        peer.expect("m1", "m2", "m3");
    }

    @Case
    void holdsForEachConsumerOfAChannel(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String queue = peer.queue(channel, "q");

        channel.basicQos(2);
        Inbox first = Inbox.of(channel, queue);
        Inbox second = Inbox.of(channel, queue);
        peer.publish(channel, "", queue, "m1", "m2", "m3", "m4", "m5");
        peer.observe(first.take(2), second.take(2), QueueState.awaitReady(channel, queue, 1));

        peer.expect("[m1, m3]", "[m2, m4]", "1");
    }

    @Case
    void aLaterQosLeavesEarlierConsumersAlone(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String queue = peer.queue(channel, "q");

        channel.basicQos(1);
        Inbox inbox = Inbox.of(channel, queue);
        channel.basicQos(3);
        peer.publish(channel, "", queue, "m1", "m2", "m3");
        peer.observe(inbox.next(), QueueState.awaitReady(channel, queue, 2));

        peer.expect("m1", "2");
    }

    @Case
    void aLaterConsumerGetsTheLaterQos(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String queue = peer.queue(channel, "q");

        channel.basicQos(1);
        channel.basicQos(3);
        Inbox inbox = Inbox.of(channel, queue);
        peer.publish(channel, "", queue, "m1", "m2", "m3", "m4");
        peer.observe(inbox.take(3), QueueState.awaitReady(channel, queue, 1));

        peer.expect("[m1, m2, m3]", "1");
    }

    @Case
    void zeroMeansNoLimit(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String queue = peer.queue(channel, "q");

        channel.basicQos(1);
        channel.basicQos(0);
        Inbox inbox = Inbox.of(channel, queue);
        peer.publish(channel, "", queue, "m1", "m2", "m3");
        peer.observe(inbox.take(3));

        peer.expect("[m1, m2, m3]");
    }

    @Case
    void doesNotBoundAConsumerWithoutAcks(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String queue = peer.queue(channel, "q");

        channel.basicQos(1);
        Inbox inbox = Inbox.withoutAcks(channel, queue);
        peer.publish(channel, "", queue, "m1", "m2", "m3");
        peer.observe(inbox.take(3));

        peer.expect("[m1, m2, m3]");
    }

    @Case
    void isNotSharedWithAnotherChannel(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String queue = peer.queue(channel, "q");

        channel.basicQos(1);
        Inbox inbox = Inbox.of(peer.channel(), queue);
        peer.publish(channel, "", queue, "m1", "m2");
        peer.observe(inbox.take(2));

        peer.expect("[m1, m2]");
    }

    @Case
    void aNewConsumerOwesNothingForACancelledOne(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String queue = peer.queue(channel, "q");
        Inbox inbox = new Inbox();

        channel.basicQos(1);
        channel.basicConsume(queue, false, "t", inbox);
        peer.publish(channel, "", queue, "m1", "m2");
        peer.observe(inbox.next());
        channel.basicCancel("t");
        peer.observe(Inbox.of(channel, queue).next());

        peer.expect("m1", "m2");
    }

    @Case
    void theLargestCountIsAccepted(Peer peer) throws Exception {
        Channel channel = peer.channel();

        peer.attempt(channel, () -> {
            channel.basicQos(65_535);
            return null;
        });

        peer.expect("ok");
    }

    @Case("a prefetch size other than 0 closes the connection")
    void sizeIsRefused(Peer peer) throws Exception {
        Channel channel = peer.channel();

        peer.attempt(channel, () -> {
            channel.basicQos(1, 5, false);
            return null;
        });

        peer.expect("connection closed: 540 NOT_IMPLEMENTED - prefetch_size!=0 (1) [basic.qos]");
    }

    @Case("a prefetch size other than 0 closes the connection, with global=true as well")
    void sizeIsRefusedForAll(Peer peer) throws Exception {
        Channel channel = peer.channel();

        peer.attempt(channel, () -> {
            channel.basicQos(10, 5, true);
            return null;
        });

        peer.expect("connection closed: 540 NOT_IMPLEMENTED - prefetch_size!=0 (10) [basic.qos]");
    }
}
