package io.leveret.broker.vhost;

import io.leveret.broker.event.Events;
import io.leveret.broker.hold.Hold;
import io.leveret.broker.message.Destination;
import io.leveret.broker.message.Message;
import io.leveret.broker.policy.Parameter;
import io.leveret.broker.queue.Priorities;
import io.leveret.broker.queue.Queue;
import io.leveret.broker.storage.Journal;
import io.leveret.broker.storage.JournalWriter;
import io.leveret.broker.vhost.CatalogEntry.OfBinding;
import io.leveret.broker.vhost.CatalogEntry.OfExchange;
import io.leveret.broker.vhost.CatalogEntry.OfHistory;
import io.leveret.broker.vhost.CatalogEntry.OfParameter;
import io.leveret.broker.vhost.CatalogEntry.OfQueue;
import io.leveret.broker.vhost.CatalogEntry.OfTransientBindings;
import io.leveret.persistence.store.StoredQueue;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Fills a virtual host with what its store has. The store is consistent by construction, so whatever does not fit is an error
 * that names it. Used once, by one thread, before anybody else sees the virtual host.
 */
final class Recovery {

    private static final Logger LOG = LoggerFactory.getLogger(Recovery.class);

    private final String vhost;
    private final Journal journal;
    private final Topology topology;
    private final QueueDeclarations queues;
    private final RuntimeParameters runtimeParameters;
    private final ExchangeHolds holds;
    private final InstantSource clock;
    private final Map<Long, StoredQueue> stored;
    private final List<OfBinding> bindings = new ArrayList<>();
    private final List<String> transientlyBound = new ArrayList<>();
    private final List<Parameter> parameters = new ArrayList<>();
    private final Map<String, SortedMap<Long, Message>> histories = new HashMap<>();

    Recovery(
            String vhost,
            Journal journal,
            Topology topology,
            QueueDeclarations queues,
            RuntimeParameters runtimeParameters,
            ExchangeHolds holds,
            InstantSource clock) {
        this.holds = holds;
        this.clock = clock;
        this.runtimeParameters = runtimeParameters;
        this.vhost = vhost;
        this.journal = journal;
        this.topology = topology;
        this.queues = queues;
        this.stored = new HashMap<>(journal.store().queues());
    }

    /** @throws CatalogException if something does not fit */
    void run() {
        CatalogCodec codec = new CatalogCodec(vhost);
        journal.store().catalog((key, value) -> take(codec.decode(key, value)));
        // Only now: their ends may stand behind them.
        bindings.forEach(this::bind);
        topology.policies.recovered(parameters);
        runtimeParameters.recovered(parameters);
        histories.forEach(this::recover);
        KeyRecovery keys = new KeyRecovery(topology, journal.store(), clock.millis());
        keys.run(vhost);
        deleteUnbound();
        deleteUnknown();
        // Not before all is there: one that nobody uses may be deleted at any time from now on. And not all may have
        // left that is too
        // much, by a policy that was set in the last moment or because of what a crash undid.
        keys.endOutlived();
        topology.queues().forEach(Queue::enforceSettings);
    }

    private void take(CatalogEntry entry) {
        if (entry instanceof OfExchange exchange) {
            recover(exchange);
        } else if (entry instanceof OfQueue queue) {
            recover(queue);
        } else if (entry instanceof OfBinding binding) {
            bindings.add(binding);
        } else if (entry instanceof OfTransientBindings unrecorded) {
            transientlyBound.add(unrecorded.exchange());
        } else if (entry instanceof OfParameter parameter) {
            parameters.add(parameter.parameter());
        } else if (entry instanceof OfHistory history) {
            histories
                    .computeIfAbsent(history.exchange(), any -> new TreeMap<>())
                    .put(history.number(), history.message());
        }
    }

    private void recover(OfExchange entry) {
        History history = topology.catalog.newHistory(entry.declaration());
        if (entry.ids().keys() != ExchangeKeys.NOBODY) {
            stored.remove(entry.ids().keys());
        }
        ExchangeKeys keys = topology.catalog.recoveredKeys(entry);
        topology.recovered(new Exchange(entry.declaration(), history, held(entry), keys));
    }

