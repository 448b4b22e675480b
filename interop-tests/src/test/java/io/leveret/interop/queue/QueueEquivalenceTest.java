package io.leveret.interop.queue;

import com.rabbitmq.client.Channel;
import io.leveret.interop.Case;
import io.leveret.interop.Peer;
import java.util.HashMap;
import java.util.Map;

final class QueueEquivalenceTest {

    @Case("queue.declare again with another durable is 406, either way")
    void durable(Peer peer) throws Exception {
        Channel channel = peer.channel();
        Channel another = peer.channel();
        channel.queueDeclare(peer.name("durable"), true, false, false, Map.of());
        channel.queueDeclare(peer.name("transient"), false, false, false, Map.of());

        peer.attempt(channel, () -> channel.queueDeclare(peer.name("durable"), false, false, false, Map.of()));
        peer.attempt(another, () -> another.queueDeclare(peer.name("transient"), true, false, false, Map.of()));

        peer.expect(
                "channel closed: 406 PRECONDITION_FAILED - inequivalent arg 'durable' for queue 'durable' in vhost"
                        + " '/': received 'false' but current is 'true' [queue.declare]",
                "channel closed: 406 PRECONDITION_FAILED - inequivalent arg 'durable' for queue 'transient' in vhost"
                        + " '/': received 'true' but current is 'false' [queue.declare]");
    }

    @Case("queue.declare again with another auto-delete is 406, either way")
    void autoDelete(Peer peer) throws Exception {
        Channel channel = peer.channel();
        Channel another = peer.channel();
        channel.queueDeclare(peer.name("stays"), true, false, false, Map.of());
        channel.queueDeclare(peer.name("goes"), true, false, true, Map.of());

        peer.attempt(channel, () -> channel.queueDeclare(peer.name("stays"), true, false, true, Map.of()));
        peer.attempt(another, () -> another.queueDeclare(peer.name("goes"), true, false, false, Map.of()));

        peer.expect(
                "channel closed: 406 PRECONDITION_FAILED - inequivalent arg 'auto_delete' for queue 'stays' in vhost"
                        + " '/': received 'true' but current is 'false' [queue.declare]",
                "channel closed: 406 PRECONDITION_FAILED - inequivalent arg 'auto_delete' for queue 'goes' in vhost"
                        + " '/': received 'false' but current is 'true' [queue.declare]");
    }

    @Case("queue.declare again with another exclusive is 405, either way")
    void exclusive(Peer peer) throws Exception {
        Channel channel = peer.channel();
        Channel another = peer.channel();
        channel.queueDeclare(peer.name("shared"), false, false, false, Map.of());
        channel.queueDeclare(peer.name("own"), false, true, false, Map.of());

        peer.attempt(channel, () -> channel.queueDeclare(peer.name("shared"), false, true, false, Map.of()));
        peer.attempt(another, () -> another.queueDeclare(peer.name("own"), false, false, false, Map.of()));

        peer.expect(
                "channel closed: 405 RESOURCE_LOCKED - cannot obtain exclusive access to locked queue 'shared' in"
                        + " vhost '/'. It could be originally declared on another connection or the exclusive property value"
                        + " does not match that of the original declaration. [queue.declare]",
                "channel closed: 405 RESOURCE_LOCKED - cannot obtain exclusive access to locked queue 'own' in vhost"
                        + " '/'. It could be originally declared on another connection or the exclusive property value does"
                        + " not match that of the original declaration. [queue.declare]");
    }

    @Case("an exclusive queue may be declared again durable or not")
    void exclusiveDurable(Peer peer) throws Exception {
        Channel channel = peer.channel();
        peer.attempt(channel, () -> channel.queueDeclare(peer.name("q"), true, true, false, Map.of()));
        peer.attempt(channel, () -> channel.queueDeclare(peer.name("q"), false, true, false, Map.of()));

        peer.expect("queue q: 0 messages, 0 consumers", "queue q: 0 messages, 0 consumers");
    }

