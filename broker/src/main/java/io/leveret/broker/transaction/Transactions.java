package io.leveret.broker.transaction;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.leveret.amqp.AmqpException;
import io.leveret.amqp.BasicProperties;
import io.leveret.amqp.FieldTable;
import io.leveret.broker.hold.Retries;
import io.leveret.broker.message.Address;
import io.leveret.broker.message.Message;
import io.leveret.broker.queue.MemoryBudget;
import io.leveret.broker.queue.QueueContext.Timer;
import io.leveret.broker.storage.Journal;
import java.io.IOException;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** All transactional exchanges of a virtual host. Any thread may use it; {@link TransactionTasks} do the work. */
public final class Transactions {

    /** A page has so many at most. */
    private static final int LIMIT_MOST = 1_000;

    private static final long NOTHING_STORED = -1;

    /** All transactional exchanges of a broker have this part of the memory for messages. */
    private static final int MEMORY_SHARE = 2;

    /** Or this, if that is less: who wants queues on the disk wants transactions still. */
    private static final long MEMORY_LEAST_BYTES = 16 * 1024 * 1024;

    /** With this part of that used less is remembered. */
    private static final int SHORT_SHARE = 2;

    /** With this part of what may be remembered more is forgotten than has to be. */
    private static final int FORGOTTEN_SHARE = 16;

    private final String vhost;
    private final @Nullable Journal journal;
    private final MemoryBudget budget;
    private final InstantSource clock;
    private final TransactionBounds bounds;
    private final Map<TransactionalMessages, Boolean> rooms = new ConcurrentHashMap<>();
    private final Map<Long, TransactionalMessages> byQueueId = new ConcurrentHashMap<>();
    private final Agenda agenda = new Agenda();

    /** Of undecided half messages, with those on their way. */
    private final AtomicLong places = new AtomicLong();

    /** Octets of what is remembered of decided ones. */
    private final AtomicLong remembered = new AtomicLong();

    /** Decisions that are not carried out. */
    private final AtomicLong orders = new AtomicLong();

    /** Some publisher waits until there are fewer. */
    private volatile boolean isAwaited;

    private volatile @Nullable Retries turns;

    private final Object commandLock = new Object();

    @GuardedBy("commandLock")
    private @Nullable TransactionDelivery decisions;

    private final Object deletion = new Object();

    @GuardedBy("deletion")
    private TransactionCounts ofDeleted = TransactionCounts.NONE;

    /** @param journal null if nothing is to survive */
    public Transactions(
            String vhost,
            @Nullable Journal journal,
            MemoryBudget budget,
            InstantSource clock,
            TransactionBounds bounds) {
        this.vhost = vhost;
        this.journal = journal;
        this.budget = budget;
        this.clock = clock;
        this.bounds = bounds;
    }

    /**
     * Begins to work. To be called once, when all that was recovered is here.
     *
     * @param delivery by which the work is done
     * @param commands by which {@link #decide} writes down what was decided
     */
    public void start(TransactionDelivery delivery, TransactionDelivery commands, Executor pool, Timer timer) {
        synchronized (commandLock) {
            decisions = commands;
        }
        TransactionTasks tasks = new TransactionTasks(this, agenda, journal, delivery);
        Retries started = new Retries(pool, timer, clock::millis, tasks);
        tasks.start(started);
        turns = started;
        if (journal != null) {
            journal.heldBackBy(this::isBehind);
        }
        started.wake();
    }

    /** Does nothing any more: the virtual host goes down. */
    public void close() {
        // What they have in memory is given back; the store keeps what it has.
        rooms.keySet().forEach(this::delete);
        stop();
    }

    /** Does nothing any more, since the store has failed: what comes until the virtual host is closed is refused by that. */
    void stop() {
        Retries ending = turns;
        turns = null;
        if (ending != null) {
            ending.close();
        }
    }

    boolean isClosed() {
        return turns == null || (journal != null && journal.isOver());
    }

    /**
     * Opens a new transactional exchange.
     *
     * @param queueId of the queue in the store that nobody sees; 0 if nothing of it is to survive
     */
    public TransactionalMessages open(String exchange, FieldTable arguments, long queueId) {
        return open(exchange, arguments, queueId, NOTHING_STORED, 0);
    }

