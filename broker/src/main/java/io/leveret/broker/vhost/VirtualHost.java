package io.leveret.broker.vhost;

import io.leveret.amqp.AmqpException;
import io.leveret.broker.delay.DelayBounds;
import io.leveret.broker.delay.DelayCounts;
import io.leveret.broker.delay.DelayListing;
import io.leveret.broker.delay.DelayThreads;
import io.leveret.broker.delay.DelayedMessage;
import io.leveret.broker.delay.DelayedMessages;
import io.leveret.broker.delay.Delays;
import io.leveret.broker.event.Events;
import io.leveret.broker.message.Message;
import io.leveret.broker.policy.EffectivePolicy;
import io.leveret.broker.policy.Policy;
import io.leveret.broker.policy.PolicyKind;
import io.leveret.broker.queue.DeliveryNotices;
import io.leveret.broker.queue.MemoryBudget;
import io.leveret.broker.queue.Queue;
import io.leveret.broker.queue.QueueContext;
import io.leveret.broker.queue.Spill;
import io.leveret.broker.queue.Uniqueness;
import io.leveret.broker.settings.DeprecatedFeatures;
import io.leveret.broker.settings.LimitSettings;
import io.leveret.broker.storage.Journal;
import io.leveret.broker.storage.JournalWriter;
import io.leveret.broker.transaction.Decision;
import io.leveret.broker.transaction.TransactionBounds;
import io.leveret.broker.transaction.TransactionCounts;
import io.leveret.broker.transaction.TransactionalMessages;
import io.leveret.broker.transaction.Transactions;
import io.leveret.broker.transaction.Undecided;
import java.io.IOException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/** A virtual host: the unit of naming and permission. Its parts may be used from any thread. */
public final class VirtualHost {

    private final String name;
    private volatile VhostMetadata metadata = VhostMetadata.NONE;
    private final @Nullable Journal journal;
    private final Topology topology;
    private final InstantSource clock;
    private final Executor pool;
    private final DeadLetterRoutes deadLetterRoutes;
    private final @Nullable DeliveredMarks deliveredMarks;
    private final ReplyQueues replyQueues;
    private final ExchangeDeclarations exchanges;
    private final QueueDeclarations queues;
    private final Purges purges;
    private final BindingDeclarations bindings;
    private final Policies policies;
    private final Policies operatorPolicies;
    private final RuntimeParameters parameters;
    private final VhostLimits vhostLimits;
    private final Declared declared;
    private final Tracing tracing = new Tracing();
    private final Events events;
    private final Delays delays;
    private final Transactions transactions;
    private final ExchangeHolds holds;

    /** A virtual host in memory only, whose messages are not counted. */
    public VirtualHost(String name, DeprecatedFeatures features) {
        this(name, features, MemoryBudget.unlimited(), null, Work.atOnce());
    }

    /**
     * Opens a virtual host with all that its store has.
     *
     * @param budget of all virtual hosts together
     * @param journal null for one in memory only
     * @throws CatalogException if what is in the store makes no sense; the message names it
     */
    public VirtualHost(
            String name, DeprecatedFeatures features, MemoryBudget budget, @Nullable Journal journal, Work work) {
        this(name, features, budget, journal, work, Events.none());
    }

    /** @param events where it tells what happens in it; the event exchange is here if they say so */
    public VirtualHost(
            String name,
            DeprecatedFeatures features,
            MemoryBudget budget,
            @Nullable Journal journal,
            Work work,
            Events events) {
        this(name, features, budget, journal, work, events, LimitSettings.defaults());
    }

    /** @param limits on what clients may do in it */
    public VirtualHost(
            String name,
            DeprecatedFeatures features,
            MemoryBudget budget,
            @Nullable Journal journal,
            Work work,
            Events events,
            LimitSettings limits) {
        this(
                name,
                features,
                budget,
                journal,
                work,
                events,
                limits,
                DelayBounds.of(limits.delayedTransientMax()),
                TransactionBounds.of(limits.transactionalMessagesMax(), limits.transactionMaxBytes()));
    }