    @Case("queue.declare again with a known argument more is 406")
    void argumentMore(Peer peer) throws Exception {
        declareTwice(peer, Map.of(), Map.of("x-message-ttl", 1000));

        peer.expect("channel closed: 406 PRECONDITION_FAILED - inequivalent arg 'x-message-ttl' for queue 'q' in vhost"
                + " '/': received the value '1000' of type 'signedint' but current is none [queue.declare]");
    }

    @Case("queue.declare again with a known argument less is 406")
    void argumentLess(Peer peer) throws Exception {
        declareTwice(peer, Map.of("x-message-ttl", 1000), Map.of());

        peer.expect("channel closed: 406 PRECONDITION_FAILED - inequivalent arg 'x-message-ttl' for queue 'q' in vhost"
                + " '/': received none but current is the value '1000' of type 'signedint' [queue.declare]");
    }

    @Case("queue.declare again with a string for a number is 406")
    void argumentOfAnotherType(Peer peer) throws Exception {
        declareTwice(peer, Map.of("x-max-length", 1000), Map.of("x-max-length", "1000"));

        peer.expect("channel closed: 406 PRECONDITION_FAILED - inequivalent arg 'x-max-length' for queue 'q' in vhost"
                + " '/': received '1000' but current is '1000' [queue.declare]");
    }

    @Case("queue.declare again with a number of another width succeeds")
    void argumentOfAnotherWidth(Peer peer) throws Exception {
        declareTwice(peer, Map.of("x-max-length", 100), Map.of("x-max-length", 100L));
        declareTwice(peer, Map.of("x-max-length", 100), Map.of("x-max-length", (short) 100));
        declareTwice(peer, Map.of("x-max-length", 100), Map.of("x-max-length", (byte) 100));

        peer.expect(
                "queue q: 0 messages, 0 consumers",
                "queue q: 0 messages, 0 consumers",
                "queue q: 0 messages, 0 consumers");
    }

    @Case("queue.declare again with another value is 406, for each argument of a classic queue")
    void anotherValue(Peer peer) throws Exception {
        declareTwice(peer, Map.of("x-message-ttl", 1), Map.of("x-message-ttl", 2));
        declareTwice(peer, Map.of("x-expires", 100_000), Map.of("x-expires", 200_000));
        declareTwice(peer, Map.of("x-max-length", 1), Map.of("x-max-length", 2));
        declareTwice(peer, Map.of("x-max-length-bytes", 1), Map.of("x-max-length-bytes", 2));
        declareTwice(peer, Map.of("x-dead-letter-exchange", "a"), Map.of("x-dead-letter-exchange", "b"));
        declareTwice(peer, Map.of("x-overflow", "drop-head"), Map.of("x-overflow", "reject-publish"));
        declareTwice(peer, Map.of("x-max-priority", 1), Map.of("x-max-priority", 2));
        declareTwice(peer, Map.of("x-single-active-consumer", true), Map.of("x-single-active-consumer", false));
        declareTwice(
                peer,
                Map.of("x-dead-letter-exchange", "a", "x-dead-letter-routing-key", "a"),
                Map.of("x-dead-letter-exchange", "a", "x-dead-letter-routing-key", "b"));

        peer.expect(
                "channel closed: 406 PRECONDITION_FAILED - inequivalent arg 'x-message-ttl' for queue 'q' in vhost"
                        + " '/': received '2' but current is '1' [queue.declare]",
                "channel closed: 406 PRECONDITION_FAILED - inequivalent arg 'x-expires' for queue 'q' in vhost '/':"
                        + " received '200000' but current is '100000' [queue.declare]",
                "channel closed: 406 PRECONDITION_FAILED - inequivalent arg 'x-max-length' for queue 'q' in vhost"
                        + " '/': received '2' but current is '1' [queue.declare]",
                "channel closed: 406 PRECONDITION_FAILED - inequivalent arg 'x-max-length-bytes' for queue 'q' in"
                        + " vhost '/': received '2' but current is '1' [queue.declare]",
                "channel closed: 406 PRECONDITION_FAILED - inequivalent arg 'x-dead-letter-exchange' for queue 'q'"
                        + " in vhost '/': received 'b' but current is 'a' [queue.declare]",
                "channel closed: 406 PRECONDITION_FAILED - inequivalent arg 'x-overflow' for queue 'q' in vhost '/':"
                        + " received 'reject-publish' but current is 'drop-head' [queue.declare]",
                "channel closed: 406 PRECONDITION_FAILED - inequivalent arg 'x-max-priority' for queue 'q' in vhost"
                        + " '/': received '2' but current is '1' [queue.declare]",
                "channel closed: 406 PRECONDITION_FAILED - inequivalent arg 'x-single-active-consumer' for queue 'q'"
                        + " in vhost '/': received 'false' but current is 'true' [queue.declare]",
                "channel closed: 406 PRECONDITION_FAILED - inequivalent arg 'x-dead-letter-routing-key' for queue"
                        + " 'q' in vhost '/': received 'b' but current is 'a' [queue.declare]");
    }

