package io.leveret.interop.exchange;

import com.rabbitmq.client.Channel;
import io.leveret.interop.Case;
import io.leveret.interop.Peer;
import java.util.Map;

final class QueueBindTest {

    @Case("queue.bind twice is one binding")
    void twiceIsOnce(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String queue = peer.queue(channel, "q");
        String exchange = peer.exchange(channel, "x", "direct");

        peer.attempt(channel, () -> channel.queueBind(queue, exchange, "k"));
        peer.attempt(channel, () -> channel.queueBind(queue, exchange, "k"));
        peer.publish(channel, exchange, "k", "once");
        peer.attempt(channel, () -> channel.queueUnbind(queue, exchange, "k"));
        peer.attempt(channel, () -> channel.queuePurge(queue));

        peer.expect("queue.bind-ok", "queue.bind-ok", "queue.unbind-ok", "purged 1 messages");
    }

    @Case("bindings which differ in arguments only are two, and are unbound one by one")
    void argumentsTellBindingsApart(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String queue = peer.queue(channel, "q");
        String exchange = peer.exchange(channel, "x", "direct");
        channel.queueBind(queue, exchange, "k", Map.of("a", 1));
        channel.queueBind(queue, exchange, "k", Map.of("a", 2));

        peer.publish(channel, exchange, "k", "both");
        channel.queueUnbind(queue, exchange, "k", Map.of("a", 1));
        peer.publish(channel, exchange, "k", "second");
        channel.queueUnbind(queue, exchange, "k", Map.of("a", 3));
        peer.publish(channel, exchange, "k", "still second");
        channel.queueBind(queue, exchange, "other");
        channel.queueUnbind(queue, exchange, "k", Map.of("a", 2));
        peer.publish(channel, exchange, "k", "none");
        peer.observe(
                channel.basicGet(queue, true),
                channel.basicGet(queue, true),
                channel.basicGet(queue, true),
                channel.basicGet(queue, true));

        peer.expect("both", "second", "still second", "null");
    }

    @Case("queue.bind of a missing queue is 404")
    void missingQueue(Peer peer) throws Exception {
        Channel channel = peer.channel();

        peer.attempt(channel, () -> channel.queueBind(peer.name("q"), "amq.direct", "k"));

        peer.expect("channel closed: 404 NOT_FOUND - no queue 'q' in vhost '/' [queue.bind]");
    }

    @Case("queue.bind to a missing exchange is 404")
    void missingExchange(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String queue = peer.queue(channel, "q");

        peer.attempt(channel, () -> channel.queueBind(queue, peer.name("x"), "k"));

        peer.expect("channel closed: 404 NOT_FOUND - no exchange 'x' in vhost '/' [queue.bind]");
    }

    @Case("queue.bind names the missing exchange when both are missing")
    void bothMissing(Peer peer) throws Exception {
        Channel channel = peer.channel();

        peer.attempt(channel, () -> channel.queueBind(peer.name("q"), peer.name("x"), "k"));

        peer.expect("channel closed: 404 NOT_FOUND - no exchange 'x' in vhost '/' [queue.bind]");
    }

    @Case("queue.bind and unbind on the default exchange are 403")
    void defaultExchange(Peer peer) throws Exception {
        Channel channel = peer.channel();
        Channel another = peer.channel();
        String queue = peer.queue(channel, "q");

        peer.attempt(channel, () -> channel.queueBind(queue, "", "k"));
        peer.attempt(another, () -> another.queueUnbind(queue, "", queue));

        peer.expect(
                "channel closed: 403 ACCESS_REFUSED - operation not permitted on the default exchange [queue.bind]",
                "channel closed: 403 ACCESS_REFUSED - operation not permitted on the default exchange [queue.unbind]");
    }

    @Case("queue.unbind of a missing binding, queue or exchange succeeds")
    void unbindOfWhatIsMissing(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String queue = peer.queue(channel, "q");

        peer.attempt(channel, () -> channel.queueUnbind(queue, "amq.direct", peer.name("k")));
        peer.attempt(channel, () -> channel.queueUnbind(peer.name("none"), "amq.direct", "k"));
        peer.attempt(channel, () -> channel.queueUnbind(queue, peer.name("none"), "k"));

        peer.expect("queue.unbind-ok", "queue.unbind-ok", "queue.unbind-ok");
    }

    @Case("an empty queue name in queue.bind is the queue last declared on the channel")
    void emptyNameIsTheLastDeclared(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String exchange = peer.exchange(channel, "x", "direct");
        String queue = peer.queue(channel, "q");

        channel.queueBind("", exchange, "k");
        peer.publish(channel, exchange, "k", "found");
        peer.observe(channel.basicGet(queue, true));

        peer.expect("found");
    }

    @Case("an empty queue name and an empty key in queue.bind make the queue's name the key")
    void emptyNameAndKey(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String exchange = peer.exchange(channel, "x", "direct");
        String queue = peer.queue(channel, "q");

        channel.queueBind("", exchange, "");
        peer.publish(channel, exchange, "", "by the empty key");
        peer.publish(channel, exchange, queue, "by the queue's name");
        peer.observe(channel.basicGet(queue, true));

        peer.expect("by the queue's name");
    }

    @Case("a queue name and an empty key in queue.bind leave the key empty")
    void nameAndEmptyKey(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String exchange = peer.exchange(channel, "x", "direct");
        String queue = peer.queue(channel, "q");

        channel.queueBind(queue, exchange, "");
        peer.publish(channel, exchange, queue, "by the queue's name");
        peer.publish(channel, exchange, "", "by the empty key");
        peer.observe(channel.basicGet(queue, true));

        peer.expect("by the empty key");
    }

    @Case("an empty queue name in queue.bind without a declared queue is 404")
    void emptyNameWithoutDeclaredQueue(Peer peer) throws Exception {
        Channel channel = peer.channel();

        peer.attempt(channel, () -> channel.queueBind("", "amq.direct", "k"));

        peer.expect("channel closed: 404 NOT_FOUND - no previously declared queue [queue.bind]");
    }

    @Case("queue.bind with nowait is done before the next method")
    void bindsWithoutWaiting(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String exchange = peer.exchange(channel, "x", "direct");
        String queue = peer.queue(channel, "q");

        channel.queueBindNoWait(queue, exchange, "k", Map.of());
        peer.publish(channel, exchange, "k", "bound");
        peer.observe(channel.basicGet(queue, true));

        peer.expect("bound");
    }
}
