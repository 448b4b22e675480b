package io.leveret.broker.vhost;

import io.leveret.amqp.FieldTable;
import io.leveret.broker.event.Events;
import io.leveret.broker.queue.QueueDeclaration;
import io.leveret.broker.vhost.CatalogEntry.OfBinding;
import io.leveret.broker.vhost.CatalogEntry.OfExchange;
import io.leveret.broker.vhost.CatalogEntry.OfHistory;
import io.leveret.broker.vhost.CatalogEntry.OfQueue;
import io.leveret.broker.vhost.CatalogEntry.OfTransientBindings;
import io.leveret.exchange.ExchangeType;
import io.leveret.persistence.inspect.CatalogRepair;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Makes the catalog of a damaged virtual host one that {@link Recovery} takes: messages whose queue's declaration is lost get a durable
 * queue {@code salvaged-<id>}, and what leads to or belongs to something that is lost is dropped. Used once, by one thread.
 */
public final class SalvagedCatalog implements CatalogRepair {

    private static final String NAME = "salvaged-";

    private final String vhost;
    private final CatalogCodec codec;
    private final List<Decoded> entries = new ArrayList<>();
    private final Map<String, OfExchange> exchanges = new HashMap<>();
    private final Set<String> queues = new HashSet<>();
    private final TreeSet<Long> queueIds = new TreeSet<>();
    private final Set<Long> foundlings = new HashSet<>();
    private final List<String> notes = new ArrayList<>();

    private record Decoded(byte[] key, byte[] value, CatalogEntry entry) {}

    /** @param vhost the virtual host's name, for what is told of it */
    public SalvagedCatalog(String vhost) {
        this.vhost = vhost;
        this.codec = new CatalogCodec(vhost);
    }

    @Override
    public Repaired repair(SortedMap<byte[], byte[]> catalog, SortedMap<Long, Long> liveEntries) {
        catalog.forEach(this::decode);
        entries.forEach(decoded -> declare(decoded.entry(), liveEntries.keySet()));
        SortedMap<byte[], byte[]> kept = new TreeMap<>(catalog.comparator());
        entries.forEach(decoded -> keep(decoded, kept));
        liveEntries.forEach((id, live) -> {
            if (live > 0 && queueIds.add(id)) {
                adopt(id, live, kept);
            }
        });
        return new Repaired(kept, queueIds, foundlings, notes);
    }

    private void decode(byte[] key, byte[] value) {
        try {
            entries.add(new Decoded(key, value, codec.decode(key, value)));
        } catch (CatalogException e) {
            notes.add(e.getMessage() + "; it is dropped");
        }
    }

    /** Takes what others may lead to, with its ids. */
    private void declare(CatalogEntry entry, Set<Long> found) {
        if (entry instanceof OfExchange exchange) {
            exchanges.put(exchange.declaration().name(), exchange);
            if (exchange.ids().held() != 0) {
                queueIds.add(exchange.ids().held());
            }
            if (exchange.ids().keys() != ExchangeKeys.NOBODY) {
                queueIds.add(exchange.ids().keys());
            }
        } else if (entry instanceof OfQueue queue) {
            queues.add(queue.declaration().name());
            int levels = queue.declaration().priorities().levels();
            int usual = queue.declaration().priorities().usual();
            for (int level = 0; level < levels; level++) {
                // The others are there from their first message on.
                if (level == usual || found.contains(queue.id() + level)) {
                    queueIds.add(queue.id() + level);
                }
            }
        }
    }

    private void keep(Decoded decoded, SortedMap<byte[], byte[]> kept) {
        String lacks = lacks(decoded.entry());
        if (lacks == null) {
            kept.put(decoded.key(), decoded.value());
        } else {
            notes.add(decoded.entry().describe() + " is dropped: " + lacks);
        }
    }

    /** What is not there that an entry leads to or belongs to; null if all is. */
    private @Nullable String lacks(CatalogEntry entry) {
        if (entry instanceof OfBinding binding) {
            if (!isExchange(binding.source())) {
                return "there is no such source";
            }
            boolean ends =
                    binding.toQueue() ? queues.contains(binding.destination()) : isExchange(binding.destination());
            return ends ? null : "there is no such destination";
        }
        if (entry instanceof OfTransientBindings) {
            // Its other bindings may be among what could not be read, and with it would go what waits in it.
            return "the exchange stays, bound or not";
        }
        if (entry instanceof OfHistory history) {
            OfExchange exchange = exchanges.get(history.exchange());
            boolean keeps = exchange != null && exchange.declaration().routingType() == ExchangeType.RECENT_HISTORY;
            return keeps ? null : "there is no such exchange that keeps one";
        }
        return null;
    }

    private boolean isExchange(String name) {
        // Of the event exchange, which may be in another virtual host, the start itself decides.
        return exchanges.containsKey(name) || ExchangeDeclarations.isPredeclared(name) || name.equals(Events.EXCHANGE);
    }

    private void adopt(long id, long live, SortedMap<byte[], byte[]> kept) {
        String name = NAME + id;
        for (int other = 2; !queues.add(name); other++) {
            name = NAME + id + "-" + other;
        }
        QueueDeclaration declaration = new QueueDeclaration(name, vhost, true, false, null, FieldTable.EMPTY);
        kept.put(CatalogCodec.queueKey(name), CatalogCodec.queueValue(id, declaration));
        foundlings.add(id);
        notes.add("the declaration of a queue is lost: its " + live + " messages are in queue '" + name + "' now");
    }
}
