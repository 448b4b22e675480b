package io.leveret.interop.consume;

import com.rabbitmq.client.Channel;
import io.leveret.interop.Case;
import io.leveret.interop.Differs;
import io.leveret.interop.Inbox;
import io.leveret.interop.Peer;
import io.leveret.interop.QueueState;

/** {@code basic.qos} with global=true: one limit for all of a channel, which the reference is configured to permit. */
final class SharedPrefetchTest {

    @Case
    void isOneLimitForAllConsumersOfAChannel(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String one = peer.queue(channel, "one");
        String two = peer.queue(channel, "two");

        channel.basicQos(3, true);
        Inbox first = Inbox.of(channel, one);
        Inbox second = Inbox.of(channel, two);
        peer.publish(channel, "", one, "m1", "m2");
        peer.observe(first.take(2));
        peer.publish(channel, "", two, "n1", "n2");
        peer.observe(second.next(), QueueState.awaitReady(channel, two, 1));

        peer.expect("[m1, m2]", "n1", "1");
    }

    @Case
    void anAckToOneConsumerMakesRoomForAnother(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String one = peer.queue(channel, "one");
        String two = peer.queue(channel, "two");

        channel.basicQos(1, true);
        Inbox first = Inbox.of(channel, one);
        Inbox second = Inbox.of(channel, two);
        peer.publish(channel, "", one, "m1");
        peer.observe(first.next());
        peer.publish(channel, "", two, "n1");
        peer.observe(QueueState.awaitReady(channel, two, 1));
        channel.basicAck(1, false);
        peer.observe(second.next());

        peer.expect("m1", "1", "n1");
    }

    @Case
    void aLaterLimitForEachConsumerLiftsIt(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String queue = peer.queue(channel, "q");

        channel.basicQos(1, true);
        Inbox inbox = Inbox.of(channel, queue);
        peer.publish(channel, "", queue, "m1", "m2", "m3");
        peer.observe(inbox.next(), QueueState.awaitReady(channel, queue, 2));
        channel.basicQos(2, false);
        peer.observe(inbox.take(2));

        peer.expect("m1", "2", "[m2, m3]");
    }

    @Case
    void holdsTogetherWithAnEarlierLimitForEachConsumer(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String one = peer.queue(channel, "one");
        String two = peer.queue(channel, "two");

        channel.basicQos(2, false);
        channel.basicQos(3, true);
        Inbox first = Inbox.of(channel, one);
        Inbox second = Inbox.of(channel, two);
        peer.publish(channel, "", one, "m1", "m2", "m3");
        peer.observe(first.take(2), QueueState.awaitReady(channel, one, 1));
        peer.publish(channel, "", two, "n1", "n2");
        peer.observe(second.next(), QueueState.awaitReady(channel, two, 1));

        peer.expect("[m1, m2]", "1", "n1", "1");
    }

    @Case
    void bindsConsumersThatAreThereAlready(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String queue = peer.queue(channel, "q");

        Inbox inbox = Inbox.of(channel, queue);
        channel.basicQos(1, true);
        peer.publish(channel, "", queue, "m1", "m2", "m3");
        peer.observe(inbox.next(), QueueState.awaitReady(channel, queue, 2));

        peer.expect("m1", "2");
    }

    @Case
    void doesNotCountWhatIsFetchedWithGet(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String queue = peer.queue(channel, "q");

        channel.basicQos(1, true);
        peer.publish(channel, "", queue, "m1", "m2", "m3");
        peer.observe(channel.basicGet(queue, false));
        Inbox inbox = Inbox.of(channel, queue);
        peer.observe(inbox.next(), QueueState.awaitReady(channel, queue, 1));
        channel.basicAck(2, false);
        peer.observe(inbox.next());

        peer.expect("m1", "m2", "1", "m3");
    }

    @Case
    @Differs(
            because = "RabbitMQ counts it, but not its ack, so that the consumer would never get anything",
            leveret = {"m1", "1"})
    void countsWhatWasFetchedWithGetBeforeItWasSet(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String queue = peer.queue(channel, "q");

        peer.publish(channel, "", queue, "m1", "m2", "m3");
        peer.observe(channel.basicGet(queue, false));
        channel.basicQos(1, true);
        Inbox.of(channel, queue);
        peer.observe(channel.messageCount(queue));

        peer.expect("m1", "2");
    }

    @Case
    void neverHoldsGetBack(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String queue = peer.queue(channel, "q");

        channel.basicQos(1, true);
        peer.publish(channel, "", queue, "m1", "m2");
        peer.observe(channel.basicGet(queue, false), channel.basicGet(queue, false));

        peer.expect("m1", "m2");
    }

    @Case
    void doesNotCountDeliveriesWithoutAcks(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String queue = peer.queue(channel, "q");

        channel.basicQos(1, true);
        Inbox inbox = Inbox.withoutAcks(channel, queue);
        peer.publish(channel, "", queue, "m1", "m2", "m3");
        peer.observe(inbox.take(3));

        peer.expect("[m1, m2, m3]");
    }

    @Case
    void zeroLiftsIt(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String queue = peer.queue(channel, "q");

        channel.basicQos(1, true);
        Inbox inbox = Inbox.of(channel, queue);
        peer.publish(channel, "", queue, "m1", "m2", "m3");
        peer.observe(inbox.next());
        channel.basicQos(0, true);
        peer.observe(inbox.take(2));

        peer.expect("m1", "[m2, m3]");
    }

    @Case
    void raisingItLetsMoreThrough(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String queue = peer.queue(channel, "q");

        channel.basicQos(1, true);
        Inbox inbox = Inbox.of(channel, queue);
        peer.publish(channel, "", queue, "m1", "m2", "m3");
        peer.observe(inbox.next());
        channel.basicQos(2, true);
        peer.observe(inbox.next(), QueueState.awaitReady(channel, queue, 1));

        peer.expect("m1", "m2", "1");
    }

    @Case
    void afterLoweringItAcksMustCatchUpFirst(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String queue = peer.queue(channel, "q");

        channel.basicQos(3, true);
        Inbox inbox = Inbox.of(channel, queue);
        peer.publish(channel, "", queue, "m1", "m2", "m3", "m4", "m5");
        peer.observe(inbox.take(3));
        channel.basicQos(1, true);
        channel.basicAck(2, true);
        peer.observe(QueueState.awaitReady(channel, queue, 2));
        channel.basicAck(3, false);
        peer.observe(inbox.next(), QueueState.awaitReady(channel, queue, 1));

        peer.expect("[m1, m2, m3]", "2", "m4", "1");
    }

    @Case
    void isForItsChannelOnly(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String queue = peer.queue(channel, "q");

        channel.basicQos(1, true);
        Inbox inbox = Inbox.of(peer.channel(), queue);
        peer.publish(channel, "", queue, "m1", "m2");
        peer.observe(inbox.take(2));

        peer.expect("[m1, m2]");
    }
}
