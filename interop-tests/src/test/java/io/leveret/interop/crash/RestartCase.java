package io.leveret.interop.crash;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.GetResponse;
import io.leveret.interop.QueueState;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Date;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/** Something that is made before a clean restart, and looked at after it. Each has names of its own. */
enum RestartCase {
    DURABLE_QUEUES_ARE_BACK_WITH_THEIR_ARGUMENTS(
            "406 PRECONDITION_FAILED - inequivalent arg 'x-max-length' for queue 'arguments' in vhost '/':"
                    + " received '8' but current is '7'",
            "ok") {
        @Override
        void before(Channel channel) throws IOException {
            channel.queueDeclare("arguments", true, false, false, Map.of("x-max-length", 7, "x-expires", 3_600_000));
        }

        @Override
        void after(Observer observer) throws Exception {
            observer.attempt(channel -> channel.queueDeclare(
                    "arguments", true, false, false, Map.of("x-max-length", 8, "x-expires", 3_600_000)));
            observer.attempt(channel -> channel.queueDeclare(
                    "arguments", true, false, false, Map.of("x-max-length", 7, "x-expires", 3_600_000)));
        }
    },

    DURABLE_EXCHANGES_ARE_BACK_WITH_TYPE_AND_ALTERNATE(
            "406 PRECONDITION_FAILED - inequivalent arg 'type' for exchange 'first' in vhost '/':"
                    + " received 'direct' but current is 'topic'",
            "406 PRECONDITION_FAILED - inequivalent arg 'alternate-exchange' for exchange 'first' in vhost '/':"
                    + " received none but current is the value 'alternate' of type 'longstr'",
            "ok",
            "stray") {
        @Override
        void before(Channel channel) throws IOException {
            channel.exchangeDeclare("alternate", "fanout", true);
            channel.queueDeclare("strays", true, false, false, null);
            channel.queueBind("strays", "alternate", "");
            channel.exchangeDeclare("first", "topic", true, false, Map.of("alternate-exchange", "alternate"));
        }

        @Override
        void after(Observer observer) throws Exception {
            Map<String, Object> arguments = Map.of("alternate-exchange", "alternate");
            observer.attempt(channel -> channel.exchangeDeclare("first", "direct", true, false, arguments));
            observer.attempt(channel -> channel.exchangeDeclare("first", "topic", true));
            observer.attempt(channel -> channel.exchangeDeclare("first", "topic", true, false, arguments));
            publish(observer.channel(), "first", "no.binding", persistent(), "stray");
            observer.drain("strays");
        }
    },

    BINDINGS_ARE_BACK_WITH_KEYS_AND_ARGUMENTS("topic", "headers", "predeclared", "through an exchange") {
        @Override
        void before(Channel channel) throws IOException {
            channel.queueDeclare("bound", true, false, false, null);
            channel.exchangeDeclare("topics", "topic", true);
            channel.queueBind("bound", "topics", "a.*.#");
            channel.exchangeDeclare("headers", "headers", true);
            channel.queueBind("bound", "headers", "", Map.of("x-match", "any", "colour", "red", "size", 3));
            channel.queueBind("bound", "amq.direct", "predeclared");
            channel.exchangeDeclare("entry", "fanout", true);
            channel.exchangeBind("topics", "entry", "");
        }

        @Override
        void after(Observer observer) throws Exception {
            BasicProperties small =
                    persistent().builder().headers(Map.of("size", 3)).build();
            BasicProperties large =
                    persistent().builder().headers(Map.of("size", 4)).build();
            publish(observer.channel(), "topics", "a.b.c", persistent(), "topic");
            publish(observer.channel(), "topics", "b.b.c", persistent(), "no match");
            publish(observer.channel(), "headers", "", small, "headers");
            publish(observer.channel(), "headers", "", large, "no match");
            publish(observer.channel(), "amq.direct", "predeclared", persistent(), "predeclared");
            publish(observer.channel(), "entry", "a.b", persistent(), "through an exchange");
            observer.drain("bound");
        }
    },

    A_DURABLE_EXCHANGE_KEEPS_ITS_HISTORY("second", "third") {
        @Override
        void before(Channel channel) throws IOException {
            channel.exchangeDeclare("history", "x-recent-history", true, false, Map.of("x-recent-history-length", 2));
            publish(channel, "history", "", persistent(), "first");
            publish(channel, "history", "", new BasicProperties(), "second");
            publish(channel, "history", "", persistent(), "third");
        }

        @Override
        void after(Observer observer) throws Exception {
            observer.channel().queueDeclare("remembered", true, false, false, null);
            observer.channel().queueBind("remembered", "history", "");
            QueueState.awaitReady(observer.channel(), "remembered", 2);
            observer.drain("remembered");
        }
    },

