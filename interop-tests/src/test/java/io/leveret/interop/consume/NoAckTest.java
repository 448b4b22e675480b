package io.leveret.interop.consume;

import com.rabbitmq.client.Channel;
import io.leveret.interop.Case;
import io.leveret.interop.Inbox;
import io.leveret.interop.Peer;

final class NoAckTest {

    @Case
    void whatWasDeliveredWithoutAcksIsGone(Peer peer) throws Exception {
        Channel channel = peer.channel();
        Channel other = peer.channel();
        String queue = peer.queue(channel, "q");

        Inbox inbox = Inbox.withoutAcks(channel, queue);
        peer.publish(other, "", queue, "m1", "m2");
        peer.observe(inbox.take(2));
        channel.close();
        peer.observe(other.queueDeclarePassive(queue));

        peer.expect("[m1, m2]", "queue q: 0 messages, 0 consumers");
    }

    @Case
    void aDeliveryWithoutAcksCannotBeAcked(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String queue = peer.queue(channel, "q");

        Inbox inbox = Inbox.withoutAcks(channel, queue);
        peer.publish(channel, "", queue, "m1");
        long tag = inbox.nextTag();
        peer.attempt(channel, () -> {
            channel.basicAck(tag, false);
            return null;
        });

        peer.expect("channel closed: 406 PRECONDITION_FAILED - unknown delivery tag 1 [basic.ack]");
    }

    @Case
    void deliveriesWithoutAcksAreNumberedToo(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String queue = peer.queue(channel, "q");

        Inbox inbox = Inbox.withoutAcks(channel, queue);
        peer.publish(channel, "", queue, "m1", "m2");
        peer.observe(inbox.nextTag(), inbox.nextTag());

        peer.expect("1", "2");
    }

    @Case
    void recoverReturnsNothingOfAConsumerWithoutAcks(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String queue = peer.queue(channel, "q");

        Inbox inbox = Inbox.withoutAcks(channel, queue);
        peer.publish(channel, "", queue, "m1");
        peer.observe(inbox.next());
        channel.basicRecover(true);
        peer.publish(channel, "", queue, "m2");
        peer.observe(inbox.next());

        peer.expect("m1", "m2");
    }
}
