package io.leveret.interop.consume;

import com.rabbitmq.client.Channel;
import io.leveret.interop.Case;
import io.leveret.interop.Inbox;
import io.leveret.interop.Peer;
import java.util.Map;

final class ConsumerPriorityTest {

    @Case
    void theHigherPriorityTakesAllItHasCreditFor(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String queue = peer.queue(channel, "q");

        Inbox low = Inbox.withPriority(channel, queue, 1);
        Inbox high = Inbox.withPriority(channel, queue, 10);
        peer.publish(channel, "", queue, "m1", "m2", "m3");
        peer.observe(high.take(3), low.isEmpty());

        peer.expect("[m1, m2, m3]", "true");
    }

    @Case
    void theLowerPriorityGetsWhatTheHigherCannotTake(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String queue = peer.queue(channel, "q");

        Inbox low = Inbox.withPriority(channel, queue, 1);
        channel.basicQos(1);
        Inbox high = Inbox.withPriority(channel, queue, 10);
        peer.publish(channel, "", queue, "m1", "m2", "m3");
        peer.observe(high.next(), low.take(2));

        peer.expect("m1", "[m2, m3]");
    }

    @Case
    void theHigherPriorityComesFirstAgainAfterAnAck(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String queue = peer.queue(channel, "q");

        Inbox low = Inbox.withPriority(channel, queue, 1);
        channel.basicQos(1);
        Inbox high = Inbox.withPriority(channel, queue, 10);
        peer.publish(channel, "", queue, "m1", "m2");
        peer.observe(high.next(), low.next());
        channel.basicAck(1, false);
        peer.publish(channel, "", queue, "m3");
        peer.observe(high.next());

        peer.expect("m1", "m2", "m3");
    }

    @Case
    void noPriorityIsZero(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String queue = peer.queue(channel, "q");

        Inbox below = Inbox.withPriority(channel, queue, -1);
        Inbox plain = Inbox.of(channel, queue);
        Inbox zero = Inbox.withPriority(channel, queue, 0);
        peer.publish(channel, "", queue, "m1", "m2", "m3", "m4");
        peer.observe(plain.take(2), zero.take(2), below.isEmpty());

        peer.expect("[m1, m3]", "[m2, m4]", "true");
    }

    @Case
    void theLowerPriorityTakesOverWhenTheHigherIsCancelled(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String queue = peer.queue(channel, "q");

        Inbox low = Inbox.withPriority(channel, queue, 1);
        channel.basicConsume(queue, false, "high", false, false, Map.of("x-priority", 10), new Inbox());
        channel.basicCancel("high");
        peer.publish(channel, "", queue, "m1");
        peer.observe(low.next());

        peer.expect("m1");
    }
}
