package io.leveret.interop.clients;

import com.rabbitmq.client.ConnectionFactory;
import io.leveret.interop.Case;
import io.leveret.interop.Peer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.springframework.amqp.AmqpRejectAndDontRequeueException;
import org.springframework.amqp.core.Binding;
import org.springframework.amqp.core.BindingBuilder;
import org.springframework.amqp.core.Message;
import org.springframework.amqp.core.MessageListener;
import org.springframework.amqp.core.Queue;
import org.springframework.amqp.core.ReturnedMessage;
import org.springframework.amqp.core.TopicExchange;
import org.springframework.amqp.rabbit.connection.CachingConnectionFactory;
import org.springframework.amqp.rabbit.connection.CachingConnectionFactory.ConfirmType;
import org.springframework.amqp.rabbit.connection.CorrelationData;
import org.springframework.amqp.rabbit.core.RabbitAdmin;
import org.springframework.amqp.rabbit.core.RabbitTemplate;
import org.springframework.amqp.rabbit.listener.SimpleMessageListenerContainer;
import org.springframework.amqp.rabbit.listener.adapter.MessageListenerAdapter;
import org.springframework.amqp.rabbit.listener.adapter.ReplyingMessageListener;
import org.springframework.amqp.rabbit.transaction.RabbitTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** Spring AMQP, wired by hand as Spring Boot wires it. */
@Timeout(120)
class SpringAmqpTest {

    private static final int TIMEOUT_MS = 30_000;

    private final Deque<Runnable> closings = new ArrayDeque<>();

    @AfterEach
    void close() {
        closings.forEach(Runnable::run);
    }

    @Case("RabbitAdmin declares, binds, inspects, purges and deletes")
    void administers(Peer peer) {
        RabbitTemplate template = new RabbitTemplate(connections(peer));
        RabbitAdmin admin = new RabbitAdmin(template);
        TopicExchange events = new TopicExchange(peer.name("events"), true, false);
        Queue orders = queue(peer, admin);
        Binding binding = BindingBuilder.bind(orders).to(events).with("order.#");

        admin.declareExchange(events);
        admin.declareBinding(binding);
        template.convertAndSend(events.getName(), "order.placed", "one");
        template.convertAndSend(events.getName(), "invoice.sent", "no order");
        template.convertAndSend(events.getName(), "order.paid.late", "two");
        peer.observe(
                template.receiveAndConvert(orders.getName(), TIMEOUT_MS),
                admin.getQueueInfo(orders.getName()),
                admin.purgeQueue(orders.getName()),
                admin.deleteQueue(orders.getName()),
                admin.getQueueInfo(orders.getName()),
                admin.deleteExchange(events.getName()));

        peer.expect(
                "one", "QueueInformation [name=orders, messageCount=1, consumerCount=0]", "1", "true", "null", "true");
    }

    @Case("RabbitTemplate sends, and receives by get and by a consumer")
    void sendsAndReceives(Peer peer) {
        RabbitTemplate template = new RabbitTemplate(connections(peer));
        String orders = queue(peer, new RabbitAdmin(template)).getName();

        template.convertAndSend(orders, (Object) "with a header", message -> {
            message.getMessageProperties().setHeader("attempt", 3);
            return message;
        });
        template.convertAndSend(orders, "to a consumer");
        Message got = Objects.requireNonNull(template.receive(orders));
        peer.observe(
                text(got),
                got.getMessageProperties().getHeaders().get("attempt"),
                got.getMessageProperties().getReceivedDeliveryMode(),
                template.receiveAndConvert(orders, TIMEOUT_MS),
                template.receiveAndConvert(orders));

        peer.expect("with a header", "3", "PERSISTENT", "to a consumer", "null");
    }

    @Case("correlated confirms and returns")
    void confirmsAndReturns(Peer peer) throws Exception {
        CachingConnectionFactory connections = connections(peer);
        connections.setPublisherConfirmType(ConfirmType.CORRELATED);
        connections.setPublisherReturns(true);
        RabbitTemplate template = new RabbitTemplate(connections);
        template.setMandatory(true);
        String orders = queue(peer, new RabbitAdmin(template)).getName();

        CorrelationData routed = new CorrelationData("routed");
        template.convertAndSend("", orders, "routed", routed);
        CorrelationData lost = new CorrelationData("lost");
        template.convertAndSend("", peer.name("nowhere"), "lost", lost);
        peer.observe(acked(routed), routed.getReturned(), acked(lost), returned(lost));

        peer.expect("true", "null", "true", "312 NO_ROUTE '' 'nowhere': lost");
    }

    @Case("waiting for the confirms of many messages on one channel")
    void waitsForConfirms(Peer peer) {
        CachingConnectionFactory connections = connections(peer);
        connections.setPublisherConfirmType(ConfirmType.SIMPLE);
        RabbitTemplate template = new RabbitTemplate(connections);
        RabbitAdmin admin = new RabbitAdmin(template);
        String orders = queue(peer, admin).getName();

        Boolean confirmed = template.invoke(channel -> {
            for (int i = 0; i < 500; i++) {
                channel.convertAndSend(orders, "message " + i);
            }
            return channel.waitForConfirms(TIMEOUT_MS);
        });
        peer.observe(confirmed, admin.purgeQueue(orders));

        peer.expect("true", "500");
    }