    @Case("x-queue-type classic and none are the same, another is 406")
    void queueType(Peer peer) throws Exception {
        declareTwice(peer, Map.of(), Map.of("x-queue-type", "classic"));
        declareTwice(peer, Map.of("x-queue-type", "classic"), Map.of());
        declareTwice(peer, Map.of("x-queue-type", "classic"), Map.of("x-queue-type", "quorum"));

        peer.expect(
                "queue q: 0 messages, 0 consumers",
                "queue q: 0 messages, 0 consumers",
                "channel closed: 406 PRECONDITION_FAILED - inequivalent arg 'x-queue-type' for queue 'q' in vhost"
                        + " '/': received 'quorum' but current is 'classic' [queue.declare]");
    }

    @Case("queue.declare does not compare arguments that it does not know")
    void unknownArgument(Peer peer) throws Exception {
        declareTwice(peer, Map.of("x-anything", 1), Map.of("x-anything", 2));
        declareTwice(peer, Map.of(), Map.of("x-anything", 2));

        peer.expect("queue q: 0 messages, 0 consumers", "queue q: 0 messages, 0 consumers");
    }

    @Case("x-queue-mode has no effect and is compared")
    void queueMode(Peer peer) throws Exception {
        declareTwice(peer, Map.of("x-queue-mode", "lazy"), Map.of("x-queue-mode", "lazy"));
        declareTwice(peer, Map.of("x-queue-mode", "lazy"), Map.of("x-queue-mode", "default"));
        declareTwice(peer, Map.of(), Map.of("x-queue-mode", "lazy"));

        peer.expect(
                "queue q: 0 messages, 0 consumers",
                "channel closed: 406 PRECONDITION_FAILED - inequivalent arg 'x-queue-mode' for queue 'q' in vhost"
                        + " '/': received 'default' but current is 'lazy' [queue.declare]",
                "channel closed: 406 PRECONDITION_FAILED - inequivalent arg 'x-queue-mode' for queue 'q' in vhost"
                        + " '/': received the value 'lazy' of type 'longstr' but current is none [queue.declare]");
    }

    @Case("queue.declare names durable first when everything differs")
    void durableIsComparedFirst(Peer peer) throws Exception {
        Channel channel = peer.channel();
        channel.queueDeclare(peer.name("q"), true, false, false, Map.of());

        Map<String, Object> arguments = new HashMap<>(Map.of("x-max-length", 5));
        peer.attempt(channel, () -> channel.queueDeclare(peer.name("q"), false, false, true, arguments));

        peer.expect("channel closed: 406 PRECONDITION_FAILED - inequivalent arg 'durable' for queue 'q' in vhost '/':"
                + " received 'false' but current is 'true' [queue.declare]");
    }

    /** Declares a fresh durable queue with the first arguments, and then with the second. */
    private static void declareTwice(Peer peer, Map<String, Object> first, Map<String, Object> second)
            throws Exception {
        Channel channel = peer.channel();
        channel.queueDelete(peer.name("q"));
        channel.queueDeclare(peer.name("q"), true, false, false, first);
        peer.attempt(channel, () -> channel.queueDeclare(peer.name("q"), true, false, false, second));
    }
}
