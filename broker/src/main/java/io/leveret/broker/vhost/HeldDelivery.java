package io.leveret.broker.vhost;

import io.leveret.amqp.BasicProperties;
import io.leveret.broker.hold.Delivery;
import io.leveret.broker.hold.Hold;
import io.leveret.broker.hold.Leaving;
import io.leveret.broker.message.Message;
import io.leveret.broker.message.RoutingKeys;
import io.leveret.broker.queue.QueueBurst;
import io.leveret.broker.queue.QueueSettings;
import io.leveret.persistence.record.Batch;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Routes messages that exchanges held back and that leave now. Used by one thread at a time, which may block. */
final class HeldDelivery implements Delivery {

    private static final QueueBurst[] NOWHERE = {};

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
        Exchange exchange = exchange(from);
        // Else it was deleted with all that waited.
        return exchange == null ? Outcome.DROPPED : leaving(exchange, message).gather();
    }

    /** The exchange that holds messages back; null if it is deleted. */
    @Nullable
    Exchange exchange(Hold of) {
        Exchange exchange = topology.exchange(of.exchange());
        return exchange == null || exchange.hold() != of ? null : exchange;
    }

    /** Finds where a message goes that an exchange held back. */
    Leaving leaving(Exchange exchange, Message message) {
        Way way = way(exchange, message);
        HeldWay found = leaving(message, way.queues(), way.route().holds(), Outcome.DELIVERED, true);
        if (found.leadsSomewhere() || way.route().isDuplicate()) {
            return found;
        }
        // What goes nowhere leaves no key at an exchange, as when it is published.
        bursts.mayComeAgain(message);
        return deadLetter(exchange, message, Deaths.UNROUTABLE, !HeldDeadLetters.isNamed(exchange));
    }

    /**
     * Finds where a message goes as a dead letter of the exchange that held it back.
     *
     * @param mayBeLost whether it may end here if it goes nowhere
     */
    Leaving deadLetter(Exchange from, Message message, String reason, boolean mayBeLost) {
        HeldDeadLetters.Letter letter = deadLetters.letter(from, message, reason);
        return letter == null
                ? leaving(message, NOWHERE, List.of(), Outcome.DROPPED, mayBeLost)
                : leaving(
                        letter.message(),
                        bursts.of(letter.route()),
                        letter.route().holds(),
                        Outcome.DEAD_LETTERED,
                        mayBeLost);
    }

    private HeldWay leaving(
            Message message, QueueBurst[] queues, List<Hold> holds, Outcome outcome, boolean mayBeLost) {
        return new HeldWay(bursts, message, queues, holds, ttlMs(message.properties()), outcome, mayBeLost);
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
