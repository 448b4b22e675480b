package io.leveret.broker.transaction;

import io.leveret.amqp.AmqpException;
import io.leveret.amqp.BasicProperties;
import io.leveret.broker.hold.Hold;
import io.leveret.broker.message.Message;
import io.leveret.broker.queue.Backlog;
import io.leveret.broker.queue.Backlog.LoadedEntry;
import io.leveret.broker.queue.IndexedHeap;
import io.leveret.broker.transaction.Arrival.Half;
import io.leveret.broker.transaction.Arrival.Order;
import io.leveret.broker.transaction.HalfBurst.Item;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The half messages of one exchange. What the store has of it, halves and decisions, are the entries of a queue that nobody sees. A
 * monitor: what it does it does in memory, and {@link TransactionTasks} do the work. What is public may be called from any thread.
 */
public final class TransactionalMessages implements Hold {

    private final Transactions all;
    private final String exchange;
    private final @Nullable Backlog backlog;
    private final CheckRules defaults;
    private final FillPlace filling;

    // What follows is guarded by this.
    private TransactionTable table;
    private final Places places;
    private final Share share;
    private final Tally tally = new Tally();
    private final Meaningless meaningless = new Meaningless(tally);

    /** What came, and may have something before it that did not. */
    private final Arrivals arrived = new Arrivals();

    private long numbers;
    private boolean knowsDecided;
    private boolean deleted;

    /** @param fillThrough the last position at which the store may have something of it; below 0 if it has nothing */
    TransactionalMessages(
            Transactions all, String exchange, @Nullable Backlog backlog, CheckRules defaults, long fillThrough) {
        this.all = all;
        this.exchange = exchange;
        this.backlog = backlog;
        this.defaults = defaults;
        this.filling = new FillPlace(fillThrough);
        this.table = new TransactionTable(all.bounds().remembered());
        this.places = new Places(all);
        this.share = new Share(all);
    }

    @Override
    public String exchange() {
        return exchange;
    }

    @Override
    public void delete() {
        all.delete(this);
    }

    @Override
    public boolean hasStore() {
        return backlog != null;
    }

    @Override
    public long queueId() {
        return backlog().queueId();
    }

    Backlog backlog() {
        if (backlog == null) {
            throw new AssertionError("exchange '" + exchange + "' has no store");
        }
        return backlog;
    }

    CheckRules defaults() {
        return defaults;
    }

    @Override
    public void check(BasicProperties properties, byte[] body) {
        TransactionHeaders.check(properties, body);
    }

    @Override
    public boolean sendsWhereItSays(BasicProperties properties) {
        return TransactionHeaders.namesCheck(properties);
    }

    @Override
    public boolean holds(Message message) {
        return TransactionHeaders.id(message) != null;
    }

    @Override
    public boolean commands(Message message) {
        return TransactionHeaders.decision(message) != null;
    }

    @Override
    public long dueMs(Message message) {
        Decision decision = TransactionHeaders.decision(message);
        if (decision != null) {
            return decision.mark();
        }
        long timeoutMs = defaults.withWhatIsRight(message.properties()).timeoutMs();
        return Math.max(all.nowMs() + timeoutMs, Decision.firstTime());
    }

    /** Whatever its delivery mode: who has it confirmed relies on it. */
    @Override
    public boolean stores(Message message, long dueMs) {
        return backlog != null;
    }

    @Override
    public long hash(Message message, long dueMs) {
        return 0;
    }

    @Override
    public @Nullable AmqpException reserve(Message message) {
        if (commands(message)) {
            return reserveOrder();
        }
        String id = TransactionHeaders.knownId(message);
        long messageId = Arrival.messageId(message);
        boolean again = TransactionHeaders.wasUnresolved(exchange, message);
        synchronized (this) {
            boolean repeated = table.isRepetition(id, messageId, again);
            boolean isUsedUp = !repeated && all.isMemoryUsedUp(backlog == null);
            return isUsedUp ? all.noMemory() : places.reserve(id, message.heapBytes(), table.open(id), repeated);
        }
    }

    private synchronized @Nullable AmqpException reserveOrder() {
        return share.mayTakeOrder() ? null : all.noOrder(exchange);
    }

    @Override
    public void giveUp(Message message) {
        if (!commands(message)) {
            synchronized (this) {
                places.giveUp(TransactionHeaders.knownId(message), message.heapBytes());
            }
        }
    }

    /** Takes what a burst brings. */
    void add(List<Item> items, long firstPosition) {
        boolean late;
        synchronized (this) {
            late = deleted;
            if (!late) {
                items.forEach(item -> take(item, firstPosition));
                share.count(table);
            }
        }
        if (late) {
            all.droppedLate(items.stream()
                    .filter(item -> Decision.ofMark(item.mark()) == null)
                    .count());
        } else {
            meaningless.ignored().tell(exchange);
            all.wake(this, all.nowMs());
        }
    }