    /**
     * @param delayed how much of what is delayed may be in memory
     * @param undecided how many half messages may be undecided
     */
    VirtualHost(
            String name,
            DeprecatedFeatures features,
            MemoryBudget budget,
            @Nullable Journal journal,
            Work work,
            Events events,
            LimitSettings limits,
            DelayBounds delayed,
            TransactionBounds undecided) {
        this.name = name;
        this.events = events;
        this.journal = journal;
        this.topology = new Topology(new Catalog(journal, budget), work.background());
        DeliveryNotices notices = new DeliveryNotices();
        this.deliveredMarks = journal == null ? null : new DeliveredMarks(journal.newWriter(), notices);
        this.replyQueues = new ReplyQueues(name, topology, budget);
        PolicyEvents set = new PolicyEvents(name, events);
        this.policies = new Policies(PolicyKind.USER, topology, set);
        this.operatorPolicies = new Policies(PolicyKind.OPERATOR, topology, set);
        this.parameters = new RuntimeParameters(topology, set, operatorPolicies);
        this.vhostLimits = new VhostLimits(name, parameters);
        TopologyEvents told = new TopologyEvents(name, topology, events);
        this.delays = new Delays(name, journal, budget, work.clock(), delayed);
        this.transactions = new Transactions(name, journal, budget, work.clock(), undecided);
        this.holds = new ExchangeHolds(delays, transactions);
        this.exchanges = new ExchangeDeclarations(name, topology, told, events.areIn(name), holds);
        Spill spill = journal == null ? null : journal.spill();
        this.clock = work.clock();
        this.pool = work.pool();
        this.deadLetterRoutes = new DeadLetterRoutes(topology);
        Bursts dead = newOwnBursts();
        DeadLettering deadLettering = new DeadLettering(deadLetterRoutes, dead, budget, spill, work);
        QueueContext context = new QueueContext(
                budget, spill, deadLettering, work.clock(), work.timer(), limits.groupLookahead(), notices);
        this.queues = new QueueDeclarations(name, topology, features, context, vhostLimits, told);
        this.purges = new Purges(topology, journal, pool);
        this.bindings = new BindingDeclarations(topology, exchanges, queues, told);
        this.declared = new Declared(name, topology, queues, exchanges, told);
        try {
            begin(deadLettering, work, budget);
        } catch (RuntimeException | Error e) {
            discard();
            throw e;
        }
    }

    private void begin(DeadLettering deadLettering, Work work, MemoryBudget budget) {
        if (journal != null) {
            new Recovery(name, journal, topology, queues, parameters, holds, clock).run();
            new DueSearch(topology, journal, deadLettering, work, id -> !holds.own(id)).start();
        }
        startHolds(journal == null ? null : journal.spill(), work);
        if (events.areIn(name)) {
            Bursts own = newOwnBursts();
            events.listener(new EventExchange(topology, exchanges.find(Events.EXCHANGE), own, budget, pool));
        }
    }

    private void startHolds(@Nullable Spill spill, Work work) {
        HeldDeadLetters letters = new HeldDeadLetters(topology, clock);
        delays.start(new HeldDelivery(topology, letters, newOwnBursts()), new DelayThreads(pool, work.timer(), spill));
        transactions.start(
                new TransactionRoutes(topology, letters, newOwnBursts()),
                new TransactionRoutes(topology, letters, newOwnBursts()),
                pool,
                work.timer());
    }

    /** For work that is no connection's. */
    private Bursts newOwnBursts() {
        return newBursts(journal == null ? null : journal.newWriter());
    }

    /** Does something on a thread that may block. */
    public void onPool(Runnable task) {
        pool.execute(task);
    }

    public String name() {
        return name;
    }

    public VhostMetadata metadata() {
        return metadata;
    }

