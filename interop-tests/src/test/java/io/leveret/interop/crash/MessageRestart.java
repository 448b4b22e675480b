package io.leveret.interop.crash;

import static io.leveret.interop.crash.RestartCase.persistent;
import static io.leveret.interop.crash.RestartCase.publish;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.GetResponse;
import io.leveret.interop.QueueState;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Date;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Messages: what is in them, where they stand, and how often they failed. */
enum MessageRestart implements RestartCase {
    A_DURABLE_EXCHANGE_KEEPS_ITS_HISTORY("second", "third") {
        @Override
        public void before(Channel channel) throws IOException {
            channel.exchangeDeclare("history", "x-recent-history", true, false, Map.of("x-recent-history-length", 2));
            publish(channel, "history", "", persistent(), "first");
            publish(channel, "history", "", new BasicProperties(), "second");
            publish(channel, "history", "", persistent(), "third");
        }

        @Override
        public void after(Observer observer) throws Exception {
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
        public void before(Channel channel) throws IOException {
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
        public void after(Observer observer) throws Exception {
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
        public void before(Channel channel) throws IOException {
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
        public void after(Observer observer) throws Exception {
            observer.drain("order");
        }
    },

    A_REQUEUED_MESSAGE_IS_IN_ITS_PLACE("m1 redelivered", "m2") {
        @Override
        public void before(Channel channel) throws IOException {
            channel.queueDeclare("requeued", true, false, false, null);
            publish(channel, "", "requeued", persistent(), "m1");
            publish(channel, "", "requeued", persistent(), "m2");
            GetResponse first = channel.basicGet("requeued", false);
            channel.basicNack(first.getEnvelope().getDeliveryTag(), false, true);
        }

        @Override
        public void after(Observer observer) throws Exception {
            observer.drain("requeued");
        }

        /** It keeps the mark of what was unacked, but forgets that of what was requeued. */
        @Override
        public List<String> expectedOfRabbitMq() {
            return List.of("m1", "m2");
        }
    },

    FAILED_DELIVERIES_ARE_COUNTED_ON_BUT_THOSE_GIVEN_BACK_ARE_FORGOTTEN(
            "failed {x-acquired-count=Long 1, x-delivery-count=Long 1}", "given back null") {
        @Override
        public void before(Channel channel) throws Exception {
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
        public void after(Observer observer) throws Exception {
            for (String queue : List.of("failed", "given back")) {
                GetResponse got = Objects.requireNonNull(observer.get(queue));
                observer.note(queue + " " + Observer.describe(got.getProps().getHeaders()));
            }
        }

        /** What is only given back is nothing to its store but one more entry of a log that it writes anyway. */
        @Override
        public List<String> expectedOfRabbitMq() {
            return List.of(
                    "failed {x-acquired-count=Long 3, x-delivery-count=Long 1}",
                    "given back {x-acquired-count=Long 2}");
        }
    },

    TRANSIENT_MESSAGES_ARE_GONE("persistent") {
        @Override
        public void before(Channel channel) throws IOException {
            channel.queueDeclare("mixed", true, false, false, null);
            publish(channel, "", "mixed", new BasicProperties(), "transient");
            publish(channel, "", "mixed", persistent(), "persistent");
        }

        @Override
        public void after(Observer observer) throws Exception {
            observer.drain("mixed");
        }
    },

    A_QUEUE_DECLARED_ANEW_DOES_NOT_GET_BACK_WHAT_IT_HAD("new") {
        @Override
        public void before(Channel channel) throws IOException {
            channel.queueDeclare("anew", true, false, false, null);
            publish(channel, "", "anew", persistent(), "old");
            channel.queueDelete("anew");
            channel.queueDeclare("anew", true, false, false, null);
            publish(channel, "", "anew", persistent(), "new");
        }

        @Override
        public void after(Observer observer) throws Exception {
            observer.drain("anew");
        }
    },

    A_COMMITTED_TRANSACTION_IS_BACK_AND_ANOTHER_IS_NOT("committed") {
        @Override
        public void before(Channel channel) throws IOException {
            channel.queueDeclare("tx", true, false, false, null);
            Channel transactional = channel.getConnection().createChannel();
            transactional.txSelect();
            transactional.basicPublish("", "tx", persistent(), "committed".getBytes(StandardCharsets.UTF_8));
            transactional.txCommit();
            transactional.basicPublish("", "tx", persistent(), "not committed".getBytes(StandardCharsets.UTF_8));
        }

        @Override
        public void after(Observer observer) throws Exception {
            observer.drain("tx");
        }
    },

    PRIORITIES_KEEP_THEIR_ORDER("high 1 redelivered", "high 2", "middle", "low 1", "low 2") {
        @Override
        public void before(Channel channel) throws IOException {
            channel.queueDeclare("ranked", true, false, false, Map.of("x-max-priority", 5));
            publish(channel, "", "ranked", ranked(1), "low 1");
            publish(channel, "", "ranked", ranked(5), "high 1");
            publish(channel, "", "ranked", ranked(3), "middle");
            publish(channel, "", "ranked", ranked(5), "high 2");
            publish(channel, "", "ranked", ranked(1), "low 2");
            channel.basicGet("ranked", false);
        }

        @Override
        public void after(Observer observer) throws Exception {
            observer.drain("ranked");
        }

        private BasicProperties ranked(int priority) {
            return persistent().builder().priority(priority).build();
        }
    },

    A_QUORUM_QUEUE_KEEPS_ALL_AND_COUNTS_WHAT_WAS_UNACKED(
            "m1 redelivered true {x-acquired-count=Long 1, x-delivery-count=Long 1}", "m2", "m3") {
        @Override
        public void before(Channel channel) throws Exception {
            channel.queueDeclare("safe", true, false, false, Map.of("x-queue-type", "quorum"));
            for (int number = 1; number <= 3; number++) {
                publish(channel, "", "safe", new BasicProperties(), "m" + number);
            }
            channel.waitForConfirmsOrDie();
            channel.basicGet("safe", false);
        }

        @Override
        public void after(Observer observer) throws Exception {
            GetResponse got = Objects.requireNonNull(observer.get("safe"));
            observer.note(new String(got.getBody(), StandardCharsets.UTF_8) + " redelivered "
                    + got.getEnvelope().isRedeliver() + " "
                    + Observer.describe(got.getProps().getHeaders()));
            observer.drain("safe");
        }
    },

    DEAD_LETTERS_KEEP_THEIR_HEADERS_AND_ARE_COUNTED_ON(
            "dead: [doomed rejected 1] first doomed last doomed",
            "doomed: [dead rejected 1, doomed rejected 1] first doomed last dead",
            "dead: [doomed rejected 2, dead rejected 1] first doomed last doomed") {
        @Override
        public void before(Channel channel) throws IOException {
            declare(channel, "doomed", "dead");
            declare(channel, "dead", "doomed");
            publish(channel, "", "doomed", persistent(), "m");
            channel.basicReject(tag(channel, "doomed"), false);
            QueueState.awaitReady(channel, "dead", 1);
        }

        @Override
        public void after(Observer observer) throws Exception {
            Channel channel = observer.channel();
            for (String queue : List.of("dead", "doomed", "dead")) {
                QueueState.awaitReady(channel, queue, 1);
                GetResponse got = Objects.requireNonNull(channel.basicGet(queue, false));
                observer.note(queue + ": " + Observer.deaths(got.getProps().getHeaders()));
                channel.basicReject(got.getEnvelope().getDeliveryTag(), false);
            }
        }

        private void declare(Channel channel, String queue, String target) throws IOException {
            Map<String, Object> arguments = Map.of("x-dead-letter-exchange", "", "x-dead-letter-routing-key", target);
            channel.queueDeclare(queue, true, false, false, arguments);
        }
    };

    private final List<String> expected;

    MessageRestart(String... expected) {
        this.expected = List.of(expected);
    }

    @Override
    public List<String> expected() {
        return expected;
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
}
