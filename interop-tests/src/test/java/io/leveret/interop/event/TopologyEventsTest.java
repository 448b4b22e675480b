package io.leveret.interop.event;

import com.rabbitmq.client.Channel;
import io.leveret.interop.Case;
import io.leveret.interop.Peer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.parallel.Isolated;

/** Queues, exchanges and bindings. */
@Isolated("others make so many events that RabbitMQ falls behind")
final class TopologyEventsTest {

    @Case("queue.created and queue.deleted tell of a classic queue")
    void classicQueue(Peer peer) throws Exception {
        Channel channel = peer.channel();
        Happened happened = Happened.from(peer);

        channel.queueDeclare(peer.name("q"), true, false, false, Map.of("x-max-length", 5));
        channel.queueDelete(peer.name("q"));
        happened.observe(2);

        peer.expect(
                "queue.created",
                "  arguments = [{<<\"x-max-length\">>,signedint,5}, {<<\"x-queue-type\">>,longstr,<<\"classic\">>}]",
                "  auto_delete = false",
                "  durable = true",
                "  exclusive = false",
                "  leader = name@host",
                "  members = [name@host]",
                "  name = q",
                "  owner_pid = ",
                "  timestamp_in_ms = Long",
                "  type = rabbit_classic_queue",
                "  user_who_performed_action = guest",
                "  vhost = /",
                "queue.deleted",
                "  name = q",
                "  timestamp_in_ms = Long",
                "  type = rabbit_classic_queue",
                "  user_who_performed_action = guest",
                "  vhost = /");
    }

    @Case("and of a quorum queue")
    void quorumQueue(Peer peer) throws Exception {
        Channel channel = peer.channel();
        Happened happened = Happened.from(peer);

        channel.queueDeclare(peer.name("q"), true, false, false, Map.of("x-queue-type", "quorum"));
        channel.queueDelete(peer.name("q"));
        happened.observe(2);

        peer.expect(
                "queue.created",
                "  arguments = [{<<\"x-queue-type\">>,longstr,<<\"quorum\">>}]",
                "  auto_delete = false",
                "  durable = true",
                "  exclusive = false",
                "  name = q",
                "  timestamp_in_ms = Long",
                "  type = rabbit_quorum_queue",
                "  user_who_performed_action = guest",
                "  vhost = /",
                "queue.deleted",
                "  name = q",
                "  timestamp_in_ms = Long",
                "  type = rabbit_quorum_queue",
                "  user_who_performed_action = guest",
                "  vhost = /");
    }

    @Case("an exclusive queue tells whose it is")
    void exclusive(Peer peer) throws Exception {
        Happened happened = Happened.from(peer).of("-> ");

        peer.queue(peer.channel(), "q");
        happened.take(4).forEach(event -> {
            Map<String, Object> headers = event.getProps().getHeaders();
            if (headers.get("owner_pid") != null) {
                peer.observe(String.valueOf(headers.get("owner_pid"))
                        .replaceAll("<\\w+@\\w+\\.\\d+\\.\\d+\\.\\d+>", "<name@host.time.process.0>"));
            }
        });

        peer.expect("<name@host.time.process.0>");
    }

    @Case("arguments of every type are printed as RabbitMQ's terms")
    void arguments(Peer peer) throws Exception {
        Channel channel = peer.channel();
        Happened happened = Happened.from(peer);
        Map<String, Object> arguments = new HashMap<>(Map.of("int", 1, "long", -2L, "bool", true, "double", 1.5));
        arguments.put("none", null);
        arguments.put("list", Arrays.asList("a", 1, Map.of("k", false)));
        arguments.put("table", Map.of("a", Map.of("b", 1)));
        arguments.put("quoted", "say \"hé\" \\");
        arguments.put("empty", "");
        arguments.put("time", new java.util.Date(1_700_000_000_000L));

        peer.queue(channel, "q", arguments);
        happened.observe(1, "arguments");

        peer.expect("queue.created arguments=[{<<\"bool\">>,bool,true}, {<<\"double\">>,double,1.5},"
                + " {<<\"empty\">>,longstr,<<>>}, {<<\"int\">>,signedint,1},"
                + " {<<\"list\">>,array,[{longstr,<<\"a\">>},{signedint,1},{table,[{<<\"k\">>,bool,false}]}]},"
                + " {<<\"long\">>,long,-2}, {<<\"none\">>,void,undefined},"
                + " {<<\"quoted\">>,longstr,<<\"say \\\"hé\\\" \\\\\">>},"
                + " {<<\"table\">>,table,[{<<\"a\">>,table,[{<<\"b\">>,signedint,1}]}]},"
                + " {<<\"time\">>,timestamp,1700000000}, {<<\"x-queue-type\">>,longstr,<<\"classic\">>}]");
    }