    @Case("a listener container with several consumers; a failed message comes again")
    void listens(Peer peer) throws Exception {
        CachingConnectionFactory connections = connections(peer);
        RabbitTemplate template = new RabbitTemplate(connections);
        RabbitAdmin admin = new RabbitAdmin(template);
        String orders = queue(peer, admin).getName();
        BlockingQueue<String> heard = new LinkedBlockingQueue<>();
        listen(connections, orders, 3, message -> {
            heard.add(text(message) + (isRedelivered(message) ? " again" : ""));
            failIfAsked(message);
        });

        List.of("fine", "fails once", "fails for good").forEach(body -> template.convertAndSend(orders, body));
        peer.observe(next(heard, 4));
        peer.observe(admin.getQueueInfo(orders));

        peer.expect(
                "[fails for good, fails once, fails once again, fine]",
                "QueueInformation [name=orders, messageCount=0, consumerCount=3]");
    }

    @Case("RPC by direct reply-to with a listener that answers")
    void calls(Peer peer) {
        CachingConnectionFactory connections = connections(peer);
        RabbitTemplate template = new RabbitTemplate(connections);
        template.setReplyTimeout(TIMEOUT_MS);
        String orders = queue(peer, new RabbitAdmin(template)).getName();
        ReplyingMessageListener<String, String> answer = request -> request + "!";
        listen(connections, orders, 1, new MessageListenerAdapter(answer));

        for (String request : List.of("one", "two", "three")) {
            peer.observe(template.convertSendAndReceive(orders, (Object) request));
        }
        template.destroy();

        peer.expect("one!", "two!", "three!");
    }

    @Case("RPC with a temporary reply queue for each call")
    void callsWithTemporaryQueues(Peer peer) {
        CachingConnectionFactory connections = connections(peer);
        RabbitTemplate template = new RabbitTemplate(connections);
        template.setUseTemporaryReplyQueues(true);
        template.setReplyTimeout(TIMEOUT_MS);
        String orders = queue(peer, new RabbitAdmin(template)).getName();
        ReplyingMessageListener<String, String> answer = request -> request + "!";
        listen(connections, orders, 1, new MessageListenerAdapter(answer));

        peer.observe(template.convertSendAndReceive(orders, (Object) "one"));
        peer.observe(template.convertSendAndReceive(orders, (Object) "two"));

        peer.expect("one!", "two!");
    }

    @Case("a transaction that commits and one that rolls back")
    void transactions(Peer peer) {
        CachingConnectionFactory connections = connections(peer);
        RabbitTemplate template = new RabbitTemplate(connections);
        template.setChannelTransacted(true);
        String orders = queue(peer, new RabbitAdmin(template)).getName();
        TransactionTemplate transaction = new TransactionTemplate(new RabbitTransactionManager(connections));

        transaction.executeWithoutResult(status -> {
            template.convertAndSend(orders, "rolled back");
            status.setRollbackOnly();
        });
        transaction.executeWithoutResult(status -> template.convertAndSend(orders, "committed"));
        peer.observe(template.receiveAndConvert(orders), template.receiveAndConvert(orders));

        peer.expect("committed", "null");
    }

    private CachingConnectionFactory connections(Peer peer) {
        ConnectionFactory factory = peer.factory();
        CachingConnectionFactory connections = new CachingConnectionFactory(factory);
        closings.push(connections::destroy);
        return connections;
    }

    private static Queue queue(Peer peer, RabbitAdmin admin) {
        Queue queue = new Queue(peer.name("orders"), true, false, false);
        admin.declareQueue(queue);
        return queue;
    }

    private void listen(CachingConnectionFactory connections, String queue, int consumers, MessageListener listener) {
        SimpleMessageListenerContainer container = new SimpleMessageListenerContainer(connections);
        container.setQueueNames(queue);
        container.setConcurrentConsumers(consumers);
        container.setMessageListener(listener);
        closings.push(container::destroy);
        // Returns when all consumers consume.
        container.start();
    }

    private static void failIfAsked(Message message) {
        switch (text(message)) {
            case "fails once" -> {
                if (!isRedelivered(message)) {
                    throw new IllegalStateException("once");
                }
            }
            case "fails for good" -> throw new AmqpRejectAndDontRequeueException("for good");
            default -> {}
        }
    }

    private static boolean isRedelivered(Message message) {
        return Boolean.TRUE.equals(message.getMessageProperties().isRedelivered());
    }

    /** The next messages, sorted: several consumers share them. */
    private static List<String> next(BlockingQueue<String> heard, int count) throws InterruptedException {
        List<String> messages = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            messages.add(String.valueOf(heard.poll(TIMEOUT_MS, TimeUnit.MILLISECONDS)));
        }
        messages.sort(null);
        return messages;
    }

    private static boolean acked(CorrelationData data) throws Exception {
        return data.getFuture().get(TIMEOUT_MS, TimeUnit.MILLISECONDS).ack();
    }

    private static String returned(CorrelationData data) {
        ReturnedMessage returned = data.getReturned();
        if (returned == null) {
            return "nothing returned";
        }
        return returned.getReplyCode() + " " + returned.getReplyText() + " '" + returned.getExchange() + "' '"
                + returned.getRoutingKey() + "': " + text(returned.getMessage());
    }

    private static String text(Message message) {
        return new String(message.getBody(), StandardCharsets.UTF_8);
    }
}
