package io.leveret.broker.vhost;

import io.leveret.amqp.FieldTable;
import io.leveret.amqp.OctetText;
import io.leveret.amqp.ShortString;
import io.leveret.broker.message.Address;
import io.leveret.broker.message.Message;
import io.leveret.broker.queue.Departure;
import io.leveret.broker.queue.Queue;
import io.leveret.broker.queue.QueueBurst;
import io.leveret.broker.queue.QueueSettings;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Where the dead letters of a virtual host's queues go, and what they tell then. Any thread may use it. */
final class DeadLetterRoutes {

    private static final Logger LOG = LoggerFactory.getLogger(DeadLetterRoutes.class);

    private final Topology topology;

    DeadLetterRoutes(Topology topology) {
        this.topology = topology;
    }

    /** Whether a queue's dead letters go anywhere at present. */
    boolean leadSomewhere(Queue queue) {
        return exchange(queue) != null;
    }

    private @Nullable Exchange exchange(Queue queue) {
        String name = queue.settings().deadLetterExchange();
        return name == null ? null : topology.exchange(name);
    }

    /** Publishes what has left a queue to its dead-letter exchange, if it is there. Returns how many bytes. */
    long publish(Departure departure, Message message, Bursts bursts) {
        Exchange exchange = exchange(departure.queue());
        return exchange == null ? 0 : publish(departure, message, exchange, bursts);
    }

    private long publish(Departure departure, Message message, Exchange exchange, Bursts bursts) {
        String key = departure.queue().settings().deadLetterRoutingKey();
        if (key != null && OctetText.encode(key).length > ShortString.MAX_BYTES) {
            // No delivery could tell it, so that it leads nowhere.
            return 0;
        }
        FieldTable headers = message.properties().headers();
        List<String> keys = key == null ? RoutingKeys.of(message.address().routingKey(), headers) : List.of(key);
        Deaths deaths = Deaths.of(message).and(departure, message);
        Message dead = deaths.told(departure, message, new Address(exchange.name(), keys.get(0)));
        List<QueueBurst> targets = new ArrayList<>();
        for (Queue target : new Router(topology, keys, dead).route(exchange).queues()) {
            if (deaths.isCycle(target.name(), departure.reason())) {
                LOG.debug("A message that goes round is dropped {}", target.describe());
            } else {
                targets.add(bursts.of(target));
            }
        }
        targets.removeIf(target -> isRefused(target, dead));
        bursts.publish(dead, targets.toArray(QueueBurst[]::new), QueueSettings.NONE);
        return dead.bytes();
    }

    private static boolean isRefused(QueueBurst target, Message dead) {
        boolean refused = !target.admit(dead);
        if (refused) {
            target.queue().refused(dead);
        }
        return refused;
    }
}