    @Case("declaring a queue or an exchange again tells nothing")
    void again(Peer peer) throws Exception {
        Channel channel = peer.channel();
        Happened happened = Happened.from(peer);

        peer.queue(channel, "q");
        peer.queue(channel, "q");
        peer.exchange(channel, "x", "fanout");
        peer.exchange(channel, "x", "fanout");
        channel.exchangeDelete(peer.name("x"));
        happened.observeKeys(3);

        peer.expect("queue.created", "exchange.created", "exchange.deleted");
    }

    @Case("exchange.created and exchange.deleted tell of an exchange")
    void exchange(Peer peer) throws Exception {
        Channel channel = peer.channel();
        Happened happened = Happened.from(peer);

        channel.exchangeDeclare(peer.name("x"), "topic", true, false, Map.of("alternate-exchange", "amq.fanout"));
        channel.exchangeDelete(peer.name("x"));
        happened.observe(2);

        peer.expect(
                "exchange.created",
                "  arguments = [{<<\"alternate-exchange\">>,longstr,<<\"amq.fanout\">>}]",
                "  auto_delete = false",
                "  durable = true",
                "  internal = false",
                "  name = x",
                "  policy = ",
                "  timestamp_in_ms = Long",
                "  type = topic",
                "  user_who_performed_action = guest",
                "  vhost = /",
                "exchange.deleted",
                "  name = x",
                "  timestamp_in_ms = Long",
                "  user_who_performed_action = guest",
                "  vhost = /");
    }

    @Case("an exchange that a policy holds for tells its name")
    void exchangeWithPolicy(Peer peer) throws Exception {
        Channel channel = peer.channel();
        peer.policies().set("p", Map.of("alternate-exchange", "amq.fanout"));
        Happened happened = Happened.from(peer);

        peer.exchange(channel, "x", "fanout");
        happened.observe(1, "policy");

        peer.expect("exchange.created policy=p");
    }

    @Case("binding.created and binding.deleted tell of a binding")
    void binding(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String exchange = peer.exchange(channel, "x", "topic");
        channel.exchangeDeclare(peer.name("keeps"), "fanout", false, false, Map.of());
        String queue = peer.queue(channel, "q");
        Happened happened = Happened.from(peer);

        channel.queueBind(queue, exchange, "other");
        channel.queueBind(queue, exchange, "key", Map.of("h", 1));
        channel.queueUnbind(queue, exchange, "key", Map.of("h", 1));
        happened.take(1);
        happened.observe(2);

        peer.expect(
                "binding.created",
                "  arguments = [{<<\"h\">>,signedint,1}]",
                "  destination_kind = queue",
                "  destination_name = q",
                "  routing_key = key",
                "  source_kind = exchange",
                "  source_name = x",
                "  timestamp_in_ms = Long",
                "  user_who_performed_action = guest",
                "  vhost = /",
                "binding.deleted",
                "  arguments = [{<<\"h\">>,signedint,1}]",
                "  destination_kind = queue",
                "  destination_name = q",
                "  routing_key = key",
                "  source_kind = exchange",
                "  source_name = x",
                "  timestamp_in_ms = Long",
                "  user_who_performed_action = guest",
                "  vhost = /");
    }

    @Case("a binding to an exchange says so")
    void exchangeBinding(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String source = peer.exchange(channel, "source", "fanout");
        String destination = peer.exchange(channel, "destination", "fanout");
        Happened happened = Happened.from(peer);

        channel.exchangeBind(destination, source, "");
        happened.observe(1, "destination_kind", "destination_name", "source_name");

        peer.expect("binding.created destination_kind=exchange destination_name=destination source_name=source");
    }

