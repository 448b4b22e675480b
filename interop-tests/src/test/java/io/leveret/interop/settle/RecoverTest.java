package io.leveret.interop.settle;

import com.rabbitmq.client.Channel;
import io.leveret.interop.Case;
import io.leveret.interop.Inbox;
import io.leveret.interop.Peer;
import io.leveret.interop.QueueState;
import io.leveret.interop.raw.Octets;
import io.leveret.interop.raw.RawClient;

final class RecoverTest {

    @Case
    void isAnsweredThoughNothingIsOutstanding(Peer peer) throws Exception {
        Channel channel = peer.channel();

        peer.attempt(channel, () -> channel.basicRecover(true));

        peer.expect("basic.recover-ok");
    }

    @Case
    void returnsAllInOrder(Peer peer) throws Exception {
        Channel channel = peer.channel();
        Settling settling = new Settling(peer, channel);
        String queue = settling.outstanding(3);

        channel.basicRecover(true);
        settling.observeRest(queue);

        peer.expect("m1 redelivered", "m2 redelivered", "m3 redelivered", "no more");
    }

    @Case
    void deliversToTheConsumerAgainUnderNewTags(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String queue = peer.queue(channel, "q");

        Inbox inbox = Inbox.of(channel, queue);
        peer.publish(channel, "", queue, "m1", "m2");
        peer.observe(inbox.take(2));
        channel.basicRecover(true);
        peer.observe(inbox.next(), inbox.nextTag());

        peer.expect("[m1, m2]", "m1 redelivered", "4");
    }

    @Case
    void makesTheOldTagsUnknown(Peer peer) throws Exception {
        Channel channel = peer.channel();
        Settling settling = new Settling(peer, channel);
        settling.outstanding(1);

        channel.basicRecover(true);
        settling.attemptAck(1, false);

        peer.expect("channel closed: 406 PRECONDITION_FAILED - unknown delivery tag 1 [basic.ack]");
    }

    @Case
    void leavesOtherChannelsAlone(Peer peer) throws Exception {
        Channel channel = peer.channel();
        Settling settling = new Settling(peer, channel);
        String queue = settling.outstanding(1);

        peer.channel().basicRecover(true);
        peer.observe(channel.messageCount(queue));
        settling.attemptAck(1, false);

        peer.expect("0", "ok");
    }

    @Case("recover with requeue=false closes the connection")
    void withoutRequeueIsRefused(Peer peer) throws Exception {
        Channel channel = peer.channel();

        peer.attempt(channel, () -> channel.basicRecover(false));

        peer.expect("connection closed: 540 NOT_IMPLEMENTED - requeue=false [basic.recover]");
    }

    @Case("recover-async is not answered")
    void asyncIsNotAnswered(Peer peer) throws Exception {
        RawClient raw = peer.raw().open(1);

        raw.method(1, Octets.method(60, 100).u8(1));
        raw.method(1, Octets.method(60, 10).u32(0).u16(0).u8(0));
        peer.observe(raw.next());

        peer.expect("basic.qos-ok on channel 1");
    }

    @Case("recover-async returns what is outstanding")
    void asyncReturnsAll(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String queue = peer.sharedQueue(channel, "q");
        peer.publish(channel, "", queue, "m1");
        QueueState.awaitReady(channel, queue, 1);
        RawClient raw = peer.raw().open(1);

        raw.method(1, Octets.method(60, 70).u16(0).shortString(queue).u8(0));
        peer.observe(raw.next(), channel.messageCount(queue));
        raw.method(1, Octets.method(60, 100).u8(1));
        QueueState.awaitReady(channel, queue, 1);
        peer.observe(channel.basicGet(queue, true));

        peer.expect("basic.get-ok on channel 1", "0", "m1 redelivered");
    }

    @Case("recover-async with requeue=false closes the connection")
    void asyncWithoutRequeueIsRefused(Peer peer) throws Exception {
        RawClient raw = peer.raw().open(1);

        raw.method(1, Octets.method(60, 100).u8(0));
        peer.observe(raw.next());

        peer.expect("connection closed: 540 NOT_IMPLEMENTED - requeue=false [basic.recover-async]");
    }
}
