package io.leveret.interop.exchange;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.GetResponse;
import io.leveret.interop.Case;
import io.leveret.interop.Headers;
import io.leveret.interop.Ours;
import io.leveret.interop.Patience;
import io.leveret.interop.Peer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

final class TransactionalExchangeTest {

    private static final String TYPE = "x-transactional";

    /** Of 256 octets. */
    private static final String TOO_LONG = "x".repeat(256);

    @Case("a half message is delivered when its transaction is committed, and not at all when it is rolled back")
    @Ours
    void decides(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String exchange = declare(peer, channel, Map.of());
        String queue = bound(peer, channel, "q", exchange);
        channel.confirmSelect();

        peer.publish(channel, exchange, queue, half("payment-1", "m1"), "one");
        peer.publish(channel, exchange, queue, half("payment-2", "m2"), "two");
        channel.waitForConfirmsOrDie(Patience.MS);
        peer.observe(channel.messageCount(queue));
        decide(channel, exchange, "payment-2", "rollback");
        decide(channel, exchange, "payment-1", "commit");
        channel.waitForConfirmsOrDie(Patience.MS);

        GetResponse delivered = next(peer, channel, queue);
        peer.observe(
                delivered,
                delivered.getProps().getMessageId(),
                delivered.getProps().getHeaders());
        peer.observe(channel.messageCount(queue));
        peer.expect("0", "one", "m1", "{x-tx-id=payment-1}", "0");
    }

    @Case("half messages of one transaction leave together in their order, and one that is repeated once")
    @Ours
    void severalOfOneTransaction(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String exchange = declare(peer, channel, Map.of());
        String queue = bound(peer, channel, "q", exchange);
        channel.confirmSelect();

        peer.publish(channel, exchange, queue, half("order", "m1"), "first");
        peer.publish(channel, exchange, queue, half("order", "m2"), "second");
        peer.publish(channel, exchange, queue, half("order", "m1"), "first");
        peer.publish(channel, exchange, queue, "at once");
        decide(channel, exchange, "order", "commit");
        peer.publish(channel, exchange, queue, half("order", "m2"), "second");
        decide(channel, exchange, "order", "rollback");
        channel.waitForConfirmsOrDie(Patience.MS);
        peer.eventually(() -> channel.messageCount(queue) == 3);

        peer.observe(String.join(", ", peer.drain(channel, queue)));
        peer.expect("at once, first, second");
    }

    @Case("a committed message that is rejected comes back through its exchange, though that knows its id")
    @Ours
    void comesBackAsADeadLetter(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String exchange = declare(peer, channel, Map.of());
        String work = peer.queue(channel, "work", Map.of("x-dead-letter-exchange", exchange));
        channel.queueBind(work, exchange, work);
        channel.confirmSelect();
        peer.publish(channel, exchange, work, half("order", "m1"), "message");
        decide(channel, exchange, "order", "commit");
        channel.waitForConfirmsOrDie(Patience.MS);

        peer.eventually(() -> channel.messageCount(work) == 1);
        GetResponse first = channel.basicGet(work, false);
        channel.basicNack(first.getEnvelope().getDeliveryTag(), false, false);
        GetResponse again = next(peer, channel, work);

        Map<String, Object> headers = again.getProps().getHeaders();
        peer.observe(again, headers.get("x-tx-id"), headers.get("x-first-death-reason"));
        peer.observe(channel.messageCount(work));
        peer.expect("message redelivered", "order", "rejected", "0");
    }

    @Case("a service is asked about a transaction that it left open, and its answer decides")
    @Ours
    void asks(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String exchange = declare(peer, channel, Map.of());
        String queue = bound(peer, channel, "q", exchange);
        String checks = peer.queue(channel, "checks");

        Map<String, Object> headers = Map.of("x-tx-id", "order", "x-tx-check", checks, "x-tx-timeout", "100", "x-n", 7);
        peer.publish(channel, exchange, queue, Headers.of(headers), "message");
        GetResponse asked = next(peer, channel, checks);
        Map<String, Object> told = asked.getProps().getHeaders();
        peer.observe(asked, told.get("x-tx-id"), told.get("x-n"));
        peer.observe(told.get("x-tx-exchange"), told.get("x-tx-routing-key"), told.get("x-tx-check-count"));
        decide(channel, exchange, String.valueOf(told.get("x-tx-id")), "commit");

        peer.observe(next(peer, channel, queue), channel.messageCount(checks));
        peer.expect("message", "order", "7", "tx", "q", "1", "message", "0");
    }