    /**
     * Says something else about it.
     *
     * @param defaultQueueType what a queue is that asks for no type, if the metadata does not say it
     */
    public void metadata(VhostMetadata other, String defaultQueueType) {
        metadata = other;
        String type = other.defaultQueueType();
        queues.defaultType(type == null ? defaultQueueType : type);
    }

    /** Its store; null if it is in memory only. */
    public @Nullable Journal journal() {
        return journal;
    }

    /** Whether its store has failed, so that nobody may open it; another one with its name follows. */
    public boolean isDown() {
        return journal != null && journal.isOver();
    }

    /** The number of the last batch that recorded a declaration, a deletion or a purge; 0 if none did. */
    public long recordedBatch() {
        return topology.catalog.recorded();
    }

    /** Records how far queues have been delivered, by a thread of no event loop. */
    public void recordDelivered() {
        if (deliveredMarks != null) {
            deliveredMarks.record();
        }
    }

    /** Likewise, if the disk keeps up with that; to be called many times a second. */
    public void markDelivered() {
        if (deliveredMarks != null) {
            deliveredMarks.turn();
        }
    }

    /** Lets go of everything in memory, and records nothing: for when its store is closed. Nobody may use it any more. */
    public void discard() {
        holds.close();
        for (Queue queue : topology.queues()) {
            queue.delete(false, false);
            queue.afterDelete();
        }
        topology.exchanges().forEach(exchange -> {
            exchange.endKeys();
            exchange.endHistory();
        });
    }

    /** {@code vhost=/ queues=3 messages=1000}, for the log. */
    public String summary() {
        Collection<Queue> all = topology.queues();
        long messages = all.stream().mapToLong(queue -> queue.counts().ready()).sum();
        return "vhost=" + name + " queues=" + all.size() + " messages=" + messages;
    }

    /**
     * What brings messages to its queues, for one connection.
     *
     * @param writer null if nothing is to survive
     */
    public Bursts newBursts(@Nullable JournalWriter writer) {
        return new Bursts(writer, clock, deadLetterRoutes, new KeyHold(topology.keys, writer, clock));
    }

    public ExchangeDeclarations exchanges() {
        return exchanges;
    }

    public QueueDeclarations queues() {
        return queues;
    }

    public Purges purges() {
        return purges;
    }

    public BindingDeclarations bindings() {
        return bindings;
    }

    /** All that is declared, for operators. */
    public Declared declared() {
        return declared;
    }

    /** What users set for queues and exchanges by their names. */
    public Policies policies() {
        return policies;
    }

    /** What bounds them, whatever users set. */
    public Policies operatorPolicies() {
        return operatorPolicies;
    }

    /** As {@link Policies#set}, of both kinds and all at once. */
    public void setPolicies(Map<PolicyKind, List<Policy>> given) {
        policies.setAll(given);
    }

    /** What policies say about a queue at present; of an exchange see {@link Exchange#policy}. */
    public EffectivePolicy policyOf(Queue queue) {
        return topology.policies.of(queue);
    }

    /** How much there may be in it. */
    public VhostLimits limits() {
        return vhostLimits;
    }

    /** What else is set at run time. */
    public RuntimeParameters parameters() {
        return parameters;
    }

    /** Where it is told what happens in it. */
    public Events events() {
        return events;
    }

    /** Whether what happens to messages is shown to who watches. */
    public Tracing tracing() {
        return tracing;
    }

    /** What its delayed exchanges hold and have done, all together. */
    public DelayCounts delayCounts() {
        return delays.counts();
    }

    /**
     * What waits in a delayed exchange, that which is due first at the top; without its message what was spilled, or can't be read now.
     * Blocks.
     *
     * @param fromMs nothing that is due before, in milliseconds since 1970
     * @param limit how many at most, 1 to 100,000
     * @throws AmqpException not found, if there is no such exchange
     * @throws IOException if the store can't be searched
     */
    public List<DelayedMessage> delayed(String exchange, long fromMs, int limit) throws IOException {
        DelayedMessages room = exchanges.find(exchange).delayed();
        return room == null ? List.of() : new DelayListing(delays, journal).waiting(room, fromMs, limit);
    }

