package io.leveret.interop.connection;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Channel;
import io.leveret.interop.Case;
import io.leveret.interop.Outcome;
import io.leveret.interop.Peer;
import io.leveret.interop.RunsOn;
import io.leveret.interop.Setup;
import io.leveret.interop.raw.Login;
import io.leveret.interop.raw.RawClient;
import java.util.List;
import java.util.Map;

/** The permissions and the virtual host are those of restricted.conf; what a name spells is permitted. */
@RunsOn(Setup.RESTRICTED)
final class PermissionsTest {

    @Case("default_vhost is the only virtual host of a new broker")
    void defaultVhost(Peer peer) throws Exception {
        for (String virtualHost : List.of("house", "/")) {
            RawClient client = peer.socket().send(RawClient.PROTOCOL_HEADER);
            client.next();
            client.method(0, Login.plain("guest", "guest"));
            client.next();
            client.method(0, Login.tuneOk(2047, 131_072, 0)).method(0, Login.open(virtualHost));
            peer.observe(client.next());
        }

        peer.expect(
                "connection.open-ok on channel 0",
                "connection closed: 530 NOT_ALLOWED - vhost / not found [connection.open]");
    }

    @Case("declaring and deleting a queue without the configure permission are 403")
    void configureQueue(Peer peer) throws Exception {
        peer.attempt(peer.channel(), () -> peer.queue(peer.channel(), "made"));
        refused(peer, channel -> peer.queue(channel, "q"));
        refused(peer, channel -> channel.queueDeclare("", false, true, false, Map.of()));
        refused(peer, channel -> channel.queueDelete(peer.name("q")));

        peer.expect(
                "made",
                "channel closed: 403 ACCESS_REFUSED - configure access to queue 'q' in vhost 'house' refused for user"
                        + " 'guest' [queue.declare]",
                "channel closed: 403 ACCESS_REFUSED - configure access to queue 'amq.gen-*' in vhost 'house' refused"
                        + " for user 'guest' [queue.declare]",
                "channel closed: 403 ACCESS_REFUSED - configure access to queue 'q' in vhost 'house' refused for user"
                        + " 'guest' [queue.delete]");
    }

    @Case("declaring and deleting an exchange without the configure permission are 403")
    void configureExchange(Peer peer) throws Exception {
        peer.attempt(peer.channel(), () -> peer.exchange(peer.channel(), "made", "direct"));
        refused(peer, channel -> peer.exchange(channel, "x", "direct"));
        refused(peer, channel -> channel.exchangeDelete(peer.name("x")));

        peer.expect(
                "made",
                "channel closed: 403 ACCESS_REFUSED - configure access to exchange 'x' in vhost 'house' refused for"
                        + " user 'guest' [exchange.declare]",
                "channel closed: 403 ACCESS_REFUSED - configure access to exchange 'x' in vhost 'house' refused for"
                        + " user 'guest' [exchange.delete]");
    }

    @Case("a passive declaration without any permission on the name is 403")
    void passive(Peer peer) throws Exception {
        refused(peer, channel -> channel.queueDeclarePassive(peer.name("q")));
        refused(peer, channel -> channel.exchangeDeclarePassive(peer.name("x")));
        refused(peer, channel -> channel.queueDeclarePassive(peer.name("read")));
        refused(peer, channel -> channel.exchangeDeclarePassive(peer.name("write")));

        peer.expect(
                "channel closed: 403 ACCESS_REFUSED - configure access to queue 'q' in vhost 'house' refused for user"
                        + " 'guest' [queue.declare]",
                "channel closed: 403 ACCESS_REFUSED - configure access to exchange 'x' in vhost 'house' refused for"
                        + " user 'guest' [exchange.declare]",
                "channel closed: 404 NOT_FOUND - no queue 'read' in vhost 'house' [queue.declare]",
                "channel closed: 404 NOT_FOUND - no exchange 'write' in vhost 'house' [exchange.declare]");
    }

    @Case("binding needs the write permission on the queue and the read permission on the exchange")
    void bind(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String bindable = peer.queue(channel, "made-write");
        String unbindable = peer.queue(channel, "made");
        String source = peer.exchange(channel, "made-read", "direct");
        String unreadable = peer.exchange(channel, "made-x", "direct");

        peer.attempt(channel, () -> channel.queueBind(bindable, source, "k"));
        refused(peer, other -> other.queueBind(unbindable, source, "k"));
        refused(peer, other -> other.queueBind(bindable, unreadable, "k"));
        refused(peer, other -> other.queueUnbind(unbindable, source, "k"));
        refused(peer, other -> other.queueUnbind(bindable, unreadable, "k"));

        peer.expect(
                "queue.bind-ok",
                "channel closed: 403 ACCESS_REFUSED - write access to queue 'made' in vhost 'house' refused for user"
                        + " 'guest' [queue.bind]",
                "channel closed: 403 ACCESS_REFUSED - read access to exchange 'made-x' in vhost 'house' refused for"
                        + " user 'guest' [queue.bind]",
                "channel closed: 403 ACCESS_REFUSED - write access to queue 'made' in vhost 'house' refused for user"
                        + " 'guest' [queue.unbind]",
                "channel closed: 403 ACCESS_REFUSED - read access to exchange 'made-x' in vhost 'house' refused for"
                        + " user 'guest' [queue.unbind]");
    }