    /**
     * Opens one that was there at the last stop.
     *
     * @param queueId likewise
     * @param entries how many the store has there, halves and decisions
     */
    public TransactionalMessages recover(String exchange, FieldTable arguments, long queueId, long entries) {
        long through = journal == null ? NOTHING_STORED : journal.store().nextPosition() - 1;
        return open(exchange, arguments, queueId, through, entries);
    }

    private TransactionalMessages open(
            String exchange, FieldTable arguments, long queueId, long through, long entries) {
        Journal stored = queueId == 0 ? null : journal;
        TransactionalMessages room = new TransactionalMessages(
                this, exchange, stored == null ? null : stored.backlog(queueId), CheckRules.of(arguments), through);
        rooms.put(room, true);
        if (stored != null) {
            byQueueId.put(queueId, room);
        }
        if (entries > 0) {
            room.expect(entries);
        }
        wake(room, nowMs());
        return room;
    }

    /** Whether a queue of the store is one that nobody sees. */
    public boolean owns(long queueId) {
        return byQueueId.containsKey(queueId);
    }

    /** The names of arguments that two declarations have to have in common. */
    public static List<String> comparedArguments() {
        return CheckRules.ARGUMENTS;
    }

    /** @throws AmqpException precondition failed, naming the argument and what is wrong with it */
    public static void checkArguments(FieldTable arguments, String subject) {
        CheckRules.check(arguments, subject);
    }

    /** Whether an exchange's arguments say to which queue check requests go. */
    public static boolean nameCheck(FieldTable arguments) {
        return arguments.get(CheckRules.CHECK) != null;
    }

    void delete(TransactionalMessages room) {
        synchronized (deletion) {
            TransactionCounts last = room.end();
            if (last != null) {
                ofDeleted = ofDeleted.plus(last);
                rooms.remove(room);
            }
        }
        if (room.hasStore()) {
            byQueueId.remove(room.queueId());
        }
        // Its next check may be years off, and till then it would stay here.
        wake(room, nowMs());
        wakePublishers();
    }

    /** Half messages came to an exchange after its deletion. */
    void droppedLate(long halves) {
        freePlaces(halves);
        synchronized (deletion) {
            ofDeleted = ofDeleted.plus(new TransactionCounts(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, halves));
        }
    }

    /** All transactional exchanges together, also those that were deleted. */
    public TransactionCounts counts() {
        TransactionCounts sum;
        synchronized (deletion) {
            sum = ofDeleted;
        }
        for (TransactionalMessages room : rooms.keySet()) {
            sum = sum.plus(room.counts());
        }
        return sum;
    }

    /**
     * Lists what is not carried out, by the ids.
     *
     * @param afterId which and all before are left out; empty for none
     * @param limit how many at most, 1 to 1,000
     * @throws IOException if what there is is being read yet
     */
    public List<Undecided> list(TransactionalMessages room, String afterId, int limit) throws IOException {
        if (limit < 1 || limit > LIMIT_MOST) {
            throw new IllegalArgumentException("limit: " + limit + " (expected: 1 to " + LIMIT_MOST + ")");
        }
        requireComplete(room);
        return room.after(afterId, limit);
    }

    private static void requireComplete(TransactionalMessages room) throws IOException {
        if (!room.isComplete()) {
            throw new IOException(
                    "the transactions of exchange '" + room.exchange() + "' are being read from the disk yet");
        }
    }

    /**
     * Decides about a transaction, as a publisher does, and waits until that is on the disk. For threads that may block.
     *
     * @return whether there is such a transaction that is undecided, or on its way
     * @throws IOException if what there is is being read yet, or it can't be written down
     */
    public boolean decide(TransactionalMessages room, String id, Decision decision) throws IOException {
        if (decision == Decision.UNRESOLVED) {
            throw new IllegalArgumentException("decision: " + decision + " (expected: COMMIT or ROLLBACK)");
        }
        requireComplete(room);
        if (!room.isKnown(id)) {
            return false;
        }
        Message command = command(room, TransactionHeaders.command(id, decision));
        synchronized (commandLock) {
            TransactionDelivery writing = decisions;
            if (writing == null) {
                throw new IllegalStateException("decide: before the start (expected: after it)");
            }
            writing.decide(room, command, decision.mark());
            writing.flush();
        }
        if (journal != null) {
            journal.store().force();
        }
        return true;
    }

    static Message command(TransactionalMessages room, FieldTable headers) {
        BasicProperties properties = BasicProperties.builder().headers(headers).build();
        return new Message(new Address(room.exchange(), ""), properties, new byte[0]);
    }