    /** What its transactional exchanges hold and have done, all together. */
    public TransactionCounts transactionCounts() {
        return transactions.counts();
    }

    /**
     * The transactions of an exchange that are not carried out, by their ids.
     *
     * @param afterId which and all before are left out; empty for none
     * @param limit how many at most, 1 to 1,000
     * @throws AmqpException not found, if there is no such exchange
     * @throws IOException if what there is is being read from the disk yet
     */
    public List<Undecided> transactions(String exchange, String afterId, int limit) throws IOException {
        TransactionalMessages room = exchanges.find(exchange).transactions();
        return room == null ? List.of() : transactions.list(room, afterId, limit);
    }

    /**
     * Decides about a transaction as a publisher does. Blocks until that is on the disk.
     *
     * @param decision {@link Decision#COMMIT} or {@link Decision#ROLLBACK}
     * @return whether there is an undecided transaction with that id
     * @throws AmqpException not found, if there is no such exchange
     * @throws IOException if what there is is being read from the disk yet, or the decision can't be written down
     */
    public boolean decide(String exchange, String id, Decision decision) throws IOException {
        TransactionalMessages room = exchanges.find(exchange).transactions();
        return room != null && transactions.decide(room, id, decision);
    }

    public ReplyQueues replyQueues() {
        return replyQueues;
    }

    /**
     * Finds the queues of a message that is no client's publish: it is no duplicate of anything.
     *
     * @param routingKeys the message's own, then those in its CC and BCC headers
     */
    public Route route(Exchange exchange, List<String> routingKeys, Message message) {
        return new Router(topology, routingKeys, message).route(exchange);
    }

    /** Finds the queues of a message that is published by these bursts, next; exchanges remember it if one of the queues takes it. */
    public Route route(Exchange exchange, List<String> routingKeys, Message message, Bursts publishing) {
        return new Router(topology, routingKeys, message, publishing.gate()).route(exchange);
    }

    /** Finds the queues of a message that is published later. */
    public Route routeAhead(Exchange exchange, List<String> routingKeys, Message message) {
        return new Router(topology, routingKeys, message, KeyGate.CHECKING)
                .ahead()
                .route(exchange);
    }

    /** Finds the queues of a message that was routed ahead by way of exchanges that know duplicates, and is published by these bursts, next. */
    public Route routeAgain(Exchange exchange, Message message, Bursts publishing) {
        return new Router(topology, message.routingKeys(), message, publishing.gate())
                .again()
                .route(exchange);
    }

    /** The queues that take no message twice and the exchanges that route none twice, in no order. Any thread may ask. */
    public List<DeduplicationState> deduplication() {
        List<DeduplicationState> found = new ArrayList<>();
        for (Queue queue : topology.queues()) {
            Uniqueness uniqueness = queue.uniqueness();
            if (uniqueness != null) {
                found.add(DeduplicationState.of(queue.name(), uniqueness));
            }
        }
        for (Exchange exchange : topology.exchanges()) {
            ExchangeKeys keys = exchange.keys();
            if (keys != null) {
                found.add(state(exchange, keys));
            }
        }
        return found;
    }

    /** Publishers wait for the lock, so it is taken for one exchange at a time. */
    private DeduplicationState state(Exchange exchange, ExchangeKeys keys) {
        topology.keys.lock.lock();
        try {
            return keys.state(exchange.name());
        } finally {
            topology.keys.lock.unlock();
        }
    }

    /** Finds the queues of a message of the broker's own, which goes where its address says. */
    public Route route(Message message) {
        Exchange exchange = exchanges.find(message.address().exchange());
        return route(exchange, List.of(message.address().routingKey()), message);
    }
}
