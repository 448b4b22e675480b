package io.leveret.interop.firehose;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Channel;
import io.leveret.interop.Case;
import io.leveret.interop.Headers;
import io.leveret.interop.Patience;
import io.leveret.interop.Peer;
import java.util.Arrays;
import java.util.Date;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.parallel.ResourceLock;

/** Tracing is on or off for the whole virtual host. */
@ResourceLock("firehose")
final class PublishTraceTest {

    /** An exchange whose copies nobody else has. */
    private static String exchange(Peer peer, Channel channel) throws Exception {
        return peer.exchange(channel, "x", "fanout");
    }

    @Case("a publish is copied with the key publish.<exchange>, and headers that tell of it")
    void headers(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String exchange = exchange(peer, channel);
        channel.queueBind(peer.queue(channel, "q2"), exchange, "");
        channel.queueBind(peer.queue(channel, "q1"), exchange, "");
        Traces traces = Traces.of(peer, "publish." + exchange);

        peer.publish(channel, exchange, "key", "body");
        traces.observe(1);

        peer.expect(
                "publish.x: body",
                "  channel = Integer 1",
                "  connection = client -> server",
                "  exchange_name = x",
                "  node = name@host",
                "  properties = {}",
                "  routed_queues = [q1, q2]",
                "  routing_keys = [key]",
                "  user = guest",
                "  vhost = /");
    }

    @Case("the copy tells every property of the message, each with its type, and has none of its own")
    void properties(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String exchange = exchange(peer, channel);
        Traces traces = Traces.of(peer, "publish." + exchange);
        Map<String, Object> table = new HashMap<>(Map.of("int", 1, "long", 2L, "bool", true, "double", 1.5));
        table.put("list", Arrays.asList("a", 1));
        table.put("none", null);
        BasicProperties all = new BasicProperties.Builder()
                .contentType("text/plain")
                .contentEncoding("utf-8")
                .headers(table)
                .deliveryMode(2)
                .priority(3)
                .correlationId("correlation")
                .replyTo("reply")
                .expiration("60000")
                .messageId("message")
                .timestamp(new Date(1_700_000_000_000L))
                .type("type")
                .userId("guest")
                .appId("app")
                .clusterId("cluster")
                .build();

        peer.publish(channel, exchange, "key", all, "body");
        traces.observe(1, "properties");

        peer.expect("publish.x: body, properties = {app_id=app, cluster_id=cluster, content_encoding=utf-8,"
                + " content_type=text/plain, correlation_id=correlation, delivery_mode=Integer 2, expiration=60000,"
                + " headers={bool=true, double=Double 1.5, int=Integer 1, list=[a, Integer 1], long=Long 2, none=null},"
                + " message_id=message, priority=Integer 3, reply_to=reply, timestamp=Integer 1700000000, type=type,"
                + " user_id=guest}");
    }

    @Case("the copy itself has no properties but headers")
    void ownProperties(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String exchange = exchange(peer, channel);
        Traces traces = Traces.of(peer, "publish." + exchange);

        peer.publish(
                channel,
                exchange,
                "key",
                new BasicProperties.Builder().deliveryMode(2).build(),
                "");
        peer.roundTrip(channel);
        var copy = new com.rabbitmq.client.GetResponse[1];
        peer.eventually(() -> (copy[0] = traces.next()) != null);
        BasicProperties own = copy[0].getProps();
        peer.observe(
                copy[0].getEnvelope().getExchange(),
                own.getDeliveryMode(),
                own.builder().headers(null).build());

        peer.expect(
                "amq.rabbitmq.trace",
                "null",
                "#contentHeader<basic>(content-type=null, content-encoding=null,"
                        + " headers=null, delivery-mode=null, priority=null, correlation-id=null, reply-to=null,"
                        + " expiration=null, message-id=null, timestamp=null, type=null, user-id=null, app-id=null,"
                        + " cluster-id=null)");
    }

    @Case("all routing keys are told, those in BCC too, which the properties do not have any more")
    void carbonCopies(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String exchange = exchange(peer, channel);
        Traces traces = Traces.of(peer, "publish." + exchange);
        Map<String, Object> headers = Map.of("CC", List.of("cc"), "BCC", List.of("bcc"));

        peer.publish(channel, exchange, "key", Headers.of(headers), "1");
        peer.publish(channel, exchange, "key", Headers.of(headers), "2");
        traces.observe(2, "routing_keys");
        peer.publish(channel, exchange, "key", Headers.of(headers), "3");
        traces.observe(1, "properties");

        peer.expect(
                "publish.x: 1, routing_keys = [key, cc, bcc]",
                "publish.x: 2, routing_keys = [key, cc, bcc]",
                "publish.x: 3, properties = {headers={CC=[cc]}}");
    }

