package io.leveret.broker.channel;

import io.leveret.amqp.AmqpException;
import io.leveret.amqp.BasicProperties;
import io.leveret.amqp.FieldTable;
import io.leveret.amqp.ReplyCode;
import io.leveret.amqp.frame.FrameEncoder;
import io.leveret.amqp.method.BasicNack;
import io.leveret.amqp.method.BasicReturn;
import io.leveret.broker.auth.Permission;
import io.leveret.broker.hold.Hold;
import io.leveret.broker.message.Address;
import io.leveret.broker.message.Destination;
import io.leveret.broker.message.Message;
import io.leveret.broker.message.Message.Past;
import io.leveret.broker.message.RoutingKeys;
import io.leveret.broker.queue.Admitted;
import io.leveret.broker.queue.Queue;
import io.leveret.broker.queue.QueueBurst;
import io.leveret.broker.queue.QueueEntry;
import io.leveret.broker.queue.QueueSettings;
import io.leveret.broker.vhost.Bursts;
import io.leveret.broker.vhost.Exchange;
import io.leveret.broker.vhost.Replay;
import io.leveret.broker.vhost.ReplyQueues;
import io.leveret.broker.vhost.Route;
import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The publish side of a channel: from the frames of a message to the bursts of its queues. The checks stand in RabbitMQ's
 * order. Owned by the channel's event loop.
 */
final class Publisher {

    private static final int NACK_BYTES = 32;
    private static final String DEFAULT_EXCHANGE = "";
    private static final List<Hold> NOT_HELD = List.of();

    private final int channel;
    private final Session session;
    private final Output output;
    private final Bursts bursts;
    private final IncomingContent content;
    private final TargetCache targets;
    private final Firehose firehose;

    private @Nullable PublishTarget target;
    private @Nullable Confirms confirms;
    private @Nullable Transaction transaction;
    private @Nullable String replyQueue;

    /** Whether who watches is told of the messages of this burst. */
    private boolean traced;

    /** Whether each message is routed by itself: in a transaction, or to tell where it goes. */
    private boolean routesEach;

    /** Of the message that is being published. */
    private long ttlMs;

    Publisher(int channel, Session session, Link link, Firehose firehose) {
        this.channel = channel;
        this.session = session;
        this.firehose = firehose;
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
        routesEach = true;
    }

    /** A read burst begins. */
    void beginBurst() {
        traced = firehose.isOn();
        routesEach = traced || transaction != null;
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
        ttlMs = properties.hasExpiration() ? MessageChecks.ttlMs(properties.expiration()) : QueueSettings.NONE;
        boolean taken = true;
        if (properties.hasHeaders() || routesEach) {
            taken = publishWithHeaders(to, exchange, properties, body);
        } else {
            checkUserId(properties);
            taken = publishCached(to, exchange, new Message(to.address(), properties, body));
        }
        if (confirms != null) {
            // Not before: a message that ends the channel is not confirmed with those before it.
            confirm(confirms, taken);
        }
        if (bursts.isFull()) {
            bursts.flush();
        }
    }