    /** An exchange is to be looked at, at that time or earlier. */
    void wake(TransactionalMessages room, long atMs) {
        Retries waking = turns;
        if (agenda.add(room, atMs) && waking != null) {
            waking.wake();
        }
    }

    /** Somebody has put the clock back: what is to be done soon would wait as long as that. */
    void clockSetBack(long nowMs) {
        rooms.keySet().forEach(room -> {
            room.clockSetBack(nowMs);
            agenda.add(room, nowMs);
        });
    }

    TransactionBounds bounds() {
        return bounds;
    }

    MemoryBudget budget() {
        return budget;
    }

    long nowMs() {
        return clock.millis();
    }

    /**
     * Takes a place for a half message; false if there is none.
     *
     * @param anyway whether it may be one too many
     */
    boolean takePlace(boolean anyway) {
        long now = places.incrementAndGet();
        if (now > bounds.halves() && !anyway) {
            places.decrementAndGet();
            return false;
        }
        return true;
    }

    void takePlaces(long further) {
        places.addAndGet(further);
    }

    void freePlaces(long count) {
        places.addAndGet(-count);
    }

    AmqpException noPlace() {
        return AmqpException.preconditionFailed(
                "limit of " + bounds.halves() + " undecided half messages in vhost '" + vhost + "' is reached");
    }

    /**
     * Whether no half message is taken for want of memory.
     *
     * @param onlyInMemory whether it, too, would be in memory only, which queues may have filled by now
     */
    boolean isMemoryUsedUp(boolean onlyInMemory) {
        return budget.fixedBytes() > mostBytes() || (onlyInMemory && budget.isExceeded());
    }

    /** Whether less is to be remembered of what was decided. */
    boolean isMemoryShort() {
        return budget.fixedBytes() + budget.rememberedBytes() > mostBytes() / SHORT_SHARE;
    }

    void changeRemembered(long bytes) {
        remembered.addAndGet(bytes);
        budget.addRemembered(bytes);
    }

    /** How many octets of what is remembered are to be forgotten now; 0 if it is no more than may be, else some more, to be done seldom. */
    long rememberedTooMuch() {
        long most = Math.min(bounds.rememberedBytes(), mostBytes() / SHORT_SHARE);
        if (remembered.get() <= most) {
            return 0;
        }
        // Those that are read still can't forget anything, and others are not to make up for that.
        long excess = rooms.keySet().stream()
                        .mapToLong(TransactionalMessages::rememberedBytes)
                        .sum()
                - most;
        return excess <= 0 ? 0 : excess + most / FORGOTTEN_SHARE;
    }

    /**
     * Of the exchanges that are complete the one that remembers most; null if none remembers anything. So one with few transactions need not
     * forget them for others with many.
     */
    @Nullable
    TransactionalMessages remembersMost() {
        TransactionalMessages most = null;
        long mostRemembered = 0;
        for (TransactionalMessages room : rooms.keySet()) {
            long bytes = room.rememberedBytes();
            if (bytes > mostRemembered) {
                most = room;
                mostRemembered = bytes;
            }
        }
        return most;
    }

    private long mostBytes() {
        return Math.max(MEMORY_LEAST_BYTES, budget.limitBytes() / MEMORY_SHARE);
    }

    AmqpException noMemory() {
        return AmqpException.preconditionFailed(
                "memory for undecided half messages is used up: limit is " + mostBytes() + " octets");
    }

    AmqpException noOrder(String exchange) {
        return AmqpException.preconditionFailed("limit of " + bounds.orders() + " decisions in exchange '" + exchange
                + "' in vhost '" + vhost + "', whose transactions can't be read from the disk, is reached");
    }

    void changeOrders(long by) {
        orders.addAndGet(by);
    }

    /** Whether so many decisions are not carried out that who publishes should wait. */
    boolean isBehind() {
        if (orders.get() <= bounds.orders()) {
            return false;
        }
        // Before it is looked again: who carries them out meanwhile is to know that somebody waits.
        isAwaited = true;
        return orders.get() > bounds.orders();
    }

    /** Wakes those that were told that it is so, once it is not. */
    void wakePublishers() {
        if (isAwaited && orders.get() <= bounds.orders() && journal != null) {
            isAwaited = false;
            journal.durableMoved();
        }
    }
}
