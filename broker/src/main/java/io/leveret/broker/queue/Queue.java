package io.leveret.broker.queue;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.leveret.amqp.AmqpException;
import io.leveret.broker.message.Destination;
import io.leveret.broker.message.Message;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A queue: entries in order, and the consumers that take them. It is a monitor: every public method takes the queue's own
 * lock, works in memory, and never does I/O or calls another queue, exchange or connection while it holds it. Offering a
 * delivery to an outbox is the one exception, and never waits. What must happen elsewhere is run after the lock.
 */
public final class Queue implements Destination {

    /** How many entries are looked at in one hold of the lock, so that a mass of them stalls nobody. */
    static final int SLICE = 1000;

    private final QueueDeclaration declaration;
    private final QueueContext context;
    private final @Nullable Backlog backlog;
    private final OnDisk disk;
    private final Paging paging;
    private final Consumption consumption;
    private final boolean storesAll;
    private final Priorities priorities;
    private final StoredLevels storedLevels;
    private final Effects effects = new Effects(this);

    @GuardedBy("this")
    private final Stock stock;

    @GuardedBy("this")
    private final ConsumerRing consumers;

    @GuardedBy("this")
    private final Departures departures;

    @GuardedBy("this")
    private final Dispatch dispatch;

    @GuardedBy("this")
    private final Admission admission;

    private volatile QueueSettings settings;

    private final Lease lease;
    private final Requeueing requeueing;
    private final @Nullable Uniqueness uniqueness;

    private volatile boolean deleted;

    /**
     * A queue whose messages are in memory only, and not counted.
     *
     * @param onUnused called, after the lock, when the last consumer of an auto-delete queue has gone
     */
    public Queue(QueueDeclaration declaration, Runnable onUnused) {
        this(declaration, onUnused, QueueContext.inMemory(MemoryBudget.unlimited()), null);
    }

    /** @param backlog the queue's part of the store; null if it has none */
    public Queue(QueueDeclaration declaration, Runnable onUnused, QueueContext context, @Nullable Backlog backlog) {
        this.declaration = declaration;
        this.context = context;
        this.backlog = backlog;
        this.settings = QueueSettings.of(declaration.arguments());
        this.disk = new OnDisk(backlog, context.spill());
        this.storesAll = declaration.type() == QueueType.QUORUM;
        this.priorities = declaration.priorities();
        this.storedLevels = new StoredLevels(priorities.usual());
        this.stock = new Stock(this, context, backlog);
        this.consumers = new ConsumerRing(SingleActive.of(declaration), stock.groups());
        this.admission = new Admission(stock);
        this.departures = new Departures(this, stock, context);
        this.lease = new Lease(this, context, onUnused);
        this.dispatch = new Dispatch(
                stock, consumers, departures, new Refill(this, disk), new MemoryWait(this, context.timer()));
        this.requeueing = new Requeueing(this, stock, dispatch, departures, context.clock());
        UniqueKeys keys = stock.keys();
        this.uniqueness = keys == null ? null : new Uniqueness(this, context, keys, departures);
        this.consumption = new Consumption(this, consumers, dispatch, departures, lease, onUnused);
        this.paging = new Paging(this, stock, dispatch, disk, context.budget());
        if (!disk.isNothing()) {
            context.budget().add(this);
        }
    }

    @Override
    public String name() {
        return declaration.name();
    }

    public QueueDeclaration declaration() {
        return declaration;
    }

    @Override
    public boolean isDeleted() {
        return deleted;
    }

    /** What holds for it at present. */
    public QueueSettings settings() {
        return settings;
    }

    /** Other settings hold from now on; once the caller holds no lock, {@link #enforceSettings} has to follow. */
    public synchronized void apply(QueueSettings other) {
        settings = other;
        dispatch.settingsChanged();
    }

    /** Has those leave which are too many by settings that are new, slice by slice, and waits anew until the queue expires. */
    public void enforceSettings() {
        Wakes wakes = new Wakes();
        synchronized (this) {
            if (deleted) {
                return;
            }
            dispatch.deliver(wakes);
        }
        wakes.run();
        lease.changed();
    }

    /** Notes a use that is neither consuming nor getting: a queue that expires begins to wait anew. */
    public void used() {
        lease.used();
    }

