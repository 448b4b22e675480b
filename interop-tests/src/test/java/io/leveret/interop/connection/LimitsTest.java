package io.leveret.interop.connection;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import io.leveret.interop.Case;
import io.leveret.interop.Inbox;
import io.leveret.interop.Outcome;
import io.leveret.interop.Peer;
import io.leveret.interop.RunsOn;
import io.leveret.interop.Setup;
import io.leveret.interop.raw.Login;
import io.leveret.interop.raw.Octets;
import io.leveret.interop.raw.RawClient;
import java.util.Map;
import org.junit.jupiter.api.parallel.ResourceLock;

/** The limits are those of limited.conf. */
@RunsOn(Setup.LIMITED)
@ResourceLock("limited brokers")
final class LimitsTest {

    @Case("channel_max, frame_max and heartbeat are proposed as configured")
    void proposal(Peer peer) throws Exception {
        Connection connection = peer.connect();

        peer.observe(connection.getChannelMax(), connection.getFrameMax(), connection.getHeartbeat());

        peer.expect("4", "16384", "7");
    }

    @Case("more than connection_max connections are 530")
    void connectionMax(Peer peer) throws Exception {
        String answer = "connection.open-ok on channel 0";
        int opened = -1;
        while (answer.startsWith("connection.open-ok")) {
            answer = openConnection(peer);
            opened++;
        }
        // Not exactly 6: a broker may still count connections that other cases have closed.
        peer.observe(answer, opened <= 6 ? "no more than 6" : opened);

        peer.expect(
                "connection closed: 530 NOT_ALLOWED - connection refused: node connection limit (6) is reached"
                        + " [connection.open]",
                "no more than 6");
    }

    @Case("more than channel_max_per_node channels are 530")
    void channelMaxPerNode(Peer peer) throws Exception {
        String answer = "channel.open-ok";
        int opened = -1;
        RawClient client = peer.socket().login(4, 16_384, 0);
        while (answer.startsWith("channel.open-ok")) {
            opened++;
            client = opened % 4 == 0 && opened > 0 ? peer.socket().login(4, 16_384, 0) : client;
            answer = client.method(opened % 4 + 1, Octets.method(20, 10).shortString(""))
                    .next();
        }
        peer.observe(answer.replaceAll("node '[^']+'", "node '*'"), opened <= 8 ? "no more than 8" : opened);

        peer.expect(
                "connection closed: 530 NOT_ALLOWED - number of channels opened on node '*' has reached the maximum"
                        + " allowed limit of 8 [no method]",
                "no more than 8");
    }

    @Case("more than consumer_max_per_channel consumers are 530")
    void consumerMaxPerChannel(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String queue = peer.queue(channel, "q");
        Inbox.of(channel, queue);
        Inbox.of(channel, queue);

        peer.attempt(channel, () -> Inbox.of(channel, queue));

        peer.expect(
                "connection closed: 530 NOT_ALLOWED - reached maximum (2) of consumers per channel [basic.consume]");
    }

    @Case("a cancelled consumer makes room below consumer_max_per_channel")
    void cancelledConsumersDoNotCount(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String queue = peer.queue(channel, "q");
        Inbox.of(channel, queue, "one", Map.of());
        Inbox.of(channel, queue, "two", Map.of());

        channel.basicCancel("one");
        peer.attempt(channel, () -> channel.basicConsume(queue, true, "three", new Inbox()));

        peer.expect("three");
    }

    @Case("a body above max_message_size is 406")
    void maxMessageSize(Peer peer) throws Exception {
        Channel channel = peer.channel();
        for (int size : new int[] {1000, 1001}) {
            peer.attempt(channel, () -> {
                channel.basicPublish("", peer.name("none"), null, new byte[size]);
                return null;
            });
        }

        peer.expect(
                "ok",
                "channel closed: 406 PRECONDITION_FAILED - message size 1001 is larger than configured max size 1000"
                        + " [basic.publish]");
    }

    @Case("only the configured mechanisms are offered and taken")
    void mechanisms(Peer peer) throws Exception {
        RawClient client = peer.socket().send(RawClient.PROTOCOL_HEADER);
        client.next();
        peer.observe(client.method(0, Login.startOk("ANONYMOUS", "")).next());

        peer.expect("socket closed");
    }

    @Case("a transient queue that is not exclusive is 541 where transient_nonexcl_queues is not permitted")
    void transientQueue(Peer peer) throws Exception {
        Channel channel = peer.channel();

        String outcome = Outcome.of(channel, () -> channel.queueDeclare(peer.name("q"), false, false, false, Map.of()));
        peer.observe(outcome.substring(0, outcome.indexOf(" - ")));

        peer.expect("connection closed: 541 INTERNAL_ERROR");
    }

    @Case("basic.qos with global=true is for each consumer where global_qos is not permitted")
    void globalQos(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String queue = peer.queue(channel, "q");
        channel.basicQos(1, true);
        Inbox one = Inbox.of(channel, queue);
        Inbox two = Inbox.of(channel, queue);

        peer.enqueue(channel, queue, "a", "b", "c");
        peer.observe(one.next(), two.next());
        peer.attempt(channel, () -> channel.queueDeclarePassive(queue));

        peer.expect("a", "b", "queue q: 1 messages, 2 consumers");
    }

    private static String openConnection(Peer peer) throws Exception {
        RawClient client = peer.socket().send(RawClient.PROTOCOL_HEADER);
        client.next();
        client.method(0, Login.plain("guest", "guest"));
        client.next();
        return client.method(0, Login.tuneOk(4, 16_384, 0))
                .method(0, Login.open("/"))
                .next();
    }
}
