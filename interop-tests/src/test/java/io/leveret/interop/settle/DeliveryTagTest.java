package io.leveret.interop.settle;

import com.rabbitmq.client.Channel;
import io.leveret.interop.Case;
import io.leveret.interop.Inbox;
import io.leveret.interop.Peer;

final class DeliveryTagTest {

    @Case
    void tagsCountFromOne(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String queue = peer.queue(channel, "q");

        Inbox inbox = Inbox.of(channel, queue);
        peer.publish(channel, "", queue, "m1", "m2", "m3");
        peer.observe(inbox.nextTag(), inbox.nextTag(), inbox.nextTag());

        peer.expect("1", "2", "3");
    }

    @Case
    void allConsumersAndGetsOfAChannelShareOneCount(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String one = peer.queue(channel, "one");
        String two = peer.queue(channel, "two");
        String three = peer.queue(channel, "three");

        Inbox first = Inbox.of(channel, one);
        Inbox second = Inbox.withoutAcks(channel, two);
        peer.publish(channel, "", one, "m1");
        peer.observe(first.nextTag());
        peer.publish(channel, "", two, "m2");
        peer.observe(second.nextTag());
        peer.publish(channel, "", three, "m3", "m4");
        peer.observe(channel.basicGet(three, true).getEnvelope().getDeliveryTag());
        peer.observe(channel.basicGet(three, false).getEnvelope().getDeliveryTag());

        peer.expect("1", "2", "3", "4");
    }

    @Case
    void eachChannelCountsForItself(Peer peer) throws Exception {
        Channel channel = peer.channel();
        Channel other = peer.channel();
        String queue = peer.queue(channel, "q");

        peer.publish(channel, "", queue, "m1", "m2");
        peer.observe(channel.basicGet(queue, false).getEnvelope().getDeliveryTag());
        peer.observe(other.basicGet(queue, false).getEnvelope().getDeliveryTag());

        peer.expect("1", "1");
    }

    @Case
    void aRedeliveryHasANewTag(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String queue = peer.queue(channel, "q");

        Inbox inbox = Inbox.of(channel, queue);
        peer.publish(channel, "", queue, "m1");
        peer.observe(inbox.nextTag());
        channel.basicReject(1, true);
        peer.observe(inbox.nextTag());

        peer.expect("1", "2");
    }

    @Case
    void aGetFromAnEmptyQueueUsesNoTag(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String queue = peer.queue(channel, "q");

        channel.basicGet(queue, false);
        peer.publish(channel, "", queue, "m1");
        peer.observe(channel.basicGet(queue, false).getEnvelope().getDeliveryTag());

        peer.expect("1");
    }
}