    MESSAGES_KEEP_THEIR_PROPERTIES_AND_HEADERS(
            "properties",
            "#contentHeader<basic>(content-type=text/plain, content-encoding=utf-8, headers=null, delivery-mode=2,"
                    + " priority=5, correlation-id=c, reply-to=r, expiration=3600000, message-id=m, timestamp=null,"
                    + " type=t, user-id=guest, app-id=a, cluster-id=null)",
            "timestamp 42000",
            "{array=[Integer 1, ByteArrayLongString two], bytes=[1, 2, 3], long=Long 4294967296, none=null,"
                    + " table={inner=Boolean true}, text=ByteArrayLongString long string}") {
        @Override
        void before(Channel channel) throws IOException {
            channel.queueDeclare("properties", true, false, false, null);
            BasicProperties all = persistent()
                    .builder()
                    .contentType("text/plain")
                    .contentEncoding("utf-8")
                    .headers(headers())
                    .priority(5)
                    .correlationId("c")
                    .replyTo("r")
                    .expiration("3600000")
                    .messageId("m")
                    .timestamp(new Date(42_000))
                    .type("t")
                    .userId("guest")
                    .appId("a")
                    .build();
            publish(channel, "", "properties", all, "properties");
        }

        @Override
        void after(Observer observer) throws Exception {
            GetResponse got = Objects.requireNonNull(observer.get("properties"));
            BasicProperties properties = got.getProps();
            observer.note(new String(got.getBody(), StandardCharsets.UTF_8));
            observer.note(
                    properties.builder().headers(null).timestamp(null).build().toString());
            observer.note("timestamp " + properties.getTimestamp().getTime());
            observer.note(Observer.describe(properties.getHeaders()));
        }
    },

    MESSAGES_KEEP_THEIR_ORDER_AND_UNACKED_ONES_RETURN_TO_THEIR_PLACE("m2 redelivered", "m3 redelivered", "m4", "m5") {
        @Override
        void before(Channel channel) throws IOException {
            channel.queueDeclare("order", true, false, false, null);
            for (int number = 1; number <= 5; number++) {
                publish(channel, "", "order", persistent(), "m" + number);
            }
            GetResponse first = channel.basicGet("order", false);
            channel.basicGet("order", false);
            channel.basicGet("order", false);
            channel.basicAck(first.getEnvelope().getDeliveryTag(), false);
        }

        @Override
        void after(Observer observer) throws Exception {
            observer.drain("order");
        }
    },

    A_REQUEUED_MESSAGE_IS_IN_ITS_PLACE("m1 redelivered", "m2") {
        @Override
        void before(Channel channel) throws IOException {
            channel.queueDeclare("requeued", true, false, false, null);
            publish(channel, "", "requeued", persistent(), "m1");
            publish(channel, "", "requeued", persistent(), "m2");
            GetResponse first = channel.basicGet("requeued", false);
            channel.basicNack(first.getEnvelope().getDeliveryTag(), false, true);
        }

        @Override
        void after(Observer observer) throws Exception {
            observer.drain("requeued");
        }

        /** It keeps the mark of what was unacked, but forgets that of what was requeued. */
        @Override
        List<String> expectedOfRabbitMq() {
            return List.of("m1", "m2");
        }
    },

    FAILED_DELIVERIES_ARE_COUNTED_ON_BUT_THOSE_GIVEN_BACK_ARE_FORGOTTEN(
            "failed {x-acquired-count=Long 1, x-delivery-count=Long 1}", "given back null") {
        @Override
        void before(Channel channel) throws Exception {
            for (String queue : List.of("failed", "given back")) {
                channel.queueDeclare(queue, true, false, false, Map.of("x-queue-type", "quorum"));
                publish(channel, "", queue, persistent(), queue);
                channel.waitForConfirmsOrDie();
                channel.basicNack(tag(channel, queue), false, true);
                channel.basicNack(tag(channel, queue), false, true);
            }
            channel.basicReject(tag(channel, "failed"), true);
            // That it is ready again tells that it was taken back.
            QueueState.awaitReady(channel, "failed", 1);
        }

        @Override
        void after(Observer observer) throws Exception {
            for (String queue : List.of("failed", "given back")) {
                GetResponse got = Objects.requireNonNull(observer.get(queue));
                observer.note(queue + " " + Observer.describe(got.getProps().getHeaders()));
            }
        }

        /** What is only given back is nothing to its store but one more entry of a log that it writes anyway. */
        @Override
        List<String> expectedOfRabbitMq() {
            return List.of(
                    "failed {x-acquired-count=Long 3, x-delivery-count=Long 1}",
                    "given back {x-acquired-count=Long 2}");
        }
    },

    TRANSIENT_MESSAGES_ARE_GONE("persistent") {
        @Override
        void before(Channel channel) throws IOException {
            channel.queueDeclare("mixed", true, false, false, null);
            publish(channel, "", "mixed", new BasicProperties(), "transient");
            publish(channel, "", "mixed", persistent(), "persistent");
        }

        @Override
        void after(Observer observer) throws Exception {
            observer.drain("mixed");
        }
    },

    TRANSIENT_AND_EXCLUSIVE_QUEUES_ARE_GONE(
            "404 NOT_FOUND - no queue 'transient' in vhost '/'", "404 NOT_FOUND - no queue 'exclusive' in vhost '/'") {
        @Override
        void before(Channel channel) throws IOException {
            channel.queueDeclare("transient", false, false, false, null);
            channel.queueDeclare("exclusive", true, true, false, null);
            publish(channel, "", "transient", persistent(), "gone with its queue");
        }

        @Override
        void after(Observer observer) throws Exception {
            observer.attempt(channel -> channel.queueDeclarePassive("transient"));
            observer.attempt(channel -> channel.queueDeclarePassive("exclusive"));
        }
    },