    private void take(Item item, long firstPosition) {
        long position = item.isStored() ? firstPosition + item.stored() : numbers++;
        Arrival arrival = Arrival.of(position, item.message(), item.mark(), exchange, defaults, !item.isStored());
        share.came(arrival);
        if (item.isStored()) {
            arrived.add(arrival);
        } else {
            take(arrival);
        }
    }

    private void take(Arrival arrival) {
        if (arrival instanceof Half half) {
            places.free(half.id(), half.bytes());
        }
        apply(arrival);
    }

    /** What came means something now that everything before it is here. */
    private void apply(Arrival arrival) {
        boolean means =
                arrival instanceof Half half ? table.add(half) : arrival instanceof Order order && table.decide(order);
        if (means) {
            return;
        }
        share.left(arrival);
        meaningless.add(arrival, backlog != null);
    }

    /**
     * Gives a meaning to what came.
     *
     * @param below the position below which everything is here
     */
    void apply(long below, int max) {
        synchronized (this) {
            for (int i = 0; i < max; i++) {
                Arrival first = arrived.take(below);
                if (first == null) {
                    break;
                }
                take(first);
            }
            share.count(table);
        }
        meaningless.ignored().tell(exchange);
    }

    /** Whether what the log had at the start is all here. */
    synchronized boolean isComplete() {
        return filling.isAtEnd();
    }

    /** Nothing of what comes can be given a meaning, until more of the log can be read. */
    synchronized void standStill(boolean stands) {
        share.standStill(stands);
    }

    /** How far what the log had at the start is here. */
    FillPlace filling() {
        return filling;
    }

    /** The store has so many entries, and what they are is to be read yet. */
    synchronized void expect(long entries) {
        share.expect(entries);
    }

    /** Before anything of the log is taken: what was written down of decided ones, in any order. */
    void recoverDecided(List<byte[]> decided) {
        // Event loops wait for the lock, and it may be much.
        Remembered found = Remembered.of(all.bounds().remembered(), decided);
        synchronized (this) {
            knowsDecided = true;
            if (!deleted) {
                table.recovered(found);
                share.count(table);
            }
        }
    }

    /** Whether {@link #recoverDecided} was called. */
    synchronized boolean knowsDecided() {
        return knowsDecided;
    }

    /** Takes some of what the log had at the start, in its order; nothing at its end. */
    synchronized void fill(List<LoadedEntry> entries) {
        if (deleted) {
            return;
        }
        for (LoadedEntry entry : entries) {
            Arrival arrival = Arrival.of(entry, exchange, defaults);
            if (arrival instanceof Order) {
                share.isOrder();
            }
            apply(arrival);
            filling.past(entry.position());
        }
        share.count(table);
        if (entries.isEmpty()) {
            filling.past(filling.through());
        }
    }

    /** What stands at a position is left out, or here now; what is behind it is read next. */
    synchronized void fillPast(long position, List<LoadedEntry> entries) {
        if (!entries.isEmpty()) {
            fill(entries);
        }
        filling.past(position);
    }

    /** Where what is to leave the log stands. */
    synchronized List<Long> dropped() {
        return List.copyOf(meaningless.inLog());
    }

    /** That has left: nobody but who says so adds to it. */
    synchronized void droppedLeft() {
        meaningless.left();
    }

    /**
     * Takes decided ones to carry them out.
     *
     * @param readable below which the log can be read
     * @param maxBytes after which no further one is taken
     */
    synchronized List<OpenTransaction> takeDecided(long nowMs, LongSupplier readable, int max, long maxBytes) {
        List<OpenTransaction> taken = new ArrayList<>();
        long bytes = 0;
        int messages = 0;
        while (messages < max && bytes < maxBytes) {
            OpenTransaction next = table.takeDecided(nowMs, readable);
            if (next == null) {
                break;
            }
            taken.add(next);
            bytes += next.bytes();
            messages += next.halves();
        }
        share.reads(backlog == null ? 0 : bytes);
        return taken;
    }

    /** What was read of those that were taken is in memory no more. */
    synchronized void endRead() {
        share.reads(0);
    }

    /** One that was taken is about to be carried out: what is to be written down with that. */
    synchronized Remembered.Coming remembering(OpenTransaction transaction) {
        return table.remembering(transaction);
    }

    /** What is to be written down of those that are not remembered any more. */
    synchronized List<Remembered.Written> takeForgotten() {
        return table.takeForgotten();
    }

    /** Octets of what it remembers; 0 while the log is being read, since what comes from there may repeat that. */
    synchronized long rememberedBytes() {
        return filling.isAtEnd() ? table.rememberedBytes() : 0;
    }

    /** Forgets so many octets of what it remembers, the oldest first, and no more than {@code max} transactions. */
    synchronized void forget(long bytes, int max) {
        table.forget(bytes, max);
        share.count(table);
    }

