package io.leveret.broker.channel;

import io.leveret.amqp.AmqpException;
import io.leveret.amqp.BasicProperties;
import io.leveret.amqp.FieldTable;
import io.leveret.amqp.ReplyCode;
import io.leveret.amqp.method.BasicReturn;
import io.leveret.broker.auth.Permission;
import io.leveret.broker.message.Address;
import io.leveret.broker.message.Destination;
import io.leveret.broker.message.Message;
import io.leveret.broker.queue.Queue;
import io.leveret.broker.queue.QueueBurst;
import io.leveret.broker.vhost.Exchange;
import io.leveret.broker.vhost.Replay;
import io.leveret.broker.vhost.ReplyQueues;
import io.leveret.broker.vhost.Route;
import io.netty.buffer.ByteBuf;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The publish side of a channel: from the frames of a message to the bursts of its queues. The checks stand in RabbitMQ's
 * order. Owned by the channel's event loop.
 */
final class Publisher {

    private final int channel;
    private final Session session;
    private final Output output;
    private final Bursts bursts;
    private final IncomingContent content;
    private final TargetCache targets;

    private @Nullable PublishTarget target;
    private @Nullable Confirms confirms;
    private @Nullable Transaction transaction;
    private @Nullable String replyQueue;

    Publisher(int channel, Session session, Link link) {
        this.channel = channel;
        this.session = session;
        this.output = link.output();
        this.bursts = link.bursts();
        this.targets = link.targets();
        this.content = new IncomingContent(session.settings().limits().maxMessageSizeBytes());
    }

    void confirmWith(Confirms confirms) {
        this.confirms = confirms;
    }

    void gatherIn(Transaction transaction) {
        this.transaction = transaction;
    }

    /** Sets the queue that messages with the pseudo queue as reply-to are answered through; null if there is none. */
    void replyThrough(@Nullable String queue) {
        this.replyQueue = queue;
    }

    /** @throws AmqpException unexpected frame: a method came in the middle of a message */
    void requireComplete() {
        content.requireComplete();
    }

    boolean isExpectingContent() {
        return content.isExpecting();
    }

    /** Takes a {@code basic.publish}. Most channels have one target, which is therefore in no table. */
    void begin(ByteBuf payload) {
        PublishTarget last = target;
        if (last == null) {
            target = TargetCache.read(payload);
        } else if (!last.matches(payload)) {
            target = targets.find(payload);
        }
        content.begin();
    }

    void header(ByteBuf payload) {
        if (content.header(payload)) {
            publish();
        }
    }

    void body(ByteBuf payload) {
        if (content.body(payload)) {
            publish();
        }
    }

    private void publish() {
        PublishTarget to = target;
        if (to == null) {
            throw new AssertionError("content without a method");
        }
        if (to.immediate()) {
            throw AmqpException.notImplemented("immediate=true");
        }
        byte[] body = content.takeBody();
        bursts.published();
        Exchange exchange = permittedExchange(to);
        BasicProperties properties = content.properties();
        if (properties.hasReplyTo()) {
            properties = withReplyQueue(properties);
        }
        if (properties.hasExpiration()) {
            MessageChecks.checkExpiration(properties.expiration());
            session.notYet().publishedWithExpiration(to.address().exchange());
        }
        if (properties.hasHeaders() || transaction != null) {
            publishByHeaders(to, exchange, properties, body);
        } else {
            checkUserId(properties);
            publishCached(to, exchange, new Message(to.address(), properties, body));
        }
        if (confirms != null) {
            // Not before: a message that is refused is not confirmed with those before it.
            confirms.published();
        }
        if (bursts.isFull()) {
            bursts.flush();
        }
    }

