package io.leveret.interop.exchange;

import com.rabbitmq.client.Channel;
import io.leveret.interop.Case;
import io.leveret.interop.Differs;
import io.leveret.interop.Peer;
import java.util.Map;

final class ConsistentHashRefusalsTest {

    @Case("x-consistent-hash with both hash-header and hash-property is 406")
    void both(Peer peer) throws Exception {
        declare(peer, Map.of("hash-header", "h", "hash-property", "message_id"));

        peer.expect(
                "channel closed: 406 PRECONDITION_FAILED - hash-header and hash-property are mutually exclusive [exchange.declare]");
    }

    @Case("x-consistent-hash with another hash-property is 406")
    void otherProperty(Peer peer) throws Exception {
        declare(peer, Map.of("hash-property", "app_id"));
        declare(peer, Map.of("hash-property", ""));

        peer.expect(
                "channel closed: 406 PRECONDITION_FAILED - Unsupported property: app_id [exchange.declare]",
                "channel closed: 406 PRECONDITION_FAILED - Unsupported property:  [exchange.declare]");
    }

    @Case("x-consistent-hash with a hash-header or hash-property that is no string is 541")
    @Differs(
            because = "it is the client's error, so Leveret answers 406",
            leveret = {
                "channel closed: 406 PRECONDITION_FAILED - invalid type 'signedint' for arg 'hash-header'"
                        + " [exchange.declare]",
                "channel closed: 406 PRECONDITION_FAILED - invalid type 'signedint' for arg 'hash-property'"
                        + " [exchange.declare]"
            })
    void noString(Peer peer) throws Exception {
        declare(peer, Map.of("hash-header", 5));
        declare(peer, Map.of("hash-property", 5));

        peer.expect(
                "connection closed: 541 INTERNAL_ERROR [no method]",
                "connection closed: 541 INTERNAL_ERROR [no method]");
    }

    @Case("x-consistent-hash: a binding key that is no integer is 406")
    void noInteger(Peer peer) throws Exception {
        bind(peer, "");
        bind(peer, "a");
        bind(peer, "1.5");
        bind(peer, " 1");
        bind(peer, "1 ");
        bind(peer, "ü");

        peer.expect(
                "channel closed: 406 PRECONDITION_FAILED - The binding key must be an integer: <<>> [queue.bind]",
                "channel closed: 406 PRECONDITION_FAILED - The binding key must be an integer: <<\"a\">> [queue.bind]",
                "channel closed: 406 PRECONDITION_FAILED - The binding key must be an integer: <<\"1.5\">> [queue.bind]",
                "channel closed: 406 PRECONDITION_FAILED - The binding key must be an integer: <<\" 1\">> [queue.bind]",
                "channel closed: 406 PRECONDITION_FAILED - The binding key must be an integer: <<\"1 \">> [queue.bind]",
                "channel closed: 406 PRECONDITION_FAILED - The binding key must be an integer: <<\"ü\"/utf8>> [queue.bind]");
    }

    @Case("x-consistent-hash: a weight below 1 is 406")
    void notPositive(Peer peer) throws Exception {
        bind(peer, "0");
        bind(peer, "-1");

        peer.expect(
                "channel closed: 406 PRECONDITION_FAILED - The binding key must be greater than 0 [queue.bind]",
                "channel closed: 406 PRECONDITION_FAILED - The binding key must be greater than 0 [queue.bind]");
    }

    @Case("x-consistent-hash: a weight may have a sign and leading zeros")
    void spelling(Peer peer) throws Exception {
        bind(peer, "+2");
        bind(peer, "002");

        peer.expect("queue.bind-ok", "queue.bind-ok");
    }

    @Case("x-consistent-hash: too large a weight is 406")
    void tooLarge(Peer peer) throws Exception {
        bind(peer, "1000");
        bind(peer, "1000000");
        bind(peer, "99999999999999999999");

        peer.expect(
                "queue.bind-ok",
                "channel closed: 406 PRECONDITION_FAILED - The binding key must not exceed 10000 [queue.bind]",
                "channel closed: 406 PRECONDITION_FAILED - The binding key must not exceed 10000 [queue.bind]");
    }

    @Case("x-consistent-hash declared again with another hash-header is the same exchange")
    void declaredAgain(Peer peer) throws Exception {
        declare(peer, Map.of("hash-header", "a"));
        declare(peer, Map.of("hash-header", "b"));
        declare(peer, Map.of("hash-header", "b", "hash-property", "nonsense"));

        peer.expect("exchange.declare-ok", "exchange.declare-ok", "exchange.declare-ok");
    }

    private static void declare(Peer peer, Map<String, Object> arguments) throws Exception {
        Channel channel = peer.channel();
        peer.attempt(
                channel, () -> channel.exchangeDeclare(peer.name("x"), "x-consistent-hash", false, false, arguments));
    }

    private static void bind(Peer peer, String bindingKey) throws Exception {
        Channel channel = peer.channel();
        channel.exchangeDeclare(peer.name("x"), "x-consistent-hash");
        String queue = peer.queue(channel, "q");
        peer.attempt(channel, () -> channel.queueBind(queue, peer.name("x"), bindingKey));
    }
}
