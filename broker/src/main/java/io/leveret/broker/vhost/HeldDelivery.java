package io.leveret.broker.vhost;

import io.leveret.amqp.BasicProperties;
import io.leveret.broker.hold.Delivery;
import io.leveret.broker.hold.Hold;
import io.leveret.broker.message.Message;
import io.leveret.broker.message.RoutingKeys;
import io.leveret.broker.queue.QueueBurst;
import io.leveret.broker.queue.QueueSettings;
import io.leveret.persistence.record.Batch;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Routes messages that exchanges held back and that leave now. Used by one thread at a time, which may block. */
final class HeldDelivery implements Delivery {

    private final Topology topology;
    private final HeldDeadLetters deadLetters;
    private final Bursts bursts;

    /** The way that the last message went, which the next one nearly always goes too. */
    private @Nullable Way last;

    /** The way of all messages with one routing key. */
    private record Way(Exchange exchange, String routingKey, Route route, QueueBurst[] queues, long generation) {}

    /** @param bursts of its own */
    HeldDelivery(Topology topology, HeldDeadLetters deadLetters, Bursts bursts) {
        this.topology = topology;
        this.deadLetters = deadLetters;
        this.bursts = bursts;
    }

    @Override
    public Outcome deliver(Hold from, Message message) {
        Exchange exchange = topology.exchange(from.exchange());
        if (exchange == null || exchange.hold() != from) {
            // It was deleted with all that waited.
            return Outcome.DROPPED;
        }
        Way way = way(exchange, message);
        List<Hold> holds = way.route().holds();
        if (way.queues().length > 0 || !holds.isEmpty()) {
            return publish(message, way.queues(), holds) ? Outcome.DELIVERED : Outcome.DROPPED;
        }
        if (way.route().isDuplicate()) {
            return Outcome.DROPPED;
        }
        // What goes nowhere leaves no key at an exchange, as when it is published.
        bursts.mayComeAgain(message);
        return deadLetter(exchange, message, Deaths.UNROUTABLE);
    }

    /** Gathers a message for where dead letters of the exchange go that held it back. */
    Outcome deadLetter(Exchange from, Message message, String reason) {
        HeldDeadLetters.Letter letter = deadLetters.letter(from, message, reason);
        if (letter == null) {
            return Outcome.DROPPED;
        }
        QueueBurst[] queues = bursts.of(letter.route());
        List<Hold> holds = letter.route().holds();
        return (queues.length > 0 || !holds.isEmpty()) && publish(letter.message(), queues, holds)
                ? Outcome.DEAD_LETTERED
                : Outcome.DROPPED;
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
    private boolean publish(Message message, QueueBurst[] queues, List<Hold> holds) {
        QueueBurst[] takers = bursts.takers(message, queues);
        List<Hold> places = bursts.reserve(message, holds);
        bursts.publish(message, takers, ttlMs(message.properties()), places);
        return takers.length > 0 || !places.isEmpty();
    }

    /** It was checked when the message was published; the time begins now. */
    private static long ttlMs(BasicProperties properties) {
        String expiration = properties.hasExpiration() ? properties.expiration() : null;
        return expiration == null ? QueueSettings.NONE : Long.parseLong(expiration);
    }

    @Override
    public void settle(Hold from, long position) {
        Batch batch = bursts.record(from);
        if (batch != null) {
            batch.settle(from.queueId(), position);
        }
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