    private @Nullable Hold held(OfExchange entry) {
        long id = entry.ids().held();
        if (id == 0) {
            return null;
        }
        topology.catalog.reserve(id);
        StoredQueue found = stored.remove(id);
        if (found == null) {
            throw new CatalogException(vhost, entry.describe() + " has id " + id + ", which the store does not know");
        }
        return holds.recover(entry.declaration(), id, found.entries());
    }

    private void recover(OfQueue entry) {
        Priorities priorities = entry.declaration().priorities();
        topology.catalog.reserve(entry.id(), priorities);
        Queue queue = queues.newQueue(entry.declaration(), journal.backlog(entry.id()));
        for (int level = 0; level < priorities.levels(); level++) {
            StoredQueue found = stored.remove(entry.id() + level);
            if (found != null) {
                queue.recovered(level, journal.store().nextPosition() - 1, found.entries(), found.bytes());
            } else if (level == priorities.usual()) {
                throw new CatalogException(
                        vhost,
                        entry.describe() + " has id " + (entry.id() + level) + ", which the store does not know");
            }
        }
        topology.recovered(queue);
    }

    private void recover(String exchangeName, SortedMap<Long, Message> written) {
        Exchange exchange = topology.exchange(exchangeName);
        History history = exchange == null ? null : exchange.history();
        if (history == null) {
            throw new CatalogException(
                    vhost, "history of exchange '" + exchangeName + "', but there is no such exchange that keeps one");
        }
        history.recovered(written);
    }

    private void bind(OfBinding entry) {
        Exchange source = topology.exchange(entry.source());
        Destination destination = destination(entry);
        boolean ofEvents = (source == null && entry.source().equals(Events.EXCHANGE))
                || (destination == null
                        && !entry.toQueue()
                        && entry.destination().equals(Events.EXCHANGE));
        if (ofEvents) {
            LOG.warn(
                    "A binding of the event exchange, which is in another virtual host now, is dropped vhost={}",
                    vhost);
            return;
        }
        if (source == null || destination == null) {
            throw new CatalogException(
                    vhost, entry.describe() + ", but there is no such " + (source == null ? "source" : "destination"));
        }
        topology.bindings.add(new Binding(source, destination, entry.routingKey(), entry.arguments()));
    }

    /** The last bindings of an auto-delete exchange went with the last run, and would have taken it along; as in RabbitMQ. */
    private void deleteUnbound() {
        // What is cleared away of them may be done by another thread.
        topology.lock.lock();
        try {
            List<Exchange> exchanges = transientlyBound.stream()
                    .map(topology::exchange)
                    .filter(Objects::nonNull)
                    .filter(each -> each.declaration().autoDelete())
                    .toList();
            // All are marked before one goes: others may go with it, each with its mark.
            exchanges.forEach(Exchange::boundTransiently);
            exchanges.forEach(this::deleteIfUnbound);
        } finally {
            topology.lock.unlock();
        }
    }

    private void deleteIfUnbound(Exchange exchange) {
        boolean isThere = topology.exchange(exchange.declaration().name()) == exchange;
        if (isThere && topology.bindings.countFrom(exchange) == 0) {
            topology.remove(exchange);
        }
    }

    private @Nullable Destination destination(OfBinding entry) {
        return entry.toQueue() ? topology.queue(entry.destination()) : topology.exchange(entry.destination());
    }

    /** A crash between two batches can't leave these, but nobody could ever delete them if something did. */
    private void deleteUnknown() {
        if (stored.isEmpty()) {
            return;
        }
        LOG.warn(
                "Deleting {} queues that the catalog does not name vhost={} ids={} messages={}",
                stored.size(),
                vhost,
                stored.keySet(),
                stored.values().stream().mapToLong(StoredQueue::entries).sum());
        JournalWriter writer = journal.newWriter();
        stored.keySet().forEach(id -> writer.batch().deleteQueue(id));
        writer.append();
        writer.brought();
    }
}
