package io.leveret.interop.consume;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Delivery;
import io.leveret.interop.Case;
import io.leveret.interop.Inbox;
import io.leveret.interop.Peer;
import io.leveret.interop.QueueState;
import io.leveret.interop.raw.Octets;
import io.leveret.interop.raw.RawClient;
import java.io.IOException;
import java.util.Map;

final class CancelTest {

    @Case
    void cancelOkNamesTheTag(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String queue = peer.queue(channel, "q");

        channel.basicConsume(queue, false, "t", new Inbox());
        peer.attempt(channel, () -> cancel(channel, "t"));

        peer.expect("t");
    }

    @Case
    void cancellingAnUnknownTagSucceeds(Peer peer) throws Exception {
        Channel channel = peer.channel();

        peer.attempt(channel, () -> cancel(channel, "nobody"));
        peer.attempt(channel, () -> cancel(channel, ""));

        peer.expect("nobody", "");
    }

    @Case
    void cancellingTwiceSucceeds(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String queue = peer.queue(channel, "q");

        channel.basicConsume(queue, false, "t", new Inbox());
        peer.attempt(channel, () -> cancel(channel, "t"));
        peer.attempt(channel, () -> cancel(channel, "t"));

        peer.expect("t", "t");
    }

    @Case
    void aTagOfAnotherChannelIsNotCancelled(Peer peer) throws Exception {
        Channel channel = peer.channel();
        Channel other = peer.channel();
        String queue = peer.queue(channel, "q");
        Inbox inbox = new Inbox();

        channel.basicConsume(queue, false, "t", inbox);
        peer.attempt(other, () -> cancel(other, "t"));
        peer.publish(channel, "", queue, "still consumed");
        peer.observe(inbox.next());

        peer.expect("t", "still consumed");
    }

    @Case
    void afterACancelMessagesStayInTheQueue(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String queue = peer.queue(channel, "q");

        channel.basicConsume(queue, false, "t", new Inbox());
        channel.basicCancel("t");
        peer.publish(channel, "", queue, "m1");
        QueueState.awaitReady(channel, queue, 1);
        peer.observe(channel.queueDeclarePassive(queue));

        peer.expect("queue q: 1 messages, 0 consumers");
    }

    @Case
    void cancelOkComesAfterTheLastDelivery(Peer peer) throws Exception {
        Channel channel = peer.channel();
        Channel publisher = peer.channel();
        String queue = peer.queue(channel, "q");
        int published = 2000;
        Inbox inbox = new Inbox();

        for (int i = 0; i < published; i++) {
            peer.publish(publisher, "", queue, "m" + i);
        }
        channel.basicConsume(queue, true, "t", inbox);
        channel.basicCancel("t");
        int delivered = 0;
        while (inbox.next() instanceof Delivery) {
            delivered++;
        }
        QueueState.awaitReady(publisher, queue, published - delivered);
        peer.observe(inbox.isEmpty());

        peer.expect("true");
    }

    @Case
    void cancelWithNowaitIsNotAnswered(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String queue = peer.sharedQueue(channel, "q");
        RawClient raw = peer.raw().open(1);

        raw.method(
                1,
                Octets.method(60, 20)
                        .u16(0)
                        .shortString(queue)
                        .shortString("t")
                        .u8(0)
                        .emptyTable());
        peer.observe(raw.next());
        raw.method(1, Octets.method(60, 30).shortString("t").u8(1));
        raw.method(1, Octets.method(60, 10).u32(0).u16(0).u8(0));
        peer.observe(raw.next(), channel.consumerCount(queue));

        peer.expect("basic.consume-ok on channel 1", "basic.qos-ok on channel 1", "0");
    }

    @Case
    void whatACancelledConsumerHoldsCanStillBeAcked(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String queue = peer.queue(channel, "q");
        Inbox inbox = new Inbox();

        channel.basicConsume(queue, false, "t", inbox);
        peer.publish(channel, "", queue, "m1");
        long tag = inbox.nextTag();
        channel.basicCancel("t");
        peer.observe(channel.messageCount(queue));
        peer.attempt(channel, () -> {
            channel.basicAck(tag, false);
            return null;
        });

        peer.expect("0", "ok");
    }

    @Case
    void whatACancelledConsumerHoldsReturnsWithItsChannel(Peer peer) throws Exception {
        Channel channel = peer.channel();
        Channel other = peer.channel();
        String queue = peer.queue(channel, "q");
        Inbox inbox = new Inbox();

        channel.basicConsume(queue, false, "t", inbox);
        peer.publish(channel, "", queue, "m1");
        peer.observe(inbox.next());
        channel.basicCancel("t");
        channel.close();
        QueueState.awaitReady(other, queue, 1);
        peer.observe(other.basicGet(queue, true));

        peer.expect("m1", "m1 redelivered");
    }

    @Case
    void theOtherConsumerGetsAllAfterACancel(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String queue = peer.queue(channel, "q");

        channel.basicConsume(queue, false, "t", false, false, Map.of(), new Inbox());
        Inbox staying = Inbox.of(channel, queue);
        channel.basicCancel("t");
        peer.publish(channel, "", queue, "m1", "m2", "m3");
        peer.observe(staying.take(3));

        peer.expect("[m1, m2, m3]");
    }

    /** Without the client library's own check of the tag. */
    private static String cancel(Channel channel, String tag) throws IOException {
        var answer =
                channel.rpc(new AMQP.Basic.Cancel.Builder().consumerTag(tag).build());
        return ((AMQP.Basic.CancelOk) answer.getMethod()).getConsumerTag();
    }
}
