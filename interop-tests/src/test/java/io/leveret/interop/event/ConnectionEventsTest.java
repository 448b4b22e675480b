package io.leveret.interop.event;

import com.rabbitmq.client.AuthenticationFailureException;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import io.leveret.interop.Case;
import io.leveret.interop.Differs;
import io.leveret.interop.Peer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Map;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.parallel.Isolated;

/** Connections, their channels and consumers. */
@Isolated("others make so many events that RabbitMQ falls behind")
final class ConnectionEventsTest {

    /** With a name that only events of this case have in them. */
    private static Connection connect(Peer peer, Happened happened) throws IOException, TimeoutException {
        ConnectionFactory factory = peer.factory();
        factory.setClientProperties(Map.of("connection_name", peer.name("c")));
        Connection connection = peer.connect(factory);
        happened.of(ours(connection));
        return connection;
    }

    private static String ours(Connection connection) {
        return "127.0.0.1:" + ((com.rabbitmq.client.impl.AMQConnection) connection).getLocalPort() + " -> ";
    }

    @Case("a connection that opens is told as user.authentication.success and connection.created")
    void opened(Peer peer) throws Exception {
        Happened happened = Happened.from(peer);

        connect(peer, happened);
        happened.observe(2);

        peer.expect(
                "user.authentication.success",
                "  auth_mechanism = PLAIN",
                "  connection_name = client -> server",
                "  connection_type = network",
                "  host = {127,0,0,1}",
                "  name = guest",
                "  peer_host = {127,0,0,1}",
                "  peer_port = Long",
                "  protocol = {0,9,1}",
                "  ssl = false",
                "  timestamp_in_ms = Long",
                "connection.created",
                "  auth_mechanism = PLAIN",
                "  channel_max = Long 2047",
                "  client_properties = [{<<\"connection_name\">>,longstr,<<\"c\">>}]",
                "  connected_at = Long",
                "  frame_max = Long 131072",
                "  host = {127,0,0,1}",
                "  name = client -> server",
                "  node = name@host",
                "  peer_cert_issuer = ",
                "  peer_cert_serial_number = ",
                "  peer_cert_subject = ",
                "  peer_cert_validity = ",
                "  peer_host = {127,0,0,1}",
                "  peer_port = Long",
                "  pid = process 1",
                "  port = Long",
                "  protocol = {0,9,1}",
                "  ssl = false",
                "  ssl_cipher = ",
                "  ssl_hash = ",
                "  ssl_key_exchange = ",
                "  ssl_protocol = ",
                "  timeout = Long 60",
                "  timestamp_in_ms = Long",
                "  type = network",
                "  user = guest",
                "  user_provided_name = c",
                "  user_who_performed_action = guest",
                "  vhost = /");
    }

    @Case("a connection that its client closes is told as connection.closed")
    void closed(Peer peer) throws Exception {
        Happened happened = Happened.from(peer);
        Connection connection = connect(peer, happened);
        happened.take(2);

        connection.close();
        happened.observe(1);

        peer.expect(
                "connection.closed",
                "  client_properties = [{<<\"connection_name\">>,longstr,<<\"c\">>}]",
                "  name = client -> server",
                "  node = name@host",
                "  pid = process 1",
                "  timestamp_in_ms = Long",
                "  user_provided_name = c");
    }

    @Case("channel.created and channel.closed tell of a channel")
    void channel(Peer peer) throws Exception {
        Happened happened = Happened.from(peer);
        Connection connection = connect(peer, happened);
        happened.take(2);

        connection.createChannel(3).close();
        happened.observe(2);

        peer.expect(
                "channel.created",
                "  connection = process 1",
                "  name = client -> server (3)",
                "  number = Long 3",
                "  pid = process 2",
                "  timestamp_in_ms = Long",
                "  user = guest",
                "  user_who_performed_action = guest",
                "  vhost = /",
                "channel.closed",
                "  consumer_count = Long 0",
                "  pid = process 2",
                "  timestamp_in_ms = Long",
                "  user_who_performed_action = guest");
    }

    @Case("a channel that is closed for an error is told as well")
    void channelError(Peer peer) throws Exception {
        Happened happened = Happened.from(peer);
        Connection connection = connect(peer, happened);
        happened.take(2);

        Channel channel = connection.createChannel();
        peer.attempt(channel, () -> channel.queueDeclarePassive("not there"));
        happened.observeKeys(2);

        peer.expect(
                "channel closed: 404 NOT_FOUND - no queue 'not there' in vhost '/' [queue.declare]",
                "channel.created",
                "channel.closed");
    }

    @Case("consumer.created and consumer.deleted tell of a consumer")
    void consumer(Peer peer) throws Exception {
        Happened happened = Happened.from(peer);
        Channel channel = connect(peer, happened).createChannel();
        String queue = peer.queue(channel, "q");
        happened.take(4);

        channel.basicQos(7);
        channel.basicConsume(
                queue, false, "tag", false, true, Map.of("x-priority", 3), (tag, delivery) -> {}, tag -> {});
        channel.basicCancel("tag");
        happened.observe(2);

        peer.expect(
                "consumer.created",
                "  ack_required = true",
                "  arguments = [{<<\"x-priority\">>,signedint,3}]",
                "  channel = process 1",
                "  consumer_tag = tag",
                "  exclusive = true",
                "  prefetch_count = Long 7",
                "  queue = q",
                "  timestamp_in_ms = Long",
                "  user_who_performed_action = guest",
                "  vhost = /",
                "consumer.deleted",
                "  channel = process 1",
                "  consumer_tag = tag",
                "  queue = q",
                "  timestamp_in_ms = Long",
                "  user_who_performed_action = guest",
                "  vhost = /");
    }

