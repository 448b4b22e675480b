package io.leveret.broker.vhost;

import io.leveret.amqp.BasicProperties;
import io.leveret.broker.delay.DelayedMessages;
import io.leveret.broker.delay.Delivery;
import io.leveret.broker.message.Message;
import io.leveret.broker.message.RoutingKeys;
import io.leveret.broker.queue.QueueBurst;
import io.leveret.broker.queue.QueueSettings;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Routes delayed messages that are due. Used by one thread at a time, which may block. */
final class DelayedDelivery implements Delivery {

    private final Topology topology;
    private final DelayedDeadLetters deadLetters;
    private final Bursts bursts;

    /** The way that the last message went, which the next one nearly always goes too. */
    private @Nullable Way last;

    /** The way of all messages with one routing key. */
    private record Way(Exchange exchange, String routingKey, Route route, QueueBurst[] queues, long generation) {}

    /** @param bursts of its own */
    DelayedDelivery(Topology topology, DelayedDeadLetters deadLetters, Bursts bursts) {
        this.topology = topology;
        this.deadLetters = deadLetters;
        this.bursts = bursts;
    }

    @Override
    public Outcome deliver(DelayedMessages from, Message message) {
        Exchange exchange = topology.exchange(from.exchange());
        if (exchange == null || exchange.delayed() != from) {
            // It was deleted with all that waited.
            return Outcome.DROPPED;
        }
        Way way = way(exchange, message);
        if (way.queues().length > 0) {
            return publish(message, way.queues()) ? Outcome.DELIVERED : Outcome.DROPPED;
        }
        if (way.route().isDuplicate()) {
            return Outcome.DROPPED;
        }
        // What goes nowhere leaves no key at an exchange, as when it is published.
        bursts.mayComeAgain(message);
        DelayedDeadLetters.Letter letter = deadLetters.letter(exchange, message);
        if (letter == null) {
            return Outcome.DROPPED;
        }
        QueueBurst[] others = bursts.of(letter.route());
        return others.length > 0 && publish(letter.message(), others) ? Outcome.DEAD_LETTERED : Outcome.DROPPED;
    }

    private Way way(Exchange exchange, Message message) {
        String key = message.address().routingKey();
        boolean hasOneKey = hasOneKey(message);
        Way known = last;
        if (hasOneKey
                && known != null
                && known.exchange() == exchange
                && known.routingKey().equals(key)
                && known.generation() == bursts.generation()
                && known.route().isCurrent()) {
            return known;
        }
        List<String> keys = hasOneKey ? List.of(key) : message.routingKeys();
        Route route = new Router(topology, keys, message, bursts.gateWhenDue())
                .due(exchange)
                .route(exchange);
        Way way = new Way(exchange, key, route, bursts.of(route), bursts.generation());
        last = hasOneKey && route.isCacheable() ? way : null;
        return way;
    }

    private static boolean hasOneKey(Message message) {
        BasicProperties properties = message.properties();
        return message.furtherKeys() == null && (!properties.hasHeaders() || properties.header(RoutingKeys.CC) == null);
    }

    /** False if all queues refuse it, or had it before. */
    private boolean publish(Message message, QueueBurst[] queues) {
        QueueBurst[] takers = bursts.takers(message, queues);
        bursts.publish(message, takers, ttlMs(message.properties()));
        return takers.length > 0;
    }

    /** It was checked when the message was published; the time begins now. */
    private static long ttlMs(BasicProperties properties) {
        String expiration = properties.hasExpiration() ? properties.expiration() : null;
        return expiration == null ? QueueSettings.NONE : Long.parseLong(expiration);
    }

    @Override
    public void settle(DelayedMessages from, long position) {
        bursts.settle(from, position);
    }

    @Override
    public void end() {
        bursts.endKeys();
    }

    @Override
    public boolean isFull() {
        return bursts.isFull();
    }

    @Override
    public long flush() {
        bursts.flushRegardless();
        return bursts.appendedBatch();
    }

    @Override
    public long appendedBatch() {
        return bursts.appendedBatch();
    }
}