    @Case("what goes nowhere is copied too, whether it is returned or not")
    void unroutable(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String exchange = exchange(peer, channel);
        Traces traces = Traces.of(peer, "publish." + exchange);

        peer.publish(channel, exchange, "key", "dropped");
        peer.publishMandatory(channel, exchange, "key", "returned");
        traces.observe(2, "routed_queues");

        peer.expect("publish.x: dropped, routed_queues = []", "publish.x: returned, routed_queues = []");
    }

    @Case("what a queue refuses is copied as routed to it")
    void refused(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String exchange = exchange(peer, channel);
        Map<String, Object> full = Map.of("x-max-length", 0, "x-overflow", "reject-publish");
        channel.queueBind(peer.queue(channel, "full", full), exchange, "");
        Traces traces = Traces.of(peer, "publish." + exchange);

        peer.publish(channel, exchange, "key", "refused");
        traces.observe(1, "routed_queues");

        peer.expect("publish.x: refused, routed_queues = [full]");
    }

    @Case("in a transaction the copy is made at once, and is not taken back by a rollback")
    void transaction(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String exchange = exchange(peer, channel);
        channel.queueBind(peer.queue(channel, "q"), exchange, "");
        Traces traces = Traces.of(peer, "publish." + exchange);
        channel.txSelect();

        peer.publish(channel, exchange, "key", "committed");
        traces.observe(1, "routed_queues");
        channel.txCommit();
        peer.publish(channel, exchange, "key", "rolled back");
        channel.txRollback();
        traces.observe(1, "routed_queues");

        peer.expect("publish.x: committed, routed_queues = [q]", "publish.x: rolled back, routed_queues = [q]");
    }

    @Case("a publish that closes the channel is not copied")
    void refusedPublish(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String exchange = exchange(peer, channel);
        Traces traces = Traces.of(peer, "publish." + exchange);
        BasicProperties somebodyElse =
                new BasicProperties.Builder().userId("nobody").build();

        peer.attempt(channel, () -> {
            peer.publish(channel, exchange, "key", somebodyElse, "refused");
            return null;
        });
        peer.publish(peer.channel(), exchange, "key", "taken");
        traces.observe(1, "routed_queues");

        peer.expect(
                "channel closed: 406 PRECONDITION_FAILED - user_id property set to 'nobody' but authenticated user was"
                        + " 'guest' [basic.publish]",
                "publish.x: taken, routed_queues = []");
    }

    @Case("confirms come as without tracing")
    void confirms(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String exchange = exchange(peer, channel);
        Traces traces = Traces.of(peer, "publish." + exchange);
        channel.confirmSelect();

        peer.publish(channel, exchange, "key", "1", "2", "3");
        channel.waitForConfirmsOrDie(Patience.MS);
        traces.observe(3, "routing_keys");

        peer.expect(
                "publish.x: 1, routing_keys = [key]",
                "publish.x: 2, routing_keys = [key]",
                "publish.x: 3, routing_keys = [key]");
    }

    @Case("the channel of a publish is told by its number")
    void channelNumber(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String exchange = exchange(peer, channel);
        Traces traces = Traces.of(peer, "publish." + exchange);

        peer.publish(channel.getConnection().createChannel(7), exchange, "key", "body");
        traces.observe(1, "channel");

        peer.expect("publish.x: body, channel = Integer 7");
    }

    @Case("the copy of a request has the reply queue's name in the place of the pseudo queue's")
    void directReplyTo(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String exchange = exchange(peer, channel);
        channel.basicConsume("amq.rabbitmq.reply-to", true, (tag, delivery) -> {}, tag -> {});
        Traces traces = Traces.of(peer, "publish." + exchange);
        BasicProperties request =
                new BasicProperties.Builder().replyTo("amq.rabbitmq.reply-to").build();

        peer.publish(channel, exchange, "key", request, "request");
        traces.observe(1, "properties");

        peer.expect("publish.x: request, properties = {reply_to=amq.rabbitmq.reply-to.*}");
    }

    @Case("what was published before tracing was switched on, or after it was switched off, is not copied")
    void onAndOff(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String exchange = exchange(peer, channel);
        Channel watching = peer.connect().createChannel();
        String queue = peer.queue(watching, "q");
        watching.queueBind(queue, "amq.rabbitmq.trace", "publish." + exchange);

        peer.publish(channel, exchange, "key", "before");
        peer.roundTrip(channel);
        peer.trace();
        peer.publish(channel, exchange, "key", "while");
        peer.roundTrip(channel);
        peer.traceNoMore();
        peer.publish(channel, exchange, "key", "after");
        peer.roundTrip(channel);
        peer.eventually(() -> watching.messageCount(queue) > 0);
        peer.observe(peer.drain(watching, queue));

        peer.expect("[while]");
    }
}