    private Exchange permittedExchange(PublishTarget to) {
        Exchange exchange = to.exchange();
        if (exchange == null) {
            String name = to.address().exchange();
            session.access().requireExchange(Permission.WRITE, name);
            exchange = session.vhost().exchanges().find(name);
            if (exchange.declaration().internal()) {
                throw AmqpException.accessRefused("cannot publish to internal exchange '" + name + "' in vhost '"
                        + session.vhost().name() + "'");
            }
            to.exchange(exchange);
        }
        return exchange;
    }

    private BasicProperties withReplyQueue(BasicProperties properties) {
        if (!ReplyQueues.PSEUDO_QUEUE.equals(properties.replyTo())) {
            return properties;
        }
        if (replyQueue == null) {
            throw AmqpException.preconditionFailed("fast reply consumer does not exist");
        }
        return properties.toBuilder().replyTo(replyQueue).build();
    }

    private void checkUserId(BasicProperties properties) {
        if (properties.hasUserId()) {
            MessageChecks.checkUserId(properties.userId(), session.access().user());
        }
    }

    private void publishCached(PublishTarget to, Exchange exchange, Message message) {
        QueueBurst[] queues = to.bursts(bursts);
        if (queues == null) {
            Route route = session.vhost().route(exchange, List.of(to.address().routingKey()), message);
            if (route.isCacheable()) {
                to.route(route, bursts);
            }
            queues = PublishTarget.burstsOf(route, bursts);
        }
        enqueue(message, queues, to.mandatory());
    }

    private void publishByHeaders(PublishTarget to, Exchange exchange, BasicProperties properties, byte[] body) {
        FieldTable headers = properties.headers();
        List<String> keys = MessageChecks.routingKeys(to.address().routingKey(), headers);
        checkUserId(properties);
        Message message = new Message(to.address(), MessageChecks.withoutBcc(properties, headers), body);
        if (transaction == null && keys.size() == 1) {
            publishCached(to, exchange, message);
            return;
        }
        Route route = session.vhost().route(exchange, keys, message);
        if (transaction != null) {
            transaction.publish(new RoutedMessage(message, route, to.mandatory()));
        } else {
            enqueue(message, PublishTarget.burstsOf(route, bursts), to.mandatory());
        }
    }

    /** Brings the messages of a committed transaction to the bursts of their queues. */
    void commit(List<RoutedMessage> messages) {
        for (RoutedMessage message : messages) {
            enqueue(message.message(), PublishTarget.burstsOf(message.route(), bursts), message.mandatory());
        }
    }

    /** Brings what a new binding is to get at once to its queues. */
    void replay(Replay replay) {
        if (replay.messages().isEmpty()) {
            return;
        }
        for (Message message : replay.messages()) {
            bursts.publish(message, queuesOf(replay.destination(), message));
        }
        bursts.flush();
    }

    private QueueBurst[] queuesOf(Destination destination, Message message) {
        if (destination instanceof Queue queue) {
            return new QueueBurst[] {bursts.of(queue)};
        }
        if (destination instanceof Exchange exchange) {
            List<String> keys = MessageChecks.routingKeys(
                    message.address().routingKey(), message.properties().headers());
            return PublishTarget.burstsOf(session.vhost().route(exchange, keys, message), bursts);
        }
        throw new AssertionError("bound to " + destination);
    }

    private void enqueue(Message message, QueueBurst[] queues, boolean mandatory) {
        bursts.publish(message, queues);
        if (mandatory && queues.length == 0 && !isReply(message.address())) {
            giveBack(message);
        }
    }

    /** A reply that comes too late is nobody's fault, so it is not returned. */
    private static boolean isReply(Address address) {
        return address.exchange().isEmpty() && ReplyQueues.isGeneratedName(address.routingKey());
    }

    /** Written at once, so that it stands before the confirm of the same message. */
    private void giveBack(Message message) {
        Address address = message.address();
        BasicReturn method = new BasicReturn(
                ReplyCode.NO_ROUTE.code(), ReplyCode.NO_ROUTE.name(), address.exchange(), address.routingKey());
        Answers.write(output, channel, method, message, session.frameMaxBytes());
    }
}