    @Case("a channel that is closed takes its consumers along")
    @Differs(
            because = "RabbitMQ does not tell of each that it ends, or only sometimes",
            leveret = {
                "channel.created",
                "consumer.created",
                "consumer.deleted",
                "channel.closed",
            })
    void consumersOfChannel(Peer peer) throws Exception {
        Happened happened = Happened.from(peer);
        Connection connection = connect(peer, happened);
        String queue = peer.queue(connection.createChannel(), "q");
        happened.take(4);

        Channel channel = connection.createChannel();
        channel.basicConsume(queue, false, "tag", (tag, delivery) -> {}, tag -> {});
        channel.close();
        happened.observeKeysUntil("channel.closed");

        peer.expect("channel.created", "consumer.created", "channel.closed");
    }

    @Case("channel.closed counts the consumers that the channel had")
    void consumerCount(Peer peer) throws Exception {
        Happened happened = Happened.from(peer);
        Connection connection = connect(peer, happened);
        String queue = peer.queue(connection.createChannel(), "q");
        Channel channel = connection.createChannel();
        channel.basicConsume(queue, false, "tag", (tag, delivery) -> {}, tag -> {});

        channel.close();
        var counts = new ArrayList<Object>();
        while (counts.isEmpty()) {
            Object count = happened.take(1).get(0).getProps().getHeaders().get("consumer_count");
            if (count != null) {
                counts.add(count);
            }
        }
        peer.observe(counts);

        peer.expect("[1]");
    }

    @Case("the consumer of a deleted queue is told as deleted")
    @Differs(
            because = "RabbitMQ tells it twice, once of the queue and once of the channel",
            leveret = {"queue.deleted", "consumer.deleted", "channel.closed"})
    void consumerOfDeletedQueue(Peer peer) throws Exception {
        Happened happened = Happened.from(peer);
        Channel channel = connect(peer, happened).createChannel();
        String queue = peer.queue(channel, "q");
        channel.basicConsume(queue, false, "tag", (tag, delivery) -> {}, tag -> {});
        happened.take(5);

        channel.queueDelete(queue);
        channel.close();
        happened.observeKeysUntil("channel.closed");

        peer.expect("consumer.deleted", "queue.deleted", "consumer.deleted", "channel.closed");
    }

    @Case("who consumes replies directly has no consumer that is told of")
    void directReplyTo(Peer peer) throws Exception {
        Happened happened = Happened.from(peer);
        Channel channel = connect(peer, happened).createChannel();
        happened.take(3);

        channel.basicConsume("amq.rabbitmq.reply-to", true, "tag", (tag, delivery) -> {}, tag -> {});
        channel.basicCancel("tag");
        peer.queue(channel, "last");
        happened.observeKeys(1);

        peer.expect("queue.created");
    }

    @Case("a login that fails is told as user.authentication.failure, with a reason as a list of characters")
    void loginFailure(Peer peer) throws Exception {
        Happened happened = Happened.from(peer);
        ConnectionFactory factory = peer.factory();
        factory.setUsername(peer.name("nobody"));
        factory.setPassword("wrong");

        try {
            peer.connect(factory);
        } catch (AuthenticationFailureException refused) {
            peer.observe("refused");
        }
        happened.observe(1);

        peer.expect(
                "refused",
                "user.authentication.failure",
                "  auth_mechanism = PLAIN",
                "  connection_name = client -> server",
                "  connection_type = network",
                "  error = user 'nobody' - invalid credentials",
                "  host = {127,0,0,1}",
                "  name = nobody",
                "  peer_host = {127,0,0,1}",
                "  peer_port = Long",
                "  protocol = {0,9,1}",
                "  ssl = false",
                "  timestamp_in_ms = Long");
    }

    @Case("a connection to a virtual host that is not there is told as closed, never as created")
    void noVirtualHost(Peer peer) throws Exception {
        Happened happened = Happened.from(peer);
        ConnectionFactory factory = peer.factory();
        factory.setVirtualHost("not there");
        factory.setClientProperties(Map.of("connection_name", peer.name("c")));

        try {
            peer.connect(factory);
        } catch (IOException refused) {
            peer.observe("refused");
        }
        happened.observe(1, "user_provided_name");

        peer.expect("refused", "connection.closed user_provided_name=c");
    }

    @Case("a connection that ends takes its exclusive queues along")
    void exclusiveQueues(Peer peer) throws Exception {
        Happened happened = Happened.from(peer);
        Connection connection = connect(peer, happened);
        peer.queue(connection.createChannel(), "q");
        happened.take(4);

        connection.close();
        // RabbitMQ's processes end side by side.
        peer.observe(happened.take(3).stream()
                .map(event -> event.getEnvelope().getRoutingKey() + " "
                        + event.getProps().getHeaders().get("user_who_performed_action"))
                .sorted()
                .toList());

        peer.expect("[channel.closed guest, connection.closed null, queue.deleted rmq-internal]");
    }
}