    @Case("binding what is bound already is told again, unbinding what is not is not told")
    void idempotent(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String exchange = peer.exchange(channel, "x", "topic");
        String queue = peer.queue(channel, "q");
        Happened happened = Happened.from(peer);

        channel.queueUnbind(queue, exchange, "k");
        channel.queueBind(queue, exchange, "k");
        channel.queueBind(queue, exchange, "k");
        happened.observeKeys(2);

        peer.expect("binding.created", "binding.created");
    }

    @Case("a queue that is deleted takes its bindings along, which nobody is told to have done")
    void queueWithBindings(Peer peer) throws Exception {
        Channel channel = peer.channel();
        channel.exchangeDeclare(peer.name("x"), "topic", false, false, Map.of());
        String queue = peer.queue(channel, "q");
        channel.queueBind(queue, peer.name("x"), "k");
        Happened happened = Happened.from(peer);

        channel.queueDelete(queue);
        happened.observe(2, "name", "routing_key", "user_who_performed_action");

        peer.expect(
                "binding.deleted routing_key=k user_who_performed_action=rmq-internal",
                "queue.deleted name=q user_who_performed_action=guest");
    }

    @Case("an exchange that is deleted takes its bindings along")
    void exchangeWithBindings(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String exchange = peer.exchange(channel, "x", "topic");
        channel.queueBind(peer.queue(channel, "q"), exchange, "k");
        Happened happened = Happened.from(peer);

        channel.exchangeDelete(exchange);
        happened.observe(2, "name", "routing_key", "user_who_performed_action");

        peer.expect(
                "exchange.deleted name=x user_who_performed_action=guest",
                "binding.deleted routing_key=k user_who_performed_action=guest");
    }

    @Case("an auto-delete exchange goes with its last binding")
    void autoDeleteExchange(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String exchange = peer.exchange(channel, "x", "topic");
        String queue = peer.queue(channel, "q");
        channel.queueBind(queue, exchange, "k");
        Happened happened = Happened.from(peer);

        channel.queueUnbind(queue, exchange, "k");
        happened.observe(2, "name", "routing_key", "user_who_performed_action");

        peer.expect(
                "exchange.deleted name=x user_who_performed_action=guest",
                "binding.deleted routing_key=k user_who_performed_action=guest");
    }

    @Case("and with the queue at the end of that")
    void autoDeleteExchangeByQueue(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String exchange = peer.exchange(channel, "x", "topic");
        String queue = peer.queue(channel, "q");
        channel.queueBind(queue, exchange, "k");
        Happened happened = Happened.from(peer);

        channel.queueDelete(queue);
        happened.observe(3, "name", "routing_key", "user_who_performed_action");

        peer.expect(
                "exchange.deleted name=x user_who_performed_action=rmq-internal",
                "binding.deleted routing_key=k user_who_performed_action=rmq-internal",
                "queue.deleted name=q user_who_performed_action=guest");
    }

    @Case("an auto-delete queue is deleted by nobody after its last consumer")
    void autoDeleteQueue(Peer peer) throws Exception {
        Channel channel = peer.channel();
        channel.queueDeclare(peer.name("q"), false, false, true, Map.of());
        channel.basicConsume(peer.name("q"), false, "tag", (tag, delivery) -> {}, tag -> {});
        Happened happened = Happened.from(peer);

        channel.basicCancel("tag");
        happened.observe(2, "name", "consumer_tag", "user_who_performed_action");

        peer.expect(
                "consumer.deleted consumer_tag=tag user_who_performed_action=guest",
                "queue.deleted name=q user_who_performed_action=rmq-internal");
    }

    @Case("so is a queue that expires")
    void expiry(Peer peer) throws Exception {
        Channel channel = peer.channel();
        Happened happened = Happened.from(peer);

        peer.queue(channel, "q", Map.of("x-expires", 50));
        happened.observe(2, "name", "user_who_performed_action");

        peer.expect(
                "queue.created name=q user_who_performed_action=guest",
                "queue.deleted name=q user_who_performed_action=rmq-internal");
    }
}
