package io.leveret.interop.firehose;

import com.rabbitmq.client.Channel;
import io.leveret.interop.Case;
import io.leveret.interop.Peer;

final class TraceExchangeTest {

    private static final String TRACE = "amq.rabbitmq.trace";

    @Case("amq.rabbitmq.trace is a durable, internal topic exchange")
    void declared(Peer peer) throws Exception {
        peer.attempt(peer.channel(), () -> peer.channel().exchangeDeclarePassive(TRACE));
        peer.attempt(peer.channel(), () -> peer.channel().exchangeDeclare(TRACE, "topic", true, false, true, null));
        peer.attempt(peer.channel(), () -> peer.channel().exchangeDeclare(TRACE, "topic", true, false, false, null));

        peer.expect(
                "exchange.declare-ok",
                "exchange.declare-ok",
                "channel closed: 406 PRECONDITION_FAILED - inequivalent arg 'internal' for exchange"
                        + " 'amq.rabbitmq.trace' in vhost '/': received 'false' but current is 'true'"
                        + " [exchange.declare]");
    }

    @Case("nobody can publish to it, or delete it")
    void refusals(Peer peer) throws Exception {
        Channel publishing = peer.channel();
        Channel deleting = peer.channel();

        peer.attempt(publishing, () -> {
            peer.publish(publishing, TRACE, "key", "m");
            return null;
        });
        peer.attempt(deleting, () -> deleting.exchangeDelete(TRACE));

        peer.expect(
                "channel closed: 403 ACCESS_REFUSED - cannot publish to internal exchange 'amq.rabbitmq.trace' in"
                        + " vhost '/' [basic.publish]",
                "channel closed: 403 ACCESS_REFUSED - deletion of system exchange 'amq.rabbitmq.trace' in vhost '/' not"
                        + " allowed [exchange.delete]");
    }

    @Case("a queue can be bound to it and unbound")
    void bindings(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String queue = peer.queue(channel, "q");

        peer.attempt(channel, () -> channel.queueBind(queue, TRACE, "#"));
        peer.attempt(channel, () -> channel.queueUnbind(queue, TRACE, "#"));

        peer.expect("queue.bind-ok", "queue.unbind-ok");
    }
}