    @Case("a transaction that nobody decides about is dead-lettered after its last check, whole")
    @Ours
    void unresolved(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String dead = peer.queue(channel, "dead");
        String checks = peer.queue(channel, "checks");
        String exchange = declare(
                peer,
                channel,
                Map.of(
                        "x-dead-letter-exchange",
                        "",
                        "x-dead-letter-routing-key",
                        dead,
                        "x-tx-check",
                        checks,
                        "x-tx-timeout",
                        50,
                        "x-tx-check-interval",
                        100,
                        "x-tx-check-max",
                        2));

        peer.publish(channel, exchange, "key", half("order", "m1"), "one");
        peer.publish(channel, exchange, "key", half("order", "m2"), "two");
        GetResponse first = next(peer, channel, dead);
        Map<String, Object> headers = first.getProps().getHeaders();
        peer.observe(first, headers.get("x-first-death-reason"), headers.get("x-first-death-queue"));
        peer.observe(next(peer, channel, dead), channel.messageCount(checks));
        peer.expect("one", "tx_unresolved", "tx", "two", "2");
    }

    @Case("in a transaction of AMQP half messages and decisions count with its commit")
    @Ours
    void transaction(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String exchange = declare(peer, channel, Map.of());
        String queue = bound(peer, channel, "q", exchange);
        channel.txSelect();
        peer.publish(channel, exchange, queue, half("a", null), "one");
        channel.txRollback();
        peer.publish(channel, exchange, queue, half("a", null), "two");
        decide(channel, exchange, "a", "commit");
        peer.publish(channel, exchange, queue, half("b", null), "three");
        channel.txCommit();
        decide(channel, exchange, "b", "commit");
        channel.txRollback();

        peer.observe(next(peer, channel, queue), channel.messageCount(queue));
        peer.expect("two", "0");
    }

    @Case("a half message is not returned, though it is mandatory and nothing is bound")
    @Ours
    void mandatory(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String exchange = declare(peer, channel, Map.of());
        channel.addReturnListener(
                returned -> peer.observe("returned " + new String(returned.getBody(), StandardCharsets.UTF_8)));
        channel.confirmSelect();

        channel.basicPublish(exchange, "nowhere", true, half("a", null), new byte[0]);
        channel.waitForConfirmsOrDie(Patience.MS);
        peer.observe("confirmed");
        peer.expect("confirmed");
    }

    @Case("headers of a half message, or of a decision, that are wrong are 406")
    @Ours
    void refusesHeaders(Peer peer) throws Exception {
        for (Map<String, Object> headers : List.<Map<String, Object>>of(
                Map.of("x-tx-id", true),
                Map.of("x-tx-id", ""),
                Map.of("x-tx-id", TOO_LONG),
                Map.of("x-tx-state", "commit"),
                Map.of("x-tx-id", "a", "x-tx-state", "maybe"),
                Map.of("x-tx-id", "a", "x-tx-state", 1),
                Map.of("x-tx-id", "a", "x-tx-timeout", "soon"),
                Map.of("x-tx-id", "a", "x-tx-check", TOO_LONG),
                Map.of("x-tx-id", "a", "x-tx-check", 1),
                Map.of("x-tx-id", "a", "x-tx-check-interval", 0),
                Map.of("x-tx-id", "a", "x-tx-check-max", -1),
                Map.of("x-tx-id", "a", "x-tx-check-max", 1_000_001))) {
            publishRefused(peer, headers, "");
        }
        publishRefused(peer, Map.of("x-tx-id", "a", "x-tx-state", "rollback"), "body");
        String refused = "channel closed: 406 PRECONDITION_FAILED - ";
        peer.expect(
                refused + "invalid message: {unacceptable_type_in_header,\"x-tx-id\",bool} [basic.publish]",
                refused + "invalid message: 'x-tx-id' of 0 octets, expected 1 to 255 [basic.publish]",
                refused + "invalid message: 'x-tx-id' of 256 octets, expected 1 to 255 [basic.publish]",
                refused + "invalid message: 'x-tx-state' without 'x-tx-id' [basic.publish]",
                refused + "invalid x-tx-state 'maybe': expected commit or rollback [basic.publish]",
                refused + "invalid message: {unacceptable_type_in_header,\"x-tx-state\",signedint} [basic.publish]",
                refused + "invalid x-tx-timeout 'soon': no_integer [basic.publish]",
                refused + "invalid message: 'x-tx-check' of 256 octets, expected at most 255 [basic.publish]",
                refused + "invalid message: {unacceptable_type_in_header,\"x-tx-check\",signedint} [basic.publish]",
                refused + "invalid x-tx-check-interval '0': {value_zero,0} [basic.publish]",
                refused + "invalid x-tx-check-max '-1': {value_negative,-1} [basic.publish]",
                refused + "invalid x-tx-check-max '1000001': {value_too_large,1000001} [basic.publish]",
                refused + "invalid message: 'x-tx-state' with a body of 4 octets, expected none [basic.publish]");
    }

