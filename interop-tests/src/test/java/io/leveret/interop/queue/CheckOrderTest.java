package io.leveret.interop.queue;

import com.rabbitmq.client.Channel;
import io.leveret.interop.Case;
import io.leveret.interop.Inbox;
import io.leveret.interop.Outcome;
import io.leveret.interop.Peer;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What is told of a declaration with which several things are wrong at once. */
final class CheckOrderTest {

    private static final Pattern NAMED = Pattern.compile("arg '(x-[a-z-]+)'");

    private static final Map<String, Object> WRONG = Map.ofEntries(
            Map.entry("x-expires", 0),
            Map.entry("x-message-ttl", -1),
            Map.entry("x-max-length", -1),
            Map.entry("x-max-length-bytes", -1),
            Map.entry("x-overflow", "nonsense"),
            Map.entry("x-dead-letter-exchange", 5),
            Map.entry("x-dead-letter-routing-key", 5),
            Map.entry("x-single-active-consumer", 5),
            Map.entry("x-queue-leader-locator", "nonsense"),
            Map.entry("x-max-age", "nonsense"));

    private static final Map<String, Object> WRONG_FOR_CLASSIC =
            Map.of("x-max-priority", -1, "x-queue-version", 5, "x-dead-letter-strategy", "nonsense");

    private static final Map<String, Object> WRONG_FOR_QUORUM = Map.of(
            "x-max-in-memory-length",
            -1,
            "x-max-in-memory-bytes",
            -1,
            "x-consumer-timeout",
            -1,
            "x-consumer-disconnected-timeout",
            -1,
            "x-dead-letter-strategy",
            "nonsense",
            "x-quorum-initial-group-size",
            0,
            "x-max-priority",
            5);

    /** Which argument is told, then which one without that, and so on until there is none. */
    private static void observeOrder(Peer peer, String type, Map<String, Object> more) throws Exception {
        Map<String, Object> left = new LinkedHashMap<>(WRONG);
        left.putAll(more);
        while (!left.isEmpty()) {
            Channel channel = peer.channel();
            Map<String, Object> arguments = new LinkedHashMap<>(left);
            arguments.put("x-queue-type", type);
            String outcome =
                    Outcome.of(channel, () -> channel.queueDeclare(peer.name("q"), true, false, false, arguments));
            Matcher named = NAMED.matcher(outcome);
            if (!named.find() || left.remove(named.group(1)) == null) {
                throw new AssertionError(outcome + " (left: " + left + ")");
            }
            peer.observe(named.group(1));
        }
    }

    @Case("the bad arguments of a classic queue are told in RabbitMQ's order")
    void ofAClassicQueue(Peer peer) throws Exception {
        observeOrder(peer, "classic", WRONG_FOR_CLASSIC);

        peer.expect(
                "x-dead-letter-exchange",
                "x-expires",
                "x-message-ttl",
                "x-dead-letter-routing-key",
                "x-max-length",
                "x-max-length-bytes",
                "x-max-priority",
                "x-overflow",
                "x-queue-version",
                "x-single-active-consumer",
                "x-queue-leader-locator",
                "x-dead-letter-strategy",
                "x-max-age");
    }

    @Case("the bad arguments of a quorum queue are told in RabbitMQ's order")
    void ofAQuorumQueue(Peer peer) throws Exception {
        observeOrder(peer, "quorum", WRONG_FOR_QUORUM);

        peer.expect(
                "x-dead-letter-exchange",
                "x-expires",
                "x-message-ttl",
                "x-dead-letter-routing-key",
                "x-dead-letter-strategy",
                "x-max-length",
                "x-max-length-bytes",
                "x-max-in-memory-length",
                "x-max-in-memory-bytes",
                "x-overflow",
                "x-single-active-consumer",
                "x-consumer-timeout",
                "x-consumer-disconnected-timeout",
                "x-quorum-initial-group-size",
                "x-queue-leader-locator",
                "x-max-priority",
                "x-max-age");
    }

    private static String refused(String why) {
        return "channel closed: 406 PRECONDITION_FAILED - " + why + " [queue.declare]";
    }

