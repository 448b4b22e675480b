package io.leveret.broker.vhost;

import io.leveret.broker.message.Destination;
import io.leveret.broker.policy.Parameter;
import io.leveret.broker.queue.Backlog;
import io.leveret.broker.queue.Deduplication;
import io.leveret.broker.queue.MemoryBudget;
import io.leveret.broker.queue.Priorities;
import io.leveret.broker.queue.Purged;
import io.leveret.broker.queue.Queue;
import io.leveret.broker.storage.Journal;
import io.leveret.broker.storage.JournalWriter;
import io.leveret.broker.vhost.CatalogEntry.OfExchange;
import io.leveret.broker.vhost.Exchange.ExchangeDeclaration;
import io.leveret.exchange.ExchangeType;
import io.leveret.persistence.record.Batch;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.jspecify.annotations.Nullable;

/**
 * Writes down what is durable in a virtual host. What belongs together is gathered and appended as one batch, before the
 * tables change. Without a store it does nothing. Guarded by the topology lock; only {@link #recorded} and {@link #awaitDurable} are for any thread.
 */
final class Catalog {

    private final @Nullable Journal journal;
    private final MemoryBudget budget;
    private final @Nullable JournalWriter writer;
    private @Nullable JournalWriter historyWriter;
    private long nextQueueId;
    private volatile long recorded;

    /**
     * @param journal null if nothing is durable
     * @param budget in which counts what exchanges remember
     */
    Catalog(@Nullable Journal journal, MemoryBudget budget) {
        this.journal = journal;
        this.budget = budget;
        this.writer = journal == null ? null : journal.newWriter();
        this.nextQueueId = journal == null ? 0 : journal.store().nextQueueId();
    }

    /** A part of the store for a new queue; null if there is no store. */
    @Nullable
    Backlog newBacklog(Priorities priorities) {
        if (journal == null) {
            return null;
        }
        long id = nextQueueId;
        reserve(id, priorities);
        return journal.backlog(id);
    }

    /** Gives the ids of a queue's levels, from {@code id} on, to nobody else. */
    void reserve(long id, Priorities priorities) {
        nextQueueId = Math.max(nextQueueId, id + priorities.levels());
    }

    /** The number of the batch that was appended last: what was recorded before is durable when it is. */
    long recorded() {
        return recorded;
    }

    void add(Exchange exchange) {
        if (writer != null && isRecorded(exchange)) {
            byte[] key = CatalogCodec.exchangeKey(exchange.name());
            ExchangeIds ids = exchange.ids();
            if (ids.held() != 0) {
                writer.batch().addQueue(ids.held());
            }
            if (ids.keys() != ExchangeKeys.NOBODY) {
                writer.batch().addQueue(ids.keys());
            }
            writer.batch().catalog(key, CatalogCodec.exchangeValue(exchange.declaration(), ids));
        }
    }

    void remove(Exchange exchange) {
        exchange.endHistory();
        if (writer != null && isRecorded(exchange)) {
            writer.batch().catalog(CatalogCodec.exchangeKey(exchange.name()), null);
            if (exchange.isTransientlyBound()) {
                writer.batch().catalog(CatalogCodec.transientBindingsKey(exchange.name()), null);
            }
            ExchangeIds ids = exchange.ids();
            if (ids.held() != 0) {
                writer.batch().deleteQueue(ids.held());
            }
            if (ids.keys() != ExchangeKeys.NOBODY) {
                writer.batch().deleteQueue(ids.keys());
            }
            if (exchange.history() != null) {
                writer.batch().removeFromCatalog(CatalogCodec.historyPrefix(exchange.name()));
            }
        }
    }

    /** The keys of a new exchange, with an id of its own for what is written down of them; null if it knows no duplicates. */
    @Nullable
    ExchangeKeys newKeys(ExchangeDeclaration declaration) {
        Deduplication how = deduplication(declaration);
        boolean recorded = how != null && journal != null && declaration.durable() && how.durable();
        return how == null ? null : new ExchangeKeys(how, recorded ? newId() : ExchangeKeys.NOBODY, budget);
    }

    /** The keys of an exchange that was recorded. */
    @Nullable
    ExchangeKeys recoveredKeys(OfExchange recorded) {
        reserve(recorded.ids().keys());
        Deduplication how = deduplication(recorded.declaration());
        return how == null ? null : new ExchangeKeys(how, recorded.ids().keys(), budget);
    }

    private static @Nullable Deduplication deduplication(ExchangeDeclaration declaration) {
        boolean always = declaration.routingType() == ExchangeType.MESSAGE_DEDUPLICATION;
        return Deduplication.ofExchange(always, declaration.arguments());
    }

    /** The id of a queue for what waits in an exchange that is to be declared; 0 if nothing of it is to survive. */
    long newHeldQueueId(ExchangeDeclaration declaration) {
        return journal == null || !declaration.durable() ? 0 : newId();
    }