    /** One was carried out, which stands in the log. */
    synchronized void done(OpenTransaction transaction, Decision decision, long lost, Remembered.Coming coming) {
        if (!deleted) {
            tally.decided(decision);
            tally.dropped += lost;
            share.left(transaction);
            table.done(transaction, coming, all.isMemoryShort());
            share.count(table);
        }
    }

    /**
     * Takes those whose check is due, and that no decision has come of.
     *
     * @param below below which all that came is to have its meaning before
     */
    synchronized List<OpenTransaction> takeDue(long nowMs, int max, long below) {
        List<OpenTransaction> taken = new ArrayList<>();
        while (!deleted && taken.size() < max && arrived.firstPosition() >= below) {
            OpenTransaction next = table.takeDue(nowMs);
            if (next == null) {
                break;
            }
            if (arrived.decides(next.id())) {
                table.off(next, nowMs + TransactionTasks.SOON_MS);
            } else {
                taken.add(next);
            }
        }
        return taken;
    }

    /** One that was taken can't be gone on with before some time. */
    synchronized void off(OpenTransaction transaction, long untilMs) {
        if (!deleted) {
            table.off(transaction, untilMs);
        }
    }

    /** As {@link #off}, of a decided one that others need not wait for. */
    synchronized void putOff(OpenTransaction transaction, long untilMs) {
        if (!deleted) {
            table.waiting(transaction).forEach(share::putOff);
            table.off(transaction, untilMs);
        }
    }

    /** When to try again what can't be done at {@code nowMs}: of however many, a thousand in a second at most. */
    synchronized long againMs(long nowMs) {
        return nowMs + Math.max(HalfReads.AGAIN_MS, (long) table.parkedCount() + table.decidingCount());
    }

    /** Somebody has put the clock back. */
    synchronized void clockSetBack(long nowMs) {
        filling.later(Math.min(filling.atMs(), nowMs));
        table.clockSetBack(nowMs);
    }

    /** What was begun with one that was taken failed, and comes to nothing. No harm if something else was found out about it meanwhile. */
    synchronized void again(OpenTransaction transaction, long untilMs) {
        if (transaction.index() == IndexedHeap.NOWHERE) {
            putOff(transaction, untilMs);
        }
    }

    /** One that was taken was asked for once more. */
    synchronized void checked(OpenTransaction transaction, int checks, long nextMs) {
        tally.checks++;
        if (!deleted) {
            table.checked(transaction, checks, nextMs);
        }
    }

    /** The broker is about to say that one that was taken is unresolved. */
    synchronized void close(OpenTransaction transaction) {
        if (!deleted) {
            table.close(transaction);
        }
    }

    /** Nobody is asked any more about one that was taken; it is looked at again at some time, if ever. */
    synchronized void park(OpenTransaction transaction, long untilMs) {
        if (!deleted) {
            table.park(transaction);
            if (untilMs != Long.MAX_VALUE) {
                table.off(transaction, untilMs);
            }
        }
    }

    /** Whether nobody decided about one that was taken meanwhile. */
    synchronized boolean isOpen(OpenTransaction transaction) {
        return !deleted && table.isOpen(transaction);
    }

    /**
     * When something can be done, in milliseconds since 1970; the largest number if nothing is to be done.
     *
     * @param soonMs when to look whether what came, or was decided, can be gone on with
     */
    synchronized long nextMs(long below, long readable, long nowMs, long soonMs) {
        if (deleted) {
            return Long.MAX_VALUE;
        }
        if (!filling.isAtEnd()) {
            return Math.max(nowMs, filling.atMs());
        }
        if (!meaningless.inLog().isEmpty()) {
            return nowMs;
        }
        long next = table.firstMs();
        OpenTransaction decided = table.firstDecided();
        if (decided != null && decided.atMs <= nowMs && decided.decidedAt >= readable) {
            next = soonMs;
        }
        long first = arrived.firstPosition();
        if (first != Long.MAX_VALUE) {
            next = Math.min(next, first < below ? nowMs : soonMs);
        }
        return next;
    }

    /** Whether there is an undecided transaction, or one on its way. */
    synchronized boolean isKnown(String id) {
        return !deleted && (table.open(id) != null || places.has(id));
    }

    /** What it holds and has done. */
    public synchronized TransactionCounts counts() {
        return tally.with(table, share.halves());
    }

    /** Some of what is not carried out, by the ids. */
    synchronized List<Undecided> after(String id, int limit) {
        return table.after(id, limit).stream().map(Undecided::of).toList();
    }

    /** Drops all. Returns what it had done by then; null if it was deleted before. */
    synchronized @Nullable TransactionCounts end() {
        if (deleted) {
            return null;
        }
        deleted = true;
        arrived.clear();
        meaningless.left();
        // It may be large, and who still holds the exchange needs none.
        table = new TransactionTable(1);
        return tally.afterAll(share.end());
    }
}