    private static String locked(String queue) {
        return "channel closed: 405 RESOURCE_LOCKED - cannot obtain exclusive access to locked queue '" + queue
                + "' in vhost '/'. It could be originally declared on another connection or the exclusive property value"
                + " does not match that of the original declaration. [queue.declare]";
    }

    /** Declares a queue that is not durable, or exclusive, or has a bad argument, or all of it. */
    private static void attempt(
            Peer peer, String name, boolean durable, boolean exclusive, boolean autoDelete, Object... arguments)
            throws Exception {
        Channel channel = peer.channel();
        Map<String, Object> all = new LinkedHashMap<>();
        for (int i = 0; i < arguments.length; i += 2) {
            all.put((String) arguments[i], arguments[i + 1]);
        }
        peer.attempt(channel, () -> channel.queueDeclare(name, durable, exclusive, autoDelete, all));
    }

    @Case("a quorum queue's arguments are looked at before it is refused as exclusive or not durable")
    void quorumArgumentsFirst(Peer peer) throws Exception {
        attempt(peer, peer.name("q"), false, true, false, "x-queue-type", "quorum", "x-max-length", -1);
        attempt(peer, peer.name("q"), false, true, false, "x-queue-type", "quorum");
        attempt(peer, peer.name("q"), false, false, true, "x-queue-type", "quorum");
        attempt(peer, peer.name("q"), true, true, false, "x-queue-type", "quorum", "x-max-priority", 5);

        peer.expect(
                refused("invalid arg 'x-max-length' for queue 'q' in vhost '/': {value_negative,-1}"),
                refused("invalid property 'exclusive-owner' for queue 'q' in vhost '/'"),
                refused("invalid property 'auto-delete' for queue 'q' in vhost '/'"),
                refused("invalid arg 'x-max-priority' for queue 'q' in vhost '/' of queue type rabbit_quorum_queue"));
    }

    @Case("an unknown type of queue is told before its arguments")
    void typeFirst(Peer peer) throws Exception {
        attempt(peer, peer.name("q"), true, false, false, "x-queue-type", "nonsense", "x-max-length", -1);
        attempt(peer, peer.name("q"), true, false, false, "x-queue-type", 5, "x-max-length", -1);

        peer.expect(
                refused("invalid arg 'x-queue-type' for queue 'q' in vhost '/': \"unsupported queue type 'nonsense'\""),
                refused("invalid arg 'x-queue-type' for queue 'q' in vhost '/': {unacceptable_type,signedint}"));
    }

    @Case("a reserved name of a queue is told before a bad argument")
    void reservedName(Peer peer) throws Exception {
        attempt(peer, "amq.mine", true, false, false, "x-max-length", -1);
        attempt(peer, "amq.mine", true, false, false, "x-queue-type", "nonsense");

        peer.expect(
                "channel closed: 403 ACCESS_REFUSED - queue name 'amq.mine' contains reserved prefix 'amq.*' [queue.declare]",
                "channel closed: 403 ACCESS_REFUSED - queue name 'amq.mine' contains reserved prefix 'amq.*' [queue.declare]");
    }

    @Case("a queue that is there is compared first by its owner, then durable, then by arguments, bad ones too")
    void inequivalent(Peer peer) throws Exception {
        Channel channel = peer.channel();
        channel.queueDeclare(peer.name("q"), true, false, false, Map.of("x-max-length", 5));

        attempt(peer, peer.name("q"), true, false, false, "x-max-length", -1);
        attempt(peer, peer.name("q"), false, false, false, "x-max-length", 6);
        attempt(peer, peer.name("q"), false, true, true, "x-max-length", 6);
        attempt(peer, peer.name("q"), true, true, true, "x-max-length", 5);
        attempt(peer, peer.name("q"), true, false, false, "x-max-length", 6, "x-expires", 5);
        attempt(peer, peer.name("q"), true, false, false, "x-max-length", 5, "x-nonsense", 5);
        attempt(peer, peer.name("q"), true, false, false, "x-queue-type", "quorum", "x-max-length", 6);

        peer.expect(
                refused("inequivalent arg 'x-max-length' for queue 'q' in vhost '/': received '-1' but current is '5'"),
                refused(
                        "inequivalent arg 'durable' for queue 'q' in vhost '/': received 'false' but current is 'true'"),
                locked("q"),
                locked("q"),
                refused(
                        "inequivalent arg 'x-expires' for queue 'q' in vhost '/': received the value '5' of type 'signedint'"
                                + " but current is none"),
                "queue q: 0 messages, 0 consumers",
                refused("inequivalent arg 'x-max-length' for queue 'q' in vhost '/': received '6' but current is '5'"));
    }