    synchronized boolean hasConsumers() {
        return !consumers.isEmpty();
    }

    /** Whether it has to {@link #admit} each message before it comes. */
    public boolean mayRefuse() {
        return settings.mayRefuse() || uniqueness != null;
    }

    /** What keeps it from taking a message twice; null if it takes everything. */
    public @Nullable Uniqueness uniqueness() {
        return uniqueness;
    }

    /** Whether it keeps account of the deliveries of each message. */
    public boolean countsAttempts() {
        QueueSettings now = settings;
        return storesAll
                || now.deliveryLimit() != QueueSettings.NONE
                || !now.retry().isAtOnce();
    }

    /**
     * How long a delivery may wait for its acknowledgement, in milliseconds; {@link QueueSettings#NONE} for ever.
     *
     * @param ofQuorumMs of a quorum queue that does not say
     */
    public long consumerTimeoutMs(long ofQuorumMs) {
        long own = settings.consumerTimeoutMs();
        return own == QueueSettings.NONE && storesAll ? ofQuorumMs : own;
    }

    /** Whether its persistent messages go to a store. */
    public boolean hasStore() {
        return backlog != null;
    }

    /** Whether a message goes to the store: in a quorum queue every one does, as in RabbitMQ. */
    public boolean stores(boolean persistent) {
        return backlog != null && (persistent || storesAll);
    }

    /** The id in the store of what has that priority; only if it {@link #hasStore}. */
    public long id(int level) {
        if (backlog == null) {
            throw new AssertionError(describe() + " has no store");
        }
        return backlog.queueId() + level;
    }

    /** Which priorities it tells apart. */
    public Priorities priorities() {
        return priorities;
    }

    /** The levels of which the store has, or had, anything. */
    public StoredLevels storedLevels() {
        return storedLevels;
    }

    public synchronized QueueCounts counts() {
        return new QueueCounts(stock.readyCount(), stock.unackedCount(), consumers.size());
    }

    public synchronized QueueBytes bytes() {
        return new QueueBytes(stock.readyBytes(), stock.unackedBytes(), stock.pagedCount(), stock.memoryBytes());
    }

    synchronized long memoryBytes() {
        return stock.memoryBytes();
    }

    /** What its message groups are, listed as {@link GroupsView#of} says; null if they are not grouped. */
    public synchronized @Nullable GroupsView groups(@Nullable String afterKey, int limit) {
        return GroupsView.of(stock, afterKey, limit);
    }

    /** The message groups whose key reads so: none, one, or that of a text and that of a number. */
    public synchronized List<GroupsView.GroupView> group(String key) {
        return GroupsView.of(stock, key);
    }

    /** Its notice was taken: it gives another one when it delivers more. */
    synchronized void noticeTaken() {
        stock.notice().taken();
    }

    /** Shows how far each level that is stored was delivered, if that is further than the last time. The sink is called under the queue's lock. */
    public synchronized void delivered(DeliveredSink sink) {
        for (int level : storedLevels.all()) {
            TakenThrough taken = stock.taken(level);
            long position = taken == null ? 0 : taken.newlyStored();
            if (position > 0) {
                sink.level(level, position);
            }
        }
    }

    /** What {@link #delivered} has shown is lost, if it has: the queue gives notice again, and shows it again. Takes no memory. */
    public synchronized void deliveredUntold() {
        stock.deliveredUntold();
    }

    /**
     * Begins with what recovery found in the store at a level. Before anything else is done with the queue.
     *
     * @param throughPosition the highest position there may be
     */
    public synchronized void recovered(int level, long throughPosition, long entries, long bytes) {
        storedLevels.add(level);
        stock.recovered(level, throughPosition, entries, bytes);
    }

