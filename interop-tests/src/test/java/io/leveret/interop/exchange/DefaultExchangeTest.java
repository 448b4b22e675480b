package io.leveret.interop.exchange;

import com.rabbitmq.client.Channel;
import io.leveret.interop.Case;
import io.leveret.interop.Peer;

final class DefaultExchangeTest {

    @Case("the default exchange routes by queue name")
    void routesByQueueName(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String queue = peer.queue(channel, "q");

        peer.publish(channel, "", queue, "body");
        var got = channel.basicGet(queue, true);
        peer.observe(
                got,
                "exchange '" + got.getEnvelope().getExchange() + "'",
                got.getEnvelope().getRoutingKey());

        peer.expect("body", "exchange ''", "q");
    }

    @Case("the default exchange drops what names no queue")
    void dropsTheUnknown(Peer peer) throws Exception {
        Channel channel = peer.channel();

        peer.attempt(channel, () -> {
            peer.publish(channel, "", peer.name("none"), "lost");
            return null;
        });

        peer.expect("ok");
    }

    @Case("the default exchange delivers into another connection's exclusive queue")
    void reachesExclusiveQueues(Peer peer) throws Exception {
        Channel owner = peer.channel();
        String queue = peer.queue(owner, "q");
        Channel stranger = peer.connect().createChannel();

        peer.publish(stranger, "", queue, "from outside");
        stranger.exchangeDeclarePassive("amq.direct");
        peer.observe(owner.basicGet(queue, true));

        peer.expect("from outside");
    }
}
