package io.leveret.interop.limit;

import com.rabbitmq.client.Channel;
import io.leveret.interop.Case;
import io.leveret.interop.Inbox;
import io.leveret.interop.Outcome;
import io.leveret.interop.Peer;
import io.leveret.interop.RunsOn;
import io.leveret.interop.Setup;
import java.util.Map;
import org.junit.jupiter.api.parallel.ResourceLock;

/** The limits hold for all of a virtual host, so that nobody else may use it meanwhile. */
@RunsOn(Setup.LIMITED)
@ResourceLock("limited brokers")
final class VirtualHostLimitsTest {

    @Case("a queue more than max-queues is 406")
    void maxQueues(Peer peer) throws Exception {
        Channel channel = peer.channel();
        peer.observe(peer.limits(Map.of("max-queues", 0)));

        peer.attempt(channel, () -> peer.queue(channel, "q"));

        peer.expect(
                "set",
                "channel closed: 406 PRECONDITION_FAILED - cannot declare queue 'q': queue limit in vhost '/' (0) is"
                        + " reached [queue.declare]");
    }

    @Case("so is one that the broker is to name, and a quorum queue")
    void otherQueues(Peer peer) throws Exception {
        Channel naming = peer.channel();
        Channel quorum = peer.channel();
        peer.limits(Map.of("max-queues", 0));

        peer.attempt(naming, naming::queueDeclare);
        peer.attempt(
                quorum,
                () -> quorum.queueDeclare(peer.name("q"), true, false, false, Map.of("x-queue-type", "quorum")));

        peer.expect(
                "channel closed: 406 PRECONDITION_FAILED - cannot declare queue 'amq.gen-*': queue limit in vhost '/'"
                        + " (0) is reached [queue.declare]",
                "channel closed: 406 PRECONDITION_FAILED - cannot declare queue 'q': queue limit in vhost '/' (0) is"
                        + " reached [queue.declare]");
    }

    @Case("what is there already stays, and can be declared again")
    void queuesThatAreThere(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String queue = peer.queue(channel, "q");
        peer.limits(Map.of("max-queues", 0));

        peer.attempt(channel, () -> peer.queue(channel, "q"));
        peer.attempt(channel, () -> channel.queueDeclarePassive(queue));
        peer.attempt(channel, () -> channel.basicConsume("amq.rabbitmq.reply-to", true, "tag", new Inbox()));

        peer.expect("q", "queue q: 0 messages, 0 consumers", "tag");
    }

    @Case("what is wrong with a queue comes before that there is no room for it")
    void order(Peer peer) throws Exception {
        Channel reserved = peer.channel();
        Channel argument = peer.channel();
        peer.limits(Map.of("max-queues", 0));

        peer.attempt(reserved, () -> reserved.queueDeclare("amq.q", false, true, false, Map.of()));
        peer.attempt(argument, () -> peer.queue(argument, "q", Map.of("x-max-length", -1)));

        peer.expect(
                "channel closed: 403 ACCESS_REFUSED - queue name 'amq.q' contains reserved prefix 'amq.*'"
                        + " [queue.declare]",
                "channel closed: 406 PRECONDITION_FAILED - invalid arg 'x-max-length' for queue 'q' in vhost '/':"
                        + " {value_negative,-1} [queue.declare]");
    }

    @Case("a negative number is no limit")
    void negative(Peer peer) throws Exception {
        Channel channel = peer.channel();
        peer.observe(peer.limits(Map.of("max-queues", -5, "max-connections", -1)));

        peer.attempt(channel, () -> peer.queue(channel, "q"));
        peer.observe(Openings.connection(peer));

        peer.expect("set", "q", "connection.open-ok on channel 0");
    }

    @Case("a queue that is deleted makes room")
    void deleted(Peer peer) throws Exception {
        Channel channel = peer.channel();
        peer.limits(Map.of("max-queues", 1));
        // Others' exclusive queues may still be there for a moment.
        peer.eventually(() -> Outcome.of(peer.channel(), () -> peer.queue(peer.channel(), "q"))
                .equals(peer.name("q")));

        channel.queueDelete(peer.name("q"));
        peer.attempt(channel, () -> peer.queue(channel, "r"));
        peer.attempt(channel, () -> peer.queue(channel, "s"));

        peer.expect(
                "r",
                "channel closed: 406 PRECONDITION_FAILED - cannot declare queue 's': queue limit in vhost '/' (1) is"
                        + " reached [queue.declare]");
    }

    @Case("a connection more than max-connections is 530")
    void maxConnections(Peer peer) throws Exception {
        Channel open = peer.channel();
        peer.limits(Map.of("max-connections", 1));

        peer.observe(Openings.connection(peer));
        peer.attempt(open, () -> open.exchangeDeclarePassive("amq.fanout"));

        peer.expect(
                "connection closed: 530 NOT_ALLOWED - access to vhost '/' refused for user 'guest': connection limit (1)"
                        + " is reached [connection.open]",
                "exchange.declare-ok");
    }

    @Case("a virtual host that is not there is told before limits")
    void noVirtualHost(Peer peer) throws Exception {
        peer.limits(Map.of("max-connections", 0));
        peer.userLimit("max-connections", 0);

        peer.observe(Openings.connection(peer, "nowhere"));

        peer.expect("connection closed: 530 NOT_ALLOWED - vhost nowhere not found [connection.open]");
    }

    @Case("limits that are cleared do not hold any more")
    void cleared(Peer peer) throws Exception {
        Channel channel = peer.channel();
        peer.limits(Map.of("max-connections", 0, "max-queues", 0));
        peer.clearLimits();

        peer.attempt(channel, () -> peer.queue(channel, "q"));
        peer.observe(Openings.connection(peer));

        peer.expect("q", "connection.open-ok on channel 0");
    }

    @Case("a limit that is no number, or none that there is, is refused")
    void refusals(Peer peer) throws Exception {
        peer.observe(peer.limits(Map.of("max-queues", "a")));
        peer.observe(peer.limits(Map.of("max-connections", 1.5)));
        peer.observe(peer.limits(Map.of("max-length", 1)));

        peer.expect(
                "max-queues should be a number, actually was <<\"a\">>",
                "max-connections should be a number, actually was 1.5",
                "Unrecognised terms [{<<\"max-length\">>,1}] in limits");
    }
}