    /** Takes a burst: what is settled leaves, what is published goes to a consumer or to the tail. Nothing if deleted. */
    void accept(QueueBurst burst, long firstPosition) {
        Wakes wakes = null;
        try {
            synchronized (this) {
                if (deleted) {
                    return;
                }
                boolean plain = dispatch.isPlain() && burst.isPlain();
                if (plain && dispatch.isForNobody(burst)) {
                    dispatch.keep(burst, firstPosition);
                } else {
                    wakes = new Wakes();
                    try {
                        if (plain) {
                            dispatch.takePlain(burst, firstPosition, wakes);
                        } else {
                            accept(burst, firstPosition, wakes);
                        }
                    } finally {
                        // What was offered before memory ran out is delivered all the same.
                        stock.notice().tell();
                    }
                }
            }
        } catch (RuntimeException | Error failure) {
            throw burst.failed(failure);
        } finally {
            if (wakes != null) {
                // What was offered before memory ran out is nobody else's to tell.
                wakes.run();
            }
        }
        paging.pageOut().ifShort();
    }

    @GuardedBy("this")
    private void accept(QueueBurst burst, long firstPosition, Wakes wakes) {
        boolean late = false;
        try {
            storedLevels.addAll(burst.newLevels());
            late = departures.expire(wakes);
        } finally {
            // Also when memory has run out: nobody else brings these.
            dispatch.take(burst, firstPosition, admission, wakes);
        }
        dispatch.deliver(late, burst.messageCount(), wakes);
    }

    /**
     * Asks for room for a message: a queue that refuses what it has no room for keeps it until a burst brings the message, or
     * {@link #giveUp}.
     *
     * @return false if the message is refused
     */
    synchronized boolean admit(long bodyBytes) {
        return deleted || admission.admit(settings, bodyBytes);
    }

    /** Messages that were admitted do not come. */
    synchronized void giveUp(int messages, long bodyBytes) {
        admission.end(messages, bodyBytes);
    }

    /** A message was refused, and goes to the dead-letter exchange if the queue is to have it so. */
    public void refused(Message message) {
        if (settings.overflow() == Overflow.REJECT_PUBLISH_DLX && settings.deadLetterExchange() != null) {
            context.deadLetters()
                    .offer(Departure.ofRefused(this, message, context.clock().millis()));
            context.deadLetters().process();
        }
    }

    /** Has those leave that have expired, and gives out what stood behind them; to be called by the timer. */
    void expireDue() {
        Wakes wakes = new Wakes();
        synchronized (this) {
            departures.endTimer();
            if (deleted) {
                return;
            }
            // If there are more, the timer comes again at once, and others have had the thread meanwhile.
            dispatch.deliver(wakes);
        }
        wakes.run();
    }

    /** Tells of entries that the store has and that expire soon. */
    public synchronized void dueSoon(List<StoredDeadline> entries) {
        entries.forEach(stock::dueSoon);
        departures.setTimer();
    }

    /** The store was told that these have left. */
    public synchronized void departed(List<Departure> settled) {
        settled.forEach(each -> stock.departed(each.level()).settled(each.position()));
        departedUntold(settled);
    }

    /** These have left, and the store could not be told: it shows them still, and has them after a restart. */
    public synchronized void departedUntold(List<Departure> left) {
        stock.kept().left(left);
    }

    /** Whether what has left it is kept until all its targets have it. */
    public boolean keepsDeadLetters() {
        return settings.keepsDeadLetters() && !deleted;
    }

    /** Whether what has left it can be read again; only if the store has it. */
    public boolean canRead(Departure departure) {
        return disk.canRead(departure);
    }

    /** Whether a purge has removed a dead letter that it kept. */
    public boolean hasPurged(Departure departure) {
        Kept.Share share = departure.share();
        if (share == null) {
            return false;
        }
        synchronized (this) {
            return stock.kept().wasPurged(share);
        }
    }

    /** What was settled before the last time that this was called, no read shows any more. */
    public synchronized void forgetDeparted() {
        stock.forgetDeparted();
    }

    /** Whether what leaves it by itself, or is rejected, has somewhere to go. */
    public boolean deadLetters() {
        return !deleted && settings.deadLetterExchange() != null;
    }

    /** An entry that was given out, as what its consumer does not want. */
    public synchronized Departure rejected(QueueEntry entry) {
        return Departure.of(entry, Departure.Reason.REJECTED, context.clock().millis());
    }

    OnDisk disk() {
        return disk;
    }

    /** An entry that has left with its message, which is null if there is no trace of it. Blocks. */
    public Departure withMessage(Departure departed) throws IOException {
        return departed.message() != null ? departed : disk.read(departed);
    }