    @Case("that an exclusive queue is another connection's is told before its arguments")
    void locked(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String queue = peer.queue(channel, "locked");
        Channel other = peer.connect().createChannel();
        peer.attempt(other, () -> other.queueDeclare(queue, true, false, false, Map.of("x-max-length", -1)));
        Channel another = peer.connect().createChannel();
        peer.attempt(another, () -> another.queueDeclare(queue, true, false, false, Map.of("x-max-length", 5)));

        peer.expect(locked("locked"), locked("locked"));
    }

    @Case("an unknown type of exchange is told first, then a reserved name, then other arguments")
    void exchange(Peer peer) throws Exception {
        attemptExchange(peer, "amq.mine", "nonsense", Map.of());
        attemptExchange(peer, "amq.mine", "direct", Map.of("alternate-exchange", 5));
        attemptExchange(peer, peer.name("x"), "nonsense", Map.of("alternate-exchange", 5));
        attemptExchange(peer, "amq.direct", "nonsense", Map.of());
        attemptExchange(peer, "amq.direct", "fanout", Map.of("alternate-exchange", 5));
        attemptExchange(peer, "amq.direct", "direct", Map.of("alternate-exchange", 5));

        peer.expect(
                "channel closed: 406 PRECONDITION_FAILED - unknown exchange type 'nonsense' [exchange.declare]",
                "channel closed: 403 ACCESS_REFUSED - exchange name 'amq.mine' contains reserved prefix 'amq.*' [exchange.declare]",
                "channel closed: 406 PRECONDITION_FAILED - unknown exchange type 'nonsense' [exchange.declare]",
                "channel closed: 406 PRECONDITION_FAILED - unknown exchange type 'nonsense' [exchange.declare]",
                "channel closed: 406 PRECONDITION_FAILED - inequivalent arg 'type' for exchange 'amq.direct' in vhost '/': received"
                        + " 'fanout' but current is 'direct' [exchange.declare]",
                "channel closed: 406 PRECONDITION_FAILED - inequivalent arg 'alternate-exchange' for exchange 'amq.direct' in vhost"
                        + " '/': received the value '5' of type 'signedint' but current is none [exchange.declare]");
    }

    private static void attemptExchange(Peer peer, String name, String type, Map<String, Object> arguments)
            throws Exception {
        Channel channel = peer.channel();
        peer.attempt(channel, () -> channel.exchangeDeclare(name, type, true, false, arguments));
    }

    @Case("that a consumer's queue is missing is told before its arguments, those before that it is used exclusively")
    void consumer(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String queue = peer.sharedQueue(channel, "q");
        channel.basicConsume(queue, true, "", false, true, Map.of(), new Inbox());
        consume(peer, peer.name("none"), Map.of("x-priority", "high"));
        consume(peer, queue, Map.of("x-priority", "high"));

        peer.expect(
                "channel closed: 404 NOT_FOUND - no queue 'none' in vhost '/' [basic.consume]",
                "channel closed: 406 PRECONDITION_FAILED - invalid arg 'x-priority' for queue 'q' in vhost '/': \"expected integer,"
                        + " got longstr\" [basic.consume]");
    }

    private static void consume(Peer peer, String queue, Map<String, Object> arguments) throws Exception {
        Channel channel = peer.channel();
        peer.attempt(channel, () -> channel.basicConsume(queue, true, "t", false, false, arguments, new Inbox()));
    }
}
