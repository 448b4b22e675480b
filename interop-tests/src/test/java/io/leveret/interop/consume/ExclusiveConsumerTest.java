package io.leveret.interop.consume;

import com.rabbitmq.client.Channel;
import io.leveret.interop.Case;
import io.leveret.interop.Inbox;
import io.leveret.interop.Peer;
import io.leveret.interop.QueueState;
import java.util.Map;

final class ExclusiveConsumerTest {

    private static final String REFUSED =
            "channel closed: 403 ACCESS_REFUSED - queue 'q' in vhost '/' in exclusive use [basic.consume]";

    @Case
    void isRefusedWhereAnotherConsumes(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String queue = peer.queue(channel, "q");

        Inbox.of(channel, queue);
        peer.attempt(channel, () -> Inbox.exclusive(channel, queue));

        peer.expect(REFUSED);
    }

    @Case
    void keepsOthersOut(Peer peer) throws Exception {
        Channel channel = peer.channel();
        Channel other = peer.channel();
        String queue = peer.queue(channel, "q");

        Inbox.exclusive(channel, queue);
        peer.attempt(other, () -> Inbox.of(other, queue));

        peer.expect(REFUSED);
    }

    @Case
    void keepsOthersOutOnItsOwnChannelToo(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String queue = peer.queue(channel, "q");

        Inbox.exclusive(channel, queue);
        peer.attempt(channel, () -> Inbox.exclusive(channel, queue));

        peer.expect(REFUSED);
    }

    @Case
    void goesOnConsumingWhenAnotherWasRefused(Peer peer) throws Exception {
        Channel channel = peer.channel();
        Channel other = peer.channel();
        String queue = peer.queue(channel, "q");

        Inbox inbox = Inbox.exclusive(channel, queue);
        peer.attempt(other, () -> Inbox.of(other, queue));
        peer.publish(channel, "", queue, "still mine");
        peer.observe(inbox.next());

        peer.expect(REFUSED, "still mine");
    }

    @Case
    void makesRoomWhenCancelled(Peer peer) throws Exception {
        Channel channel = peer.channel();
        Channel other = peer.channel();
        String queue = peer.queue(channel, "q");

        channel.basicConsume(queue, false, "t", false, true, Map.of(), new Inbox());
        channel.basicCancel("t");
        peer.attempt(other, () -> other.basicConsume(queue, false, "u", false, true, Map.of(), new Inbox()));

        peer.expect("u");
    }

    @Case
    void makesRoomWhenItsChannelCloses(Peer peer) throws Exception {
        Channel channel = peer.channel();
        Channel other = peer.channel();
        String queue = peer.queue(channel, "q");

        Inbox.exclusive(channel, queue);
        channel.close();
        peer.attempt(other, () -> other.basicConsume(queue, false, "u", false, true, Map.of(), new Inbox()));

        peer.expect("u");
    }

    @Case
    void leavesGetToOthers(Peer peer) throws Exception {
        Channel channel = peer.channel();
        Channel other = peer.channel();
        String queue = peer.queue(channel, "q");

        channel.basicQos(1);
        Inbox inbox = Inbox.exclusive(channel, queue);
        peer.publish(channel, "", queue, "m1", "m2");
        peer.observe(inbox.next(), QueueState.awaitReady(channel, queue, 1), other.basicGet(queue, true));

        peer.expect("m1", "1", "m2");
    }
}