    /** Takes back entries that were delivered and not settled, each to its old place. */
    public void requeue(List<QueueEntry> entries) {
        requeueing.requeue(entries);
    }

    /** {@link #get(boolean, Runnable)} for a queue that has nothing in a store; null if there is no entry. */
    public @Nullable QueueEntry get(boolean noAck) {
        return get(noAck, () -> {}).entry();
    }

    /**
     * {@code basic.get}: gives the first ready entry out. Without acknowledgement it counts as settled, but the store is yet to learn it.
     *
     * @param whenRead called, from any thread and after the lock, if the answer is to wait: it is time to ask again
     * @throws AmqpException internal error, if the entry is there and can't be read; resource locked, if only a consumer may take it
     */
    public Got get(boolean noAck, Runnable whenRead) {
        return consumption.get(noAck, whenRead);
    }

    /** How many entries a purge may have to look at one by one. */
    public synchronized long purgeSteps() {
        return stock.purgeSteps();
    }

    /** Removes all ready entries. If the queue has a store, it has to be told. */
    public Purged purgeReady() {
        // Others should have the lock in between.
        return purgeReady(Purge.SLICE, Thread::yield);
    }

    /** @param between done between two holds of the lock */
    Purged purgeReady(int slice, Runnable between) {
        // Asked before the lock: what stands below is in the queue by now.
        long bound = backlog == null ? 0 : backlog.lowestInFlight();
        Purge purge;
        synchronized (this) {
            purge = new Purge(stock, dispatch, storedLevels, bound, slice);
        }
        return purge.run(this, between);
    }

    Requeueing requeueing() {
        return requeueing;
    }

    Paging paging() {
        return paging;
    }

    PageOut pageOut() {
        return paging.pageOut();
    }

    /**
     * Adds a consumer and delivers to it what is ready.
     *
     * @throws AmqpException access refused, if this consumer or the one that is there wants the queue for itself; not
     *     found, if the queue was deleted meanwhile; internal error, if what comes first can't be read
     */
    public void addConsumer(Consumer consumer) {
        consumption.add(consumer);
    }

    /** Takes a consumer off, which keeps what it has to settle. Nothing is offered to it any more; an auto-delete queue goes with the last. */
    public void removeConsumer(Consumer consumer) {
        consumption.remove(consumer);
    }

    /** Likewise, if its unsettled deliveries return soon: who is the single active one after it gets those before all others. */
    public void loseConsumer(Consumer consumer) {
        consumption.lose(consumer);
    }

    /** Tells that a consumer which had no credit may have some again. */
    public void activate(Consumer consumer) {
        consumption.activate(consumer);
    }

    /**
     * Deletes the queue with all that is in it and tells its consumers. The caller has taken it out of the virtual host.
     *
     * @return how many entries were ready, with the dead letters that it kept; as in RabbitMQ not those that waited for their retry
     * @throws AmqpException precondition failed, if a condition does not hold; the queue stays
     */
    public int delete(boolean ifUnused, boolean ifEmpty) {
        int count;
        Levels removed;
        synchronized (this) {
            long kept = stock.kept().entries();
            count = (int) Math.min(stock.readyCount() + kept, Integer.MAX_VALUE);
            if (ifEmpty && stock.purgeableCount() + kept > 0) {
                throw AmqpException.preconditionFailed(describe() + " not empty");
            }
            if (ifUnused && !consumers.isEmpty()) {
                throw AmqpException.preconditionFailed(describe() + " in use");
            }
            deleted = true;
            for (Consumer consumer : consumers.removeAll()) {
                consumer.cancel();
                effects.add(() -> consumer.target().queueDeleted(consumer));
            }
            removed = stock.forget();
            departures.endTimer();
            Wakes waiting = new Wakes();
            dispatch.settleAccounts(waiting);
            effects.add(waiting::run);
        }
        lease.end();
        context.budget().remove(this);
        disk.releaseLater(removed);
        return count;
    }

    /** Runs what {@link #delete} left to do; apart from it because the caller of that holds the topology's lock. */
    public void afterDelete() {
        effects.run();
    }

    /** {@code queue 'Q' in vhost 'V'}, as error texts name it. */
    public String describe() {
        return "queue '" + name() + "' in vhost '" + declaration.vhost() + "'";
    }
}
