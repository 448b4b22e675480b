package io.leveret.interop.exchange;

import com.rabbitmq.client.Channel;
import io.leveret.interop.Case;
import io.leveret.interop.Peer;

final class DirectExchangeTest {

    @Case("a direct exchange routes by the exact key, to each bound queue")
    void routesByTheExactKey(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String exchange = peer.exchange(channel, "x", "direct");
        String one = peer.queue(channel, "one");
        String two = peer.queue(channel, "two");
        channel.queueBind(one, exchange, "k");
        channel.queueBind(two, exchange, "k");
        channel.queueBind(two, exchange, "K");

        peer.publish(channel, exchange, "k", "both");
        peer.publish(channel, exchange, "K", "second");
        peer.publish(channel, exchange, "k.k", "none");
        peer.observe(channel.basicGet(one, true), channel.basicGet(one, true));
        peer.observe(channel.basicGet(two, true), channel.basicGet(two, true), channel.basicGet(two, true));

        peer.expect("both", "null", "both", "second", "null");
    }

    @Case("wildcards mean nothing to a direct exchange")
    void wildcardsAreLiteral(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String exchange = peer.exchange(channel, "x", "direct");
        String queue = peer.queue(channel, "q");
        channel.queueBind(queue, exchange, "#");
        channel.queueBind(queue, exchange, "a.*");

        peer.publish(channel, exchange, "a.b", "no");
        peer.publish(channel, exchange, "a.*", "yes");
        peer.observe(channel.basicGet(queue, true), channel.basicGet(queue, true));

        peer.expect("yes", "null");
    }

    @Case("keys of 255 bytes and keys beyond ASCII route exactly")
    void longAndStrangeKeys(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String exchange = peer.exchange(channel, "x", "direct");
        String queue = peer.queue(channel, "q");
        String longest = "k".repeat(255);
        channel.queueBind(queue, exchange, longest);
        channel.queueBind(queue, exchange, "schlüssel \u00a0\u20ac");

        peer.publish(channel, exchange, longest, "long");
        peer.publish(channel, exchange, "k".repeat(254), "shorter");
        peer.publish(channel, exchange, "schlüssel \u00a0\u20ac", "strange");
        peer.observe(channel.basicGet(queue, true), channel.basicGet(queue, true), channel.basicGet(queue, true));

        peer.expect("long", "strange", "null");
    }
}
