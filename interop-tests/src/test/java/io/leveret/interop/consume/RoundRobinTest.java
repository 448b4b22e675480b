package io.leveret.interop.consume;

import com.rabbitmq.client.Channel;
import io.leveret.interop.Case;
import io.leveret.interop.Inbox;
import io.leveret.interop.Peer;

final class RoundRobinTest {

    @Case
    void consumersTakeTurnsFromTheOldestOn(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String queue = peer.queue(channel, "q");

        Inbox first = Inbox.of(channel, queue);
        Inbox second = Inbox.of(channel, queue);
        Inbox third = Inbox.of(channel, queue);
        peer.publish(channel, "", queue, "m1", "m2", "m3", "m4", "m5", "m6");
        peer.observe(first.take(2), second.take(2), third.take(2));

        peer.expect("[m1, m4]", "[m2, m5]", "[m3, m6]");
    }

    @Case
    void consumersOfSeveralConnectionsTakeTurns(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String queue = peer.sharedQueue(channel, "q");

        Inbox here = Inbox.of(channel, queue);
        Inbox there = Inbox.withoutAcks(peer.connect().createChannel(), queue);
        peer.publish(channel, "", queue, "m1", "m2", "m3", "m4");
        peer.observe(here.take(2), there.take(2));

        peer.expect("[m1, m3]", "[m2, m4]");
    }

    @Case
    void aConsumerWithoutCreditIsPassedOver(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String queue = peer.queue(channel, "q");

        channel.basicQos(1);
        Inbox small = Inbox.of(channel, queue);
        channel.basicQos(0);
        Inbox large = Inbox.of(channel, queue);
        peer.publish(channel, "", queue, "m1", "m2", "m3", "m4");
        peer.observe(small.next(), large.take(3));

        peer.expect("m1", "[m2, m3, m4]");
    }

    @Case
    void aNewConsumerJoinsTheRound(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String queue = peer.queue(channel, "q");

        Inbox old = Inbox.of(channel, queue);
        peer.publish(channel, "", queue, "m1");
        peer.observe(old.next());
        Inbox young = Inbox.of(channel, queue);
        peer.publish(channel, "", queue, "m2", "m3");
        peer.observe(old.next(), young.next());

        peer.expect("m1", "m2", "m3");
    }

    @Case
    void aBacklogGoesToTheFirstThatHasCreditForIt(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String queue = peer.queue(channel, "q");

        peer.publish(channel, "", queue, "m1", "m2", "m3", "m4");
        channel.basicQos(2);
        Inbox first = Inbox.of(channel, queue);
        Inbox second = Inbox.of(channel, queue);
        peer.observe(first.take(2), second.take(2));

        peer.expect("[m1, m2]", "[m3, m4]");
    }
}
