package io.leveret.interop.consume;

import com.rabbitmq.client.Channel;
import io.leveret.interop.Case;
import io.leveret.interop.Differs;
import io.leveret.interop.Inbox;
import io.leveret.interop.Peer;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

final class ConsumerArgumentTest {

    @Case
    void anUnknownArgumentIsIgnored(Peer peer) throws Exception {
        attempt(peer, "x-unknown", "anything");

        peer.expect("amq.ctag-*");
    }

    @Case
    void cancelOnFailoverIsIgnored(Peer peer) throws Exception {
        attempt(peer, "x-cancel-on-ha-failover", true);

        peer.expect("amq.ctag-*");
    }

    @Case
    void anyKindOfIntegerIsAPriority(Peer peer) throws Exception {
        attempt(peer, "x-priority", (byte) 1);
        attempt(peer, "x-priority", (short) -5);
        attempt(peer, "x-priority", 1L << 62);

        peer.expect("amq.ctag-*", "amq.ctag-*", "amq.ctag-*");
    }

    @Case
    void aPriorityMustNotBeAString(Peer peer) throws Exception {
        attempt(peer, "x-priority", "5");

        peer.expect(invalidPriority("longstr"));
    }

    @Case
    void aPriorityMustNotBeAFraction(Peer peer) throws Exception {
        attempt(peer, "x-priority", 1.5);

        peer.expect(invalidPriority("double"));
    }

    @Case
    void aPriorityMustNotBeABoolean(Peer peer) throws Exception {
        attempt(peer, "x-priority", true);

        peer.expect(invalidPriority("bool"));
    }

    @Case
    void aPriorityMustNotBeVoid(Peer peer) throws Exception {
        attempt(peer, "x-priority", null);

        peer.expect(invalidPriority("void"));
    }

    @Case
    void aStreamOffsetIsForStreamsOnly(Peer peer) throws Exception {
        attempt(peer, "x-stream-offset", "first");

        peer.expect("channel closed: 406 PRECONDITION_FAILED - invalid arg 'x-stream-offset' for queue 'q' in vhost '/'"
                + " of queue type rabbit_classic_queue [basic.consume]");
    }

    @Case
    @Differs(because = "a classic queue may have one, too", leveret = "amq.ctag-*")
    void aConsumerTimeoutIsRefusedOnAClassicQueue(Peer peer) throws Exception {
        attempt(peer, "x-consumer-timeout", 60_000);

        peer.expect("channel closed: 406 PRECONDITION_FAILED - invalid arg 'x-consumer-timeout' for queue 'q' in vhost"
                + " '/' of queue type rabbit_classic_queue [basic.consume]");
    }

    private static void attempt(Peer peer, String name, @Nullable Object value) throws Exception {
        Channel channel = peer.channel();
        String queue = peer.queue(channel, "q");
        Map<String, Object> arguments = new HashMap<>();
        arguments.put(name, value);
        peer.attempt(channel, () -> channel.basicConsume(queue, false, arguments, new Inbox()));
    }

    private static String invalidPriority(String type) {
        return "channel closed: 406 PRECONDITION_FAILED - invalid arg 'x-priority' for queue 'q' in vhost '/':"
                + " \"expected integer, got " + type + "\" [basic.consume]";
    }
}