    @Case("exchange.bind needs the write permission on the destination and the read permission on the source")
    void exchangeBind(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String source = peer.exchange(channel, "made-read", "direct");
        String destination = peer.exchange(channel, "made-write", "direct");

        peer.attempt(channel, () -> channel.exchangeBind(destination, source, "k"));
        refused(peer, other -> other.exchangeBind(source, source, "k"));
        refused(peer, other -> other.exchangeBind(destination, destination, "k"));

        peer.expect(
                "exchange.bind-ok",
                "channel closed: 403 ACCESS_REFUSED - write access to exchange 'made-read' in vhost 'house' refused"
                        + " for user 'guest' [exchange.bind]",
                "channel closed: 403 ACCESS_REFUSED - read access to exchange 'made-write' in vhost 'house' refused"
                        + " for user 'guest' [exchange.bind]");
    }

    @Case("publishing needs the write permission on the exchange; the default one goes by the name amq.default")
    void publish(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String writable = peer.exchange(channel, "made-write", "direct");
        String unwritable = peer.exchange(channel, "made-read", "direct");

        published(peer, channel, writable);
        published(peer, peer.channel(), unwritable);
        published(peer, peer.channel(), "");
        published(peer, peer.channel(), peer.name("none"));

        peer.expect(
                "ok",
                "channel closed: 403 ACCESS_REFUSED - write access to exchange 'made-read' in vhost 'house' refused"
                        + " for user 'guest' [basic.publish]",
                "channel closed: 403 ACCESS_REFUSED - write access to exchange 'amq.default' in vhost 'house' refused"
                        + " for user 'guest' [basic.publish]",
                "channel closed: 403 ACCESS_REFUSED - write access to exchange 'none' in vhost 'house' refused for"
                        + " user 'guest' [basic.publish]");
    }

    @Case("consume, get and purge need the read permission on the queue")
    void read(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String readable = peer.queue(channel, "made-read");
        String unreadable = peer.queue(channel, "made-write");

        peer.attempt(channel, () -> channel.basicGet(readable, true));
        peer.attempt(channel, () -> channel.queuePurge(readable));
        refused(peer, other -> other.basicConsume(unreadable, (tag, delivery) -> {}, tag -> {}));
        refused(peer, other -> other.basicGet(unreadable, true));
        refused(peer, other -> other.queuePurge(unreadable));

        peer.expect(
                "ok",
                "purged 0 messages",
                "channel closed: 403 ACCESS_REFUSED - read access to queue 'made-write' in vhost 'house' refused for"
                        + " user 'guest' [basic.consume]",
                "channel closed: 403 ACCESS_REFUSED - read access to queue 'made-write' in vhost 'house' refused for"
                        + " user 'guest' [basic.get]",
                "channel closed: 403 ACCESS_REFUSED - read access to queue 'made-write' in vhost 'house' refused for"
                        + " user 'guest' [queue.purge]");
    }

    @Case("an alternate exchange needs the read permission on the new exchange and the write permission on it")
    void alternateExchange(Peer peer) throws Exception {
        alternate(peer, "made-read", "write");
        alternate(peer, "made-x", "write");
        alternate(peer, "made-read-2", "x");

        peer.expect(
                "exchange.declare-ok",
                "channel closed: 403 ACCESS_REFUSED - read access to exchange 'made-x' in vhost 'house' refused for"
                        + " user 'guest' [exchange.declare]",
                "channel closed: 403 ACCESS_REFUSED - write access to exchange 'x' in vhost 'house' refused for user"
                        + " 'guest' [exchange.declare]");
    }

    @Case("a dead-letter exchange needs the read permission on the new queue and the write permission on it")
    void deadLetterExchange(Peer peer) throws Exception {
        refused(peer, channel -> deadLettering(peer, channel, "made-read", "write"));
        refused(peer, channel -> deadLettering(peer, channel, "made", "write"));
        refused(peer, channel -> deadLettering(peer, channel, "made-read-2", "x"));

        peer.expect(
                "made-read",
                "channel closed: 403 ACCESS_REFUSED - read access to queue 'made' in vhost 'house' refused for user"
                        + " 'guest' [queue.declare]",
                "channel closed: 403 ACCESS_REFUSED - write access to exchange 'x' in vhost 'house' refused for user"
                        + " 'guest' [queue.declare]");
    }

    private interface Step {
        Object on(Channel channel) throws Exception;
    }

    /** Adds what becomes of it on a channel of its own, since a refusal closes it. */
    private static void refused(Peer peer, Step step) throws Exception {
        Channel channel = peer.channel();
        peer.observe(Outcome.of(channel, () -> step.on(channel)).replaceAll("'amq\\.gen-[^']+'", "'amq.gen-*'"));
    }

    private static void published(Peer peer, Channel channel, String exchange) throws Exception {
        peer.attempt(channel, () -> {
            peer.publish(channel, exchange, "k", new BasicProperties(), "body");
            return null;
        });
    }

    private static void alternate(Peer peer, String name, String alternate) throws Exception {
        refused(
                peer,
                channel -> channel.exchangeDeclare(
                        peer.name(name), "fanout", false, true, Map.of("alternate-exchange", peer.name(alternate))));
    }

    private static String deadLettering(Peer peer, Channel channel, String name, String exchange) throws Exception {
        return peer.queue(channel, name, Map.of("x-dead-letter-exchange", peer.name(exchange)));
    }
}