    /** An id that says more than that there is none. */
    private long newId() {
        nextQueueId = Math.max(nextQueueId, 1);
        return nextQueueId++;
    }

    /** Gives an id that belongs to an exchange to nobody else. */
    void reserve(long id) {
        nextQueueId = Math.max(nextQueueId, id + 1);
    }

    /** What an exchange keeps for new bindings; null if its type keeps nothing. */
    @Nullable
    History newHistory(ExchangeDeclaration declaration) {
        return History.of(declaration, historyLog(declaration), budget);
    }

    /** Where an exchange that keeps messages writes them down; null if they are not to survive, or it keeps none. */
    private @Nullable HistoryLog historyLog(ExchangeDeclaration declaration) {
        if (journal == null || !declaration.durable() || declaration.routingType() != ExchangeType.RECENT_HISTORY) {
            return null;
        }
        if (historyWriter == null) {
            historyWriter = journal.newWriter();
        }
        return new HistoryLog(declaration.name(), historyWriter);
    }

    void add(Queue queue) {
        if (writer != null && queue.hasStore()) {
            for (int level : queue.storedLevels().all()) {
                writer.batch().addQueue(queue.id(level));
            }
            byte[] key = CatalogCodec.queueKey(queue.name());
            writer.batch().catalog(key, CatalogCodec.queueValue(queue.id(0), queue.declaration()));
        }
    }

    void remove(Queue queue) {
        if (writer != null && queue.hasStore()) {
            for (int level : queue.storedLevels().all()) {
                writer.batch().deleteQueue(queue.id(level));
            }
            writer.batch().catalog(CatalogCodec.queueKey(queue.name()), null);
        }
    }

    void add(Binding binding) {
        if (writer == null) {
            return;
        }
        Exchange source = binding.source();
        if (isRecorded(source, binding.destination())) {
            writer.batch().catalog(CatalogCodec.bindingKey(binding), CatalogCodec.bindingValue());
        } else if (isRecorded(source) && source.declaration().autoDelete() && source.boundTransiently()) {
            writer.batch().catalog(CatalogCodec.transientBindingsKey(source.name()), CatalogCodec.bindingValue());
        }
    }

    void remove(Binding binding) {
        if (writer != null && isRecorded(binding.source(), binding.destination())) {
            writer.batch().catalog(CatalogCodec.bindingKey(binding), null);
        }
    }

    /** Removes everything from one exchange to one destination. */
    void remove(Bundle bundle) {
        if (writer != null && isRecorded(bundle.source(), bundle.destination())) {
            writer.batch().removeFromCatalog(CatalogCodec.bindingsPrefix(bundle.source(), bundle.destination()));
        }
    }

    /** Removes every binding from an exchange, wherever it leads. */
    void removeAllFrom(Exchange source) {
        if (writer != null && isRecorded(source)) {
            writer.batch().removeFromCatalog(CatalogCodec.bindingsPrefix(source));
        }
    }

    /** Adds a parameter, or gives it another value. */
    void add(Parameter parameter) {
        if (writer != null) {
            byte[] key = CatalogCodec.parameterKey(parameter.component(), parameter.name());
            writer.batch().catalog(key, CatalogCodec.parameterValue(parameter.value()));
        }
    }

    void removeParameter(String component, String name) {
        if (writer != null) {
            writer.batch().catalog(CatalogCodec.parameterKey(component, name), null);
        }
    }

    void purge(Queue queue, Purged purged) {
        if (writer != null) {
            purge(queue, purged, writer.batch());
        }
    }

    /** Gathers what is to be written down of a purge; nothing if it removed nothing. Under no lock. */
    static void purge(Queue queue, Purged purged, Batch batch) {
        if (!queue.hasStore() || purged.count() == 0) {
            return;
        }
        for (Purged.Part part : purged.parts()) {
            long id = queue.id(part.level());
            if (part.throughPosition() >= 0) {
                batch.purge(id, part.throughPosition(), part.except());
            }
            for (long position : part.apart()) {
                batch.settle(id, position);
            }
        }
    }

    /** Appends what was gathered, if anything. */
    void append() {
        if (writer != null && !writer.batch().isEmpty()) {
            writer.append();
            writer.brought();
            recorded = writer.appendedBatch();
        }
    }

    /**
     * Waits until what was recorded is on the disk. Any thread may that holds no lock and may block.
     *
     * @throws UncheckedIOException if it can't be written; the virtual host goes down then, and comes back without it
     */
    void awaitDurable() {
        if (journal == null) {
            return;
        }
        try {
            journal.store().force();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What every virtual host begins with needs no record. */
    private static boolean isRecorded(Exchange exchange) {
        return exchange.declaration().durable() && !exchange.isDefault() && !Names.isReserved(exchange.name());
    }

    private static boolean isRecorded(Exchange source, Destination destination) {
        return source.declaration().durable()
                && (destination instanceof Queue queue
                        ? queue.hasStore()
                        : destination instanceof Exchange exchange
                                && exchange.declaration().durable());
    }
}