    TRANSIENT_EXCHANGES_ARE_GONE("404 NOT_FOUND - no exchange 'transient' in vhost '/'", "left: 0") {
        @Override
        void before(Channel channel) throws IOException {
            channel.exchangeDeclare("transient", "fanout", false);
            channel.queueDeclare("left", true, false, false, null);
            channel.queueBind("left", "transient", "");
        }

        @Override
        void after(Observer observer) throws Exception {
            observer.attempt(channel -> channel.exchangeDeclarePassive("transient"));
            observer.channel().exchangeDeclare("transient", "fanout", false);
            publish(observer.channel(), "transient", "", persistent(), "message");
            observer.count("left");
        }

        /** Its 4.3 writes them to its metadata store like all others. */
        @Override
        List<String> expectedOfRabbitMq() {
            return List.of("ok", "left: 1");
        }
    },

    WHAT_WAS_DELETED_UNBOUND_OR_PURGED_STAYS_SO(
            "404 NOT_FOUND - no queue 'deleted' in vhost '/'",
            "404 NOT_FOUND - no exchange 'deleted' in vhost '/'",
            "purged: 0",
            "unbound: 0") {
        @Override
        void before(Channel channel) throws IOException {
            for (String queue : List.of("deleted", "purged", "unbound")) {
                channel.queueDeclare(queue, true, false, false, null);
                publish(channel, "", queue, persistent(), "message");
            }
            channel.exchangeDeclare("deleted", "fanout", true);
            channel.queueBind("unbound", "amq.fanout", "");
            channel.queueDelete("deleted");
            channel.exchangeDelete("deleted");
            channel.queuePurge("purged");
            channel.queueUnbind("unbound", "amq.fanout", "");
            channel.queuePurge("unbound");
        }

        @Override
        void after(Observer observer) throws Exception {
            observer.attempt(channel -> channel.queueDeclarePassive("deleted"));
            observer.attempt(channel -> channel.exchangeDeclarePassive("deleted"));
            observer.count("purged");
            publish(observer.channel(), "amq.fanout", "", persistent(), "no binding");
            observer.count("unbound");
        }
    },

    A_QUEUE_DECLARED_ANEW_DOES_NOT_GET_BACK_WHAT_IT_HAD("new") {
        @Override
        void before(Channel channel) throws IOException {
            channel.queueDeclare("anew", true, false, false, null);
            publish(channel, "", "anew", persistent(), "old");
            channel.queueDelete("anew");
            channel.queueDeclare("anew", true, false, false, null);
            publish(channel, "", "anew", persistent(), "new");
        }

        @Override
        void after(Observer observer) throws Exception {
            observer.drain("anew");
        }
    },

    A_COMMITTED_TRANSACTION_IS_BACK_AND_ANOTHER_IS_NOT("committed") {
        @Override
        void before(Channel channel) throws IOException {
            channel.queueDeclare("tx", true, false, false, null);
            Channel transactional = channel.getConnection().createChannel();
            transactional.txSelect();
            transactional.basicPublish("", "tx", persistent(), "committed".getBytes(StandardCharsets.UTF_8));
            transactional.txCommit();
            transactional.basicPublish("", "tx", persistent(), "not committed".getBytes(StandardCharsets.UTF_8));
        }

        @Override
        void after(Observer observer) throws Exception {
            observer.drain("tx");
        }
    };

    private final List<String> expected;

    RestartCase(String... expected) {
        this.expected = List.of(expected);
    }

    /** On a channel in confirm mode; the restart comes when it is confirmed, and breaks its connection. */
    abstract void before(Channel channel) throws Exception;

    abstract void after(Observer observer) throws Exception;

    /** Of Leveret; and of RabbitMQ, except where it is known to answer something else. */
    List<String> expected() {
        return expected;
    }

    List<String> expectedOfRabbitMq() {
        return expected;
    }

    String sentence() {
        return name().charAt(0) + name().substring(1).toLowerCase(Locale.ROOT).replace('_', ' ');
    }

    private static BasicProperties persistent() {
        return new BasicProperties.Builder().deliveryMode(2).build();
    }

    private static long tag(Channel channel, String queue) throws IOException {
        return Objects.requireNonNull(channel.basicGet(queue, false))
                .getEnvelope()
                .getDeliveryTag();
    }

    private static Map<String, Object> headers() {
        Map<String, Object> headers = new HashMap<>(Map.of(
                "text", "long string", "long", 1L << 32, "array", List.of(1, "two"), "table", Map.of("inner", true)));
        headers.put("bytes", new byte[] {1, 2, 3});
        headers.put("none", null);
        return headers;
    }

    private static void publish(Channel channel, String exchange, String key, BasicProperties properties, String body)
            throws IOException {
        channel.basicPublish(exchange, key, properties, body.getBytes(StandardCharsets.UTF_8));
    }
}
