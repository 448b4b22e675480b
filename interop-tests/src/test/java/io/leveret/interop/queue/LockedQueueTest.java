package io.leveret.interop.queue;

import com.rabbitmq.client.Channel;
import io.leveret.interop.Case;
import io.leveret.interop.Inbox;
import io.leveret.interop.Peer;
import java.util.Map;

final class LockedQueueTest {

    private static final String LOCKED =
            "channel closed: 405 RESOURCE_LOCKED - cannot obtain exclusive access to locked"
                    + " queue 'q' in vhost '/'. It could be originally declared on another connection or the exclusive property"
                    + " value does not match that of the original declaration. ";

    @Case("another connection's exclusive queue is 405 for queue.declare, passive too")
    void declare(Peer peer) throws Exception {
        String queue = peer.queue(peer.channel(), "q");

        fromOutside(peer, channel -> channel.queueDeclare(queue, false, true, false, Map.of()));
        fromOutside(peer, channel -> channel.queueDeclare(queue, false, false, false, Map.of()));
        fromOutside(peer, channel -> channel.queueDeclarePassive(queue));

        peer.expect(LOCKED + "[queue.declare]", LOCKED + "[queue.declare]", LOCKED + "[queue.declare]");
    }

    @Case("another connection's exclusive queue is 405 for queue.bind")
    void bind(Peer peer) throws Exception {
        String queue = peer.queue(peer.channel(), "q");

        fromOutside(peer, channel -> channel.queueBind(queue, "amq.direct", "k"));

        peer.expect(LOCKED + "[queue.bind]");
    }

    @Case("another connection's exclusive queue can be unbound from what it is not bound to")
    void unbind(Peer peer) throws Exception {
        String queue = peer.queue(peer.channel(), "q");

        fromOutside(peer, channel -> channel.queueUnbind(queue, "amq.direct", "k"));

        peer.expect("queue.unbind-ok");
    }

    @Case("another connection's exclusive queue is 405 for queue.purge and queue.delete")
    void purgeAndDelete(Peer peer) throws Exception {
        String queue = peer.queue(peer.channel(), "q");

        fromOutside(peer, channel -> channel.queuePurge(queue));
        fromOutside(peer, channel -> channel.queueDelete(queue));

        peer.expect(LOCKED + "[queue.purge]", LOCKED + "[queue.delete]");
    }

    @Case("another connection's exclusive queue is 405 for basic.consume and basic.get")
    void consumeAndGet(Peer peer) throws Exception {
        String queue = peer.queue(peer.channel(), "q");

        fromOutside(peer, channel -> Inbox.of(channel, queue));
        fromOutside(peer, channel -> channel.basicGet(queue, true));

        peer.expect(LOCKED + "[basic.consume]", LOCKED + "[basic.get]");
    }

    private interface Request {
        Object of(Channel channel) throws Exception;
    }

    private static void fromOutside(Peer peer, Request request) throws Exception {
        Channel channel = peer.connect().createChannel();
        peer.attempt(channel, () -> request.of(channel));
    }
}
