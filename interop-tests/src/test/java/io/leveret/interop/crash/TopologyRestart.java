package io.leveret.interop.crash;

import static io.leveret.interop.crash.RestartCase.persistent;
import static io.leveret.interop.crash.RestartCase.publish;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Channel;
import io.leveret.interop.QueueState;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/** Queues, exchanges, bindings and policies. */
enum TopologyRestart implements RestartCase {
    DURABLE_QUEUES_ARE_BACK_WITH_THEIR_ARGUMENTS(
            "406 PRECONDITION_FAILED - inequivalent arg 'x-max-length' for queue 'arguments' in vhost '/':"
                    + " received '8' but current is '7'",
            "ok") {
        @Override
        public void before(Channel channel) throws IOException {
            channel.queueDeclare("arguments", true, false, false, Map.of("x-max-length", 7, "x-expires", 3_600_000));
        }

        @Override
        public void after(Observer observer) throws Exception {
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
        public void before(Channel channel) throws IOException {
            channel.exchangeDeclare("alternate", "fanout", true);
            channel.queueDeclare("strays", true, false, false, null);
            channel.queueBind("strays", "alternate", "");
            channel.exchangeDeclare("first", "topic", true, false, Map.of("alternate-exchange", "alternate"));
        }

        @Override
        public void after(Observer observer) throws Exception {
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
        public void before(Channel channel) throws IOException {
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
        public void after(Observer observer) throws Exception {
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

    TRANSIENT_AND_EXCLUSIVE_QUEUES_ARE_GONE(
            "404 NOT_FOUND - no queue 'transient' in vhost '/'", "404 NOT_FOUND - no queue 'exclusive' in vhost '/'") {
        @Override
        public void before(Channel channel) throws IOException {
            channel.queueDeclare("transient", false, false, false, null);
            channel.queueDeclare("exclusive", true, true, false, null);
            publish(channel, "", "transient", persistent(), "gone with its queue");
        }

        @Override
        public void after(Observer observer) throws Exception {
            observer.attempt(channel -> channel.queueDeclarePassive("transient"));
            observer.attempt(channel -> channel.queueDeclarePassive("exclusive"));
        }
    },

    TRANSIENT_EXCHANGES_ARE_GONE("404 NOT_FOUND - no exchange 'transient' in vhost '/'", "left: 0") {
        @Override
        public void before(Channel channel) throws IOException {
            channel.exchangeDeclare("transient", "fanout", false);
            channel.queueDeclare("left", true, false, false, null);
            channel.queueBind("left", "transient", "");
        }

        @Override
        public void after(Observer observer) throws Exception {
            observer.attempt(channel -> channel.exchangeDeclarePassive("transient"));
            observer.channel().exchangeDeclare("transient", "fanout", false);
            publish(observer.channel(), "transient", "", persistent(), "message");
            observer.count("left");
        }

        /** Its 4.3 writes them to its metadata store like all others. */
        @Override
        public List<String> expectedOfRabbitMq() {
            return List.of("ok", "left: 1");
        }
    },

    WHAT_WAS_DELETED_UNBOUND_OR_PURGED_STAYS_SO(
            "404 NOT_FOUND - no queue 'deleted' in vhost '/'",
            "404 NOT_FOUND - no exchange 'deleted' in vhost '/'",
            "purged: 0",
            "unbound: 0") {
        @Override
        public void before(Channel channel) throws IOException {
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
        public void after(Observer observer) throws Exception {
            observer.attempt(channel -> channel.queueDeclarePassive("deleted"));
            observer.attempt(channel -> channel.exchangeDeclarePassive("deleted"));
            observer.count("purged");
            publish(observer.channel(), "amq.fanout", "", persistent(), "no binding");
            observer.count("unbound");
        }
    },

    POLICIES_ARE_BACK_AND_IN_EFFECT("m2 of policed", "m3 of policed", "m1 of policed", "stray") {
        @Override
        public void before(Channel channel) throws IOException {
            for (String queue : List.of("policed", "policed.dropped", "policed.strays")) {
                channel.queueDeclare(queue, true, false, false, null);
            }
            channel.exchangeDeclare("policed.exchange", "direct", true);
            channel.exchangeDeclare("policed.alternate", "fanout", true);
            channel.queueBind("policed.strays", "policed.alternate", "");
            publish(channel, "", "policed", persistent(), "m1 of policed");
            publish(channel, "", "policed", persistent(), "m2 of policed");
        }

        @Override
        public void after(Observer observer) throws Exception {
            publish(observer.channel(), "", "policed", persistent(), "m3 of policed");
            publish(observer.channel(), "policed.exchange", "nowhere", persistent(), "stray");
            observer.drain("policed");
            QueueState.awaitReady(observer.channel(), "policed.dropped", 1);
            observer.drain("policed.dropped");
            observer.drain("policed.strays");
        }
    },

    A_DURABLE_QUEUE_THAT_IS_DELETED_WITH_ITS_LAST_CONSUMER_IS_BACK_IF_IT_NEVER_HAD_ONE(
            "ok",
            "404 NOT_FOUND - no queue 'auto.consumed' in vhost '/'",
            "404 NOT_FOUND - no queue 'auto' in vhost '/'") {
        @Override
        public void before(Channel channel) throws IOException {
            channel.queueDeclare("auto", true, false, true, null);
            channel.queueDeclare("auto.consumed", true, false, true, null);
            channel.basicConsume("auto.consumed", true, (tag, delivery) -> {}, tag -> {});
        }

        @Override
        public void after(Observer observer) throws Exception {
            observer.attempt(channel -> channel.queueDeclarePassive("auto"));
            observer.attempt(channel -> channel.queueDeclarePassive("auto.consumed"));
            Channel own = observer.channel();
            own.basicCancel(own.basicConsume("auto", true, (tag, delivery) -> {}, tag -> {}));
            observer.attempt(channel -> channel.queueDeclarePassive("auto"));
        }
    },

    A_DURABLE_EXCHANGE_THAT_IS_DELETED_WITH_ITS_LAST_BINDING_IS_BACK_UNLESS_THAT_IS_GONE(
            "ok",
            "ok",
            "404 NOT_FOUND - no exchange 'auto.transient' in vhost '/'",
            "404 NOT_FOUND - no exchange 'auto.bound' in vhost '/'") {
        @Override
        public void before(Channel channel) throws IOException {
            for (String exchange : List.of("auto.unbound", "auto.bound", "auto.transient")) {
                channel.exchangeDeclare(exchange, "fanout", true, true, null);
            }
            channel.queueDeclare("auto.stays", true, false, false, null);
            channel.queueBind("auto.stays", "auto.bound", "");
            channel.queueDeclare("auto.goes", false, false, false, null);
            channel.queueBind("auto.goes", "auto.transient", "");
        }

        @Override
        public void after(Observer observer) throws Exception {
            observer.attempt(channel -> channel.exchangeDeclarePassive("auto.unbound"));
            observer.attempt(channel -> channel.exchangeDeclarePassive("auto.bound"));
            observer.attempt(channel -> channel.exchangeDeclarePassive("auto.transient"));
            observer.channel().queueUnbind("auto.stays", "auto.bound", "");
            observer.attempt(channel -> channel.exchangeDeclarePassive("auto.bound"));
        }
    },

    AN_INTERNAL_EXCHANGE_STAYS_INTERNAL(
            "403 ACCESS_REFUSED - cannot publish to internal exchange 'internal' in vhost '/'", "through it") {
        @Override
        public void before(Channel channel) throws IOException {
            channel.exchangeDeclare("internal", "fanout", true, false, true, null);
            channel.exchangeDeclare("internal.entry", "fanout", true);
            channel.exchangeBind("internal", "internal.entry", "");
            channel.queueDeclare("internal.bound", true, false, false, null);
            channel.queueBind("internal.bound", "internal", "");
        }

        @Override
        public void after(Observer observer) throws Exception {
            observer.attempt(channel -> {
                publish(channel, "internal", "", persistent(), "refused");
                channel.exchangeDeclarePassive("amq.direct");
            });
            publish(observer.channel(), "internal.entry", "", persistent(), "through it");
            observer.drain("internal.bound");
        }
    };

    private final List<String> expected;

    TopologyRestart(String... expected) {
        this.expected = List.of(expected);
    }

    @Override
    public List<String> expected() {
        return expected;
    }
}