    private static void publishRefused(Peer peer, Map<String, Object> headers, String body) throws Exception {
        Channel channel = peer.channel();
        String exchange = declare(peer, channel, Map.of());
        peer.attempt(channel, () -> {
            peer.publish(channel, exchange, "key", Headers.of(headers), body);
            peer.roundTrip(channel);
            return "taken";
        });
    }

    @Case("arguments of an x-transactional exchange that are wrong are 406")
    @Ours
    void refusesArguments(Peer peer) throws Exception {
        for (Map<String, Object> arguments : List.<Map<String, Object>>of(
                Map.of(),
                Map.of("x-transactional-type", TYPE),
                Map.of("x-transactional-type", "direct", "x-tx-timeout", -1),
                Map.of("x-transactional-type", "direct", "x-tx-check", true),
                Map.of("x-transactional-type", "direct", "x-tx-check", TOO_LONG),
                Map.of("x-transactional-type", "direct", "x-tx-check-interval", 0),
                Map.of("x-transactional-type", "direct", "x-tx-check-max", 1_000_001),
                Map.of("x-transactional-type", "direct", "x-dead-letter-routing-key", "key"))) {
            Channel channel = peer.channel();
            peer.attempt(channel, () -> channel.exchangeDeclare(peer.name("refused"), TYPE, true, false, arguments));
        }
        declare(peer, peer.channel(), Map.of("x-tx-timeout", 5));
        Channel other = peer.channel();
        peer.attempt(other, () -> declare(peer, other, Map.of("x-tx-timeout", 6)));
        String refused = "channel closed: 406 PRECONDITION_FAILED - ";
        String invalid = refused + "invalid arg '%s' for exchange 'refused' in vhost '/': %s [exchange.declare]";
        peer.expect(
                refused + "Invalid argument, 'x-transactional-type' must be an existing exchange type"
                        + " [exchange.declare]",
                refused + "Invalid argument, 'x-transactional' can't be used for 'x-transactional-type'"
                        + " [exchange.declare]",
                invalid.formatted("x-tx-timeout", "{value_negative,-1}"),
                invalid.formatted("x-tx-check", "{unacceptable_type,bool}"),
                invalid.formatted("x-tx-check", "{value_too_large,256}"),
                invalid.formatted("x-tx-check-interval", "{value_zero,0}"),
                invalid.formatted("x-tx-check-max", "{value_too_large,1000001}"),
                invalid.formatted("x-dead-letter-routing-key", "routing_key_but_no_dlx_defined"),
                refused
                        + "inequivalent arg 'x-tx-timeout' for exchange 'tx' in vhost '/': received '6' but current is '5' [exchange.declare]");
    }

    private static BasicProperties half(String id, @Nullable String messageId) {
        return new BasicProperties.Builder()
                .messageId(messageId)
                .deliveryMode(2)
                .headers(Map.of("x-tx-id", id))
                .build();
    }

    private static void decide(Channel channel, String exchange, String id, String state) throws IOException {
        channel.basicPublish(exchange, "", Headers.of(Map.of("x-tx-id", id, "x-tx-state", state)), new byte[0]);
    }

    private static String declare(Peer peer, Channel channel, Map<String, Object> further) throws IOException {
        Map<String, Object> arguments = new HashMap<>(further);
        arguments.put("x-transactional-type", "direct");
        channel.exchangeDeclare(peer.name("tx"), TYPE, true, false, arguments);
        return peer.name("tx");
    }

    private static String bound(Peer peer, Channel channel, String name, String exchange) throws IOException {
        String queue = peer.queue(channel, name);
        channel.queueBind(queue, exchange, queue);
        return queue;
    }

    private static GetResponse next(Peer peer, Channel channel, String queue) throws Exception {
        peer.eventually(() -> channel.messageCount(queue) > 0);
        return channel.basicGet(queue, true);
    }
}
