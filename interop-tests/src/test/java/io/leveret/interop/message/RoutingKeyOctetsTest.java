package io.leveret.interop.message;

import com.rabbitmq.client.Channel;
import io.leveret.interop.Case;
import io.leveret.interop.Peer;
import io.leveret.interop.QueueState;
import io.leveret.interop.raw.Octets;
import io.leveret.interop.raw.RawClient;
import java.io.IOException;
import java.util.HexFormat;

/** A routing key is octets: the broker neither reads more into them than it has to, nor changes them. */
final class RoutingKeyOctetsTest {

    private static final byte[] LATIN_1 = {'c', 'a', 'f', (byte) 0xE9};
    private static final int CHANNEL = 1;

    @Case("a routing key that is not UTF-8 is delivered octet by octet")
    void isKept(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String queue = peer.sharedQueue(channel, "q");
        String exchange = peer.exchange(channel, "x", "fanout");
        channel.queueBind(queue, exchange, "");
        byte[] longest = HexFormat.of().parseHex("e9".repeat(255));

        RawClient raw = peer.raw().open(CHANNEL);
        for (byte[] key : new byte[][] {LATIN_1, longest}) {
            publish(raw, exchange, key, 0);
            QueueState.awaitReady(channel, queue, 1);
            raw.method(CHANNEL, Octets.method(60, 70).u16(0).shortString(queue).u8(1));
            peer.observe(keyAt(raw.nextPayload(), 4 + 8 + 1));
            peer.observe(raw.next(), raw.next());
        }

        peer.expect(
                "636166e9",
                "content header of 1 bytes",
                "content body: m",
                "e9".repeat(255),
                "content header of 1 bytes",
                "content body: m");
    }

    @Case("a routing key that is not UTF-8 is another one than its Latin-1 reading")
    void isNotItsLatin1Reading(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String queue = peer.sharedQueue(channel, "q");
        String exchange = peer.exchange(channel, "x", "direct");
        channel.queueBind(queue, exchange, "caf\u00e9");

        RawClient raw = peer.raw().open(CHANNEL);
        publish(raw, exchange, LATIN_1, 1);
        peer.observe(raw.next(), raw.next(), raw.next(), channel.messageCount(queue));

        peer.expect("basic.return on channel 1", "content header of 1 bytes", "content body: m", "0");
    }

    @Case("a returned message has its routing key octet by octet")
    void isReturnedAsItWas(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String exchange = peer.exchange(channel, "x", "direct");
        RawClient raw = peer.raw().open(CHANNEL);

        publish(raw, exchange, LATIN_1, 1);
        byte[] returned = raw.nextPayload();
        peer.observe(keyAt(returned, 4 + 2 + 1 + returned[6]));

        // The exchange is auto-delete, and has to be used to go.
        channel.queueBind(peer.queue(channel, "q"), exchange, "k");
        peer.expect("636166e9");
    }

    @Case("a topic pattern takes words that are not UTF-8")
    void matchesPatterns(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String queue = peer.sharedQueue(channel, "q");
        String exchange = peer.exchange(channel, "x", "topic");
        channel.queueBind(queue, exchange, "*.b");

        RawClient raw = peer.raw().open(CHANNEL);
        publish(raw, exchange, new byte[] {(byte) 0xE9, (byte) 0xC3, '.', 'b'}, 0);
        QueueState.awaitReady(channel, queue, 1);
        publish(raw, exchange, new byte[] {(byte) 0xE9, '.', (byte) 0xE9, '.', 'b'}, 1);
        peer.observe(raw.next());

        peer.expect("basic.return on channel 1");
    }

    @Case("basic.publish to an exchange whose name is not UTF-8 is 404, and its name is printed as Latin-1")
    void exchange(Peer peer) throws Exception {
        RawClient raw = peer.raw().open(CHANNEL);

        Octets names = Octets.none().u8(LATIN_1.length).bytes(LATIN_1).shortString("k");
        raw.method(CHANNEL, Octets.method(60, 40).u16(0).bytes(names.toBytes()).u8(0));
        raw.send(Octets.none().contentFrames(CHANNEL, (byte) 'm').toBytes());
        peer.observe(raw.next());

        peer.expect("channel closed: 404 NOT_FOUND - no exchange 'caf\u00e9' in vhost '/' [basic.publish]");
    }

    private static void publish(RawClient raw, String exchange, byte[] key, int flags) throws IOException {
        Octets names = Octets.none().shortString(exchange).u8(key.length).bytes(key);
        raw.method(CHANNEL, Octets.method(60, 40).u16(0).bytes(names.toBytes()).u8(flags));
        raw.send(Octets.none().contentFrames(CHANNEL, (byte) 'm').toBytes());
    }

    /** The second of the two short strings that stand there. */
    private static String keyAt(byte[] payload, int at) {
        int keyAt = at + 1 + Byte.toUnsignedInt(payload[at]);
        return HexFormat.of().formatHex(payload, keyAt + 1, keyAt + 1 + Byte.toUnsignedInt(payload[keyAt]));
    }
}