    private void confirm(Confirms to, boolean taken) {
        long number = to.published();
        if (!taken) {
            to.refused();
            FrameEncoder.writeMethod(output.buffer(NACK_BYTES), channel, new BasicNack(number, false, false));
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

    /** False if a queue refused it. */
    private boolean publishCached(PublishTarget to, Exchange exchange, Message message) {
        QueueBurst[] queues = to.bursts(bursts);
        if (queues == null) {
            Route route = session.vhost().route(exchange, List.of(to.address().routingKey()), message, bursts);
            if (route.isCacheable()) {
                to.route(route, bursts);
            }
            return enqueue(message, route, to.mandatory(), ttlMs);
        }
        return enqueue(message, queues, NOT_HELD, to.mandatory(), ttlMs);
    }

    /** Only what has headers may have a key that others wait for. */
    private boolean publishWithHeaders(PublishTarget to, Exchange exchange, BasicProperties properties, byte[] body) {
        try {
            return publishEach(to, exchange, properties, body);
        } catch (RuntimeException | Error e) {
            bursts.endKeys();
            throw e;
        }
    }

    /** By its headers, and not as the one before it. */
    private boolean publishEach(PublishTarget to, Exchange exchange, BasicProperties properties, byte[] body) {
        FieldTable headers = properties.headers();
        List<String> keys = RoutingKeys.of(to.address().routingKey(), headers);
        checkUserId(properties);
        Hold hold = exchange.hold();
        if (hold != null) {
            hold.check(properties, body);
            if (hold.sendsWhereItSays(properties)) {
                session.access().requireExchange(Permission.WRITE, DEFAULT_EXCHANGE);
            }
        }
        Message message = RoutingKeys.areHidden(headers)
                ? new Message(
                        to.address(),
                        RoutingKeys.withoutBcc(properties, headers),
                        body,
                        Past.NONE,
                        keys.subList(1, keys.size()))
                : new Message(to.address(), properties, body);
        if (!routesEach && keys.size() == 1) {
            return publishCached(to, exchange, message);
        }
        Route route = transaction == null
                ? session.vhost().route(exchange, keys, message, bursts)
                : session.vhost().routeAhead(exchange, keys, message);
        if (traced) {
            firehose.published(message, keys, route);
        }
        if (transaction != null) {
            for (QueueBurst burst : bursts.of(route)) {
                burst.check(message);
            }
            transaction.publish(new RoutedMessage(message, exchange, route, to.mandatory()));
            return true;
        }
        return enqueue(message, route, to.mandatory(), ttlMs);
    }

    /**
     * Brings the messages of a committed transaction to the bursts of their queues: all of them, or none, whatever fails.
     *
     * @param leaving what the transaction settles, so that it is no duplicate's first
     * @throws AmqpException precondition failed, if a queue refuses one
     */
    void commit(List<RoutedMessage> messages, List<QueueEntry> leaving) {
        // What was gathered before is none of this transaction.
        bursts.flush();
        bursts.leave(leaving);
        List<Route> routes = new ArrayList<>(messages.size());
        List<QueueBurst[]> takers;
        try {
            takers = takers(messages, routes);
        } catch (RuntimeException | Error e) {
            giveUp(messages, routes);
            throw e;
        }
        gather(messages, routes, takers);
    }

    private void gather(List<RoutedMessage> messages, List<Route> routes, List<QueueBurst[]> takers) {
        int count = 0;
        try {
            while (count < takers.size()) {
                RoutedMessage message = messages.get(count);
                Route route = routes.get(count);
                long ttlMs = ownTtlMs(message.message());
                boolean returned = message.mandatory() && isUnroutable(route);
                publish(message.message(), takers.get(count++), route.holds(), returned, ttlMs);
            }
        } catch (RuntimeException | Error e) {
            // Before anything else is written, or this would be, too: half a transaction.
            bursts.drop();
            giveUp(messages.subList(count, takers.size()), routes.subList(count, takers.size()));
            throw e;
        }
    }

    /** @param routes takes those of the messages that were asked for, also if one is refused */
    private List<QueueBurst[]> takers(List<RoutedMessage> messages, List<Route> routes) {
        List<QueueBurst[]> takers = new ArrayList<>(messages.size());
        for (RoutedMessage message : messages) {
            Route route = routeNow(message);
            reserve(message.message(), route.holds());
            routes.add(route);
            QueueBurst[] takes = willing(message.message(), bursts.of(route));
            if (takes == null) {
                throw AmqpException.preconditionFailed("partial tx completion");
            }
            if (takes.length == 0 && route.holds().isEmpty()) {
                bursts.mayComeAgain(message.message());
            }
            takers.add(takes);
        }
        return takers;
    }

    /** Whether a message is a duplicate to an exchange shows only now. */
    private Route routeNow(RoutedMessage message) {
        Route ahead = message.route();
        return ahead.knowsDuplicates() && !message.exchange().isDeleted()
                ? session.vhost().routeAgain(message.exchange(), message.message(), bursts)
                : ahead;
    }

    /** The queues that take a message, without those that had it before; null if one refuses it. */
    private QueueBurst @Nullable [] willing(Message message, QueueBurst[] queues) {
        QueueBurst[] willing = queues;
        for (QueueBurst burst : queues) {
            switch (bursts.ask(burst, message)) {
                case TAKEN -> {}
                case DUPLICATE -> willing = without(burst, willing);
                case REFUSED -> {
                    return null;
                }
            }
        }
        return willing;
    }

    private void giveUp(List<RoutedMessage> messages, List<Route> routes) {
        for (int i = 0; i < routes.size(); i++) {
            Message message = messages.get(i).message();
            Route route = routes.get(i);
            route.queues().forEach(queue -> bursts.of(queue).giveUp());
            route.holds().forEach(hold -> hold.giveUp(message));
        }
        bursts.endKeys();
    }

    /** Keeps a message's places in all exchanges that hold it back, or in none. */
    private static void reserve(Message message, List<Hold> holds) {
        for (int i = 0; i < holds.size(); i++) {
            AmqpException refusal = holds.get(i).reserve(message);
            if (refusal != null) {
                holds.subList(0, i).forEach(hold -> hold.giveUp(message));
                throw refusal;
            }
        }
    }

    /** What a commit held is free, if it failed. */
    void endCommit() {
        bursts.endKeys();
    }

    private static boolean isUnroutable(Route route) {
        return route.queues().isEmpty() && !route.isDuplicate();
    }

    private static long ownTtlMs(Message message) {
        return MessageChecks.ttlMs(message.properties().expiration());
    }

    /** Brings what a new binding is to get at once to its queues. */
    void replay(Replay replay) {
        if (replay.messages().isEmpty()) {
            return;
        }
        try {
            for (Message message : replay.messages()) {
                replay(message, replay.destination());
                if (bursts.isFull()) {
                    bursts.flush();
                }
            }
            bursts.flush();
        } finally {
            bursts.endKeys();
        }
    }

    private void replay(Message message, Destination to) {
        if (to instanceof Queue queue) {
            offer(message, new QueueBurst[] {bursts.of(queue)}, NOT_HELD, false, ownTtlMs(message));
        } else if (to instanceof Exchange exchange) {
            Route route = session.vhost().route(exchange, message.routingKeys(), message);
            List<Hold> holds = bursts.reserve(message, route.holds());
            offer(message, bursts.of(route), holds, false, ownTtlMs(message));
        } else {
            throw new AssertionError("bound to " + to);
        }
    }

    private boolean enqueue(Message message, Route route, boolean mandatory, long ttl) {
        boolean returned = mandatory && !route.isDuplicate();
        return enqueue(message, bursts.of(route), route.holds(), returned, ttl);
    }

    /** As {@link #offer}, of what a client publishes: what is wrong with it is told before any queue takes it. */
    private boolean enqueue(Message message, QueueBurst[] queues, List<Hold> holds, boolean mandatory, long ttl) {
        if (message.properties().hasHeaders()) {
            for (QueueBurst burst : queues) {
                burst.check(message);
            }
        }
        reserve(message, holds);
        return offer(message, queues, holds, mandatory, ttl);
    }

    /** False if a queue refused it; the others have it. */
    private boolean offer(Message message, QueueBurst[] queues, List<Hold> holds, boolean mandatory, long ttl) {
        QueueBurst[] willing = queues;
        boolean refused = false;
        for (QueueBurst burst : queues) {
            Admitted answer = bursts.ask(burst, message);
            if (answer != Admitted.TAKEN) {
                willing = without(burst, willing);
            }
            if (answer == Admitted.REFUSED) {
                refused = true;
                burst.queue().refused(message);
            }
        }
        if (refused) {
            bursts.mayComeAgain(message);
        }
        publish(message, willing, holds, mandatory && queues.length == 0, ttl);
        return !refused;
    }

    private static QueueBurst[] without(QueueBurst refused, QueueBurst[] queues) {
        return Stream.of(queues).filter(each -> each != refused).toArray(QueueBurst[]::new);
    }

    /** Where a message goes that is held back shows later, so that it is not returned; as for RabbitMQ's plugin by its documentation. */
    private void publish(Message message, QueueBurst[] queues, List<Hold> holds, boolean mandatory, long ttl) {
        if (holds.isEmpty()) {
            bursts.publish(message, queues, ttl);
        } else {
            bursts.publish(message, queues, ttl, holds);
        }
        if (mandatory && queues.length == 0 && holds.isEmpty() && !isReply(message.address())) {
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
