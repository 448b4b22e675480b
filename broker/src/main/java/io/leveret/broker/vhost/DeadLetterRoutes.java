package io.leveret.broker.vhost;

import io.leveret.amqp.OctetText;
import io.leveret.amqp.ShortString;
import io.leveret.broker.hold.Hold;
import io.leveret.broker.message.Message;
import io.leveret.broker.queue.Admitted;
import io.leveret.broker.queue.Departure;
import io.leveret.broker.queue.Queue;
import io.leveret.broker.queue.QueueBurst;
import io.leveret.broker.queue.QueueEntry;
import io.leveret.broker.queue.QueueSettings;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Where the dead letters of a virtual host's queues go, and what they tell then. Any thread may use it. */
final class DeadLetterRoutes {

    private static final Logger LOG = LoggerFactory.getLogger(DeadLetterRoutes.class);

    private final Topology topology;
    private final AlikeDeaths alike = new AlikeDeaths();

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

    /** A consumer does not want an entry, which leaves its queue and goes where it belongs in one batch, if it can go there now. */
    void reject(QueueEntry entry, Departure departure, Message message, Bursts bursts) {
        if (!entry.queue().keepsDeadLetters()) {
            // First: it may go back to the queue that it leaves, and is no duplicate of itself.
            bursts.settle(entry);
            if (entry.queue().deadLetters()) {
                publish(departure, message, bursts);
            }
        } else if (publishToAll(departure, message, bursts)) {
            bursts.settle(entry);
        } else {
            bursts.reject(entry);
        }
    }

    /** Publishes what has left a queue to its dead-letter exchange, if it is there. Returns how many bytes. */
    long publish(Departure departure, Message message, Bursts bursts) {
        Letter letter = letter(departure, message);
        if (letter == null) {
            return 0;
        }
        List<QueueBurst> targets = new ArrayList<>();
        for (Queue target : letter.targets()) {
            QueueBurst burst = bursts.of(target);
            Admitted answer = bursts.ask(burst, letter.message());
            if (answer == Admitted.TAKEN) {
                targets.add(burst);
            } else if (answer == Admitted.REFUSED) {
                target.refused(letter.message());
            }
        }
        List<Hold> holds = bursts.reserve(letter.message(), letter.holds());
        bursts.publish(letter.message(), targets.toArray(QueueBurst[]::new), QueueSettings.NONE, holds);
        return letter.message().heapBytes();
    }

    /**
     * Publishes what has left a queue that keeps it, if there are targets at present and none that may refuse it.
     *
     * @return whether it is where it belongs
     */
    private boolean publishToAll(Departure departure, Message message, Bursts bursts) {
        Letter letter = letter(departure, message);
        if (letter == null
                || (letter.targets().isEmpty() && letter.holds().isEmpty())
                || letter.targets().stream().anyMatch(Queue::mayRefuse)) {
            return false;
        }
        List<Hold> holds = bursts.reserve(letter.message(), letter.holds());
        if (holds.size() < letter.holds().size()) {
            holds.forEach(hold -> hold.giveUp(letter.message()));
            return false;
        }
        QueueBurst[] targets = letter.targets().stream().map(bursts::of).toArray(QueueBurst[]::new);
        bursts.publish(letter.message(), targets, QueueSettings.NONE, holds);
        return true;
    }

    /**
     * Publishes what has left a queue that keeps it to those of its targets that take it.
     *
     * @param reached the targets that have it from before; takes those that get it now
     * @return whether it is where it belongs, so that the queue need not keep it any more
     */
    boolean forward(Departure departure, Message message, Set<Queue> reached, Bursts bursts) {
        Letter letter = letter(departure, message);
        if (letter == null) {
            return false;
        }
        List<QueueBurst> takers = new ArrayList<>();
        boolean refused = false;
        for (Queue target : letter.targets()) {
            if (!reached.contains(target)) {
                QueueBurst burst = bursts.of(target);
                Admitted answer = bursts.ask(burst, letter.message());
                if (answer == Admitted.TAKEN) {
                    takers.add(burst);
                } else if (answer == Admitted.DUPLICATE) {
                    reached.add(target);
                } else {
                    refused = true;
                }
            }
        }
        // Where it is to wait it comes last, and so once: to all of these exchanges, or to none yet.
        List<Hold> holds = refused ? List.of() : bursts.reserve(letter.message(), letter.holds());
        if (holds.size() < letter.holds().size()) {
            holds.forEach(hold -> hold.giveUp(letter.message()));
            holds = List.of();
            refused = true;
        }
        bursts.publish(letter.message(), takers.toArray(QueueBurst[]::new), QueueSettings.NONE, holds);
        takers.forEach(taker -> reached.add(taker.queue()));
        return !refused && !(reached.isEmpty() && holds.isEmpty());
    }

    /** A dead letter as it is published, the queues that it goes to, and the exchanges in which it waits. */
    private record Letter(Message message, List<Queue> targets, List<Hold> holds) {}

    /** Null if there is no exchange for it, or its key is so long that no delivery could tell it. */
    private @Nullable Letter letter(Departure departure, Message message) {
        Exchange exchange = exchange(departure.queue());
        String key = departure.queue().settings().deadLetterRoutingKey();
        if (exchange == null || (key != null && OctetText.encode(key).length > ShortString.MAX_BYTES)) {
            return null;
        }
        List<String> keys = key == null ? message.routingKeys() : List.of(key);
        Deaths.Cause cause = Deaths.Cause.of(departure);
        AlikeDeaths.Told told = alike.told(cause, message, exchange.name(), keys);
        Message dead = told.message();
        List<Queue> targets = new ArrayList<>();
        Route route = new Router(topology, keys, dead).route(exchange);
        for (Queue target : route.queues()) {
            if (told.deaths().isCycle(target.name(), departure.reason())) {
                LOG.debug("A message that goes round is dropped {}", target.describe());
            } else {
                targets.add(target);
            }
        }
        return new Letter(dead, targets, route.holds());
    }
}
