package io.leveret.interop.exchange;

import com.rabbitmq.client.Channel;
import io.leveret.interop.Case;
import io.leveret.interop.Peer;

final class FanoutExchangeTest {

    @Case("a fanout exchange sends one copy to each bound queue, whatever the keys")
    void sendsToEachQueue(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String exchange = peer.exchange(channel, "x", "fanout");
        String one = peer.queue(channel, "one");
        String two = peer.queue(channel, "two");
        channel.queueBind(one, exchange, "a");
        channel.queueBind(one, exchange, "b");
        channel.queueBind(two, exchange, "");

        peer.publish(channel, exchange, "c", "first", "second");
        peer.attempt(channel, () -> channel.queuePurge(one));
        peer.attempt(channel, () -> channel.queuePurge(two));

        peer.expect("purged 2 messages", "purged 2 messages");
    }

    @Case("a queue stays bound to a fanout exchange until its last binding is removed")
    void staysUntilTheLastBinding(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String exchange = peer.exchange(channel, "x", "fanout");
        String queue = peer.queue(channel, "q");
        channel.queueBind(queue, exchange, "a");
        channel.queueBind(queue, exchange, "b");

        channel.queueUnbind(queue, exchange, "a");
        peer.publish(channel, exchange, "", "still bound");
        peer.observe(channel.basicGet(queue, true));
        channel.queueBind(peer.queue(channel, "another"), exchange, "");
        channel.queueUnbind(queue, exchange, "b");
        peer.publish(channel, exchange, "", "unbound");
        peer.observe(channel.basicGet(queue, true));

        peer.expect("still bound", "null");
    }
}
