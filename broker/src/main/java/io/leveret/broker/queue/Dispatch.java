package io.leveret.broker.queue;

import io.leveret.amqp.AmqpException;
import io.leveret.broker.queue.Backlog.ListedEntry;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Brings a queue's stock and its consumers together: who has credit gets what is first, and what will be missed soon is read
 * ahead. Guarded by the queue's lock.
 */
final class Dispatch {

    /** How many deliveries at a time: more than one connection's outbox takes. */
    static final int SLICE = 4000;

    private static final int NOBODY = -1;

    private final Stock stock;
    private final ConsumerRing consumers;
    private final Departures departures;
    private final Refill refill;
    private final MemoryWait memory;

    /** The stock's, null if it has none. Not asked for: while no queue has any, the JIT compiler inlines nothing that returns them. */
    private final @Nullable Groups groups;

    /** Whether, as of the last account, no limit has any leave, and nobody waits for a read. */
    private boolean free;

    Dispatch(Stock stock, ConsumerRing consumers, Departures departures, Refill refill, MemoryWait memory) {
        this.memory = memory;
        this.stock = stock;
        this.groups = stock.groups();
        this.consumers = consumers;
        this.departures = departures;
        this.refill = refill;
    }

    /**
     * Whether to give out is all that there is to do: nothing expires, is too much, is on the disk or is looked past, as in most queues at
     * most times. One that gets its messages one at a time would ask for each of these as often as it gives one out.
     */
    boolean isPlain() {
        return free && stock.isPlain();
    }

    /** Other settings hold from now on: whether there is more to do is to be seen. */
    void settingsChanged() {
        free = false;
    }

    /** Gives out what may be given out, once what must leave has left. */
    void deliver(Wakes wakes) {
        if (isPlain()) {
            deliverPlain(SLICE, wakes);
        } else {
            deliver(departures.expire(wakes), 0, wakes);
        }
    }

    /**
     * Gives out what may be given out.
     *
     * @param late whether entries that have expired may be among the others
     * @param arrived with so many new ones more may leave than otherwise in one hold of the lock
     */
    void deliver(boolean late, int arrived, Wakes wakes) {
        int max = Math.max(SLICE, arrived);
        if (isPlain()) {
            deliverPlain(max, wakes);
            return;
        }
        if (deliverReady(late, max, wakes)) {
            // Consumers whose connections write as fast as this offers may take a whole backlog: others have the lock
            // meanwhile.
            departures.goOnSoon(wakes);
        } else {
            // Not before: what a consumer takes at once is none too many.
            dropExcess(Math.max(Queue.SLICE, arrived), wakes);
        }
        settleAccounts(wakes);
    }

    private void deliverPlain(int max, Wakes wakes) {
        int left = max;
        for (ReadyEntries run = stock.plainRun(); left > 0 && !run.hasRunOut(); run = stock.plainRun()) {
            left = deliverRun(run, left, wakes);
        }
        if (left == 0) {
            departures.goOnSoon(wakes);
        }
        stock.report();
    }

    private void dropExcess(int max, Wakes wakes) {
        boolean stuck = stock.isStuck();
        departures.dropExcess(max, wakes);
        if (stuck && !stock.isStuck()) {
            // What was looked past made room for others.
            departures.goOnSoon(wakes);
        }
    }

    /**
     * Whether nothing is given out when a plain burst comes to a queue that {@link #isPlain}: nobody waits for what it publishes, or what it
     * settles makes room for nothing.
     */
    boolean isForNobody(QueueBurst burst) {
        return burst.settledCount() == 0 ? !consumers.hasActive() : burst.messageCount() == 0 && stock.isEmpty();
    }

    /** Takes in a burst that {@link #isForNobody}. */
    void keep(QueueBurst burst, long firstPosition) {
        releaseSettled(burst);
        stock.begin(burst, firstPosition);
        stock.add(burst, 0);
        stock.report();
    }

    /** Takes a plain burst to a queue that {@link #isPlain}, and gives out what may be given out. */
    void takePlain(QueueBurst burst, long firstPosition, Wakes wakes) {
        try {
            releaseSettled(burst);
        } finally {
            // As in any other burst.
            takeIn(burst, firstPosition, wakes);
        }
        deliver(false, burst.messageCount(), wakes);
    }

    /** Takes a burst, each part of it whatever becomes of the others. */
    void take(QueueBurst burst, long firstPosition, Admission admission, Wakes wakes) {
        try {
            // First, since it can't fail.
            admission.end(burst.admittedCount(), burst.admittedBytes());
            releaseSettled(burst);
            reject(burst.rejected(), wakes);
        } finally {
            // These may be on the disk.
            takeIn(burst, firstPosition, wakes);
        }
    }

    /** Takes in what a burst brings. What a consumer waits for, and nothing stands before, is given out without becoming ready first. */
    void takeIn(QueueBurst burst, long firstPosition, Wakes wakes) {
        if (burst.messageCount() == 0) {
            return;
        }
        stock.begin(burst, firstPosition);
        int passed = 0;
        try {
            boolean pass = stock.letsPass();
            while (pass && passed < burst.messageCount()) {
                // Before a consumer's credit is taken, which nobody would give back if there were no memory for it.
                QueueEntry entry = stock.entryToPass(burst, passed);
                Consumer consumer = consumers.next();
                if (consumer == null) {
                    break;
                }
                stock.pass(entry, consumer.noAck());
                passed++;
                give(entry, consumer, wakes);
            }
        } finally {
            // Also when memory has run out: the rest is in the queue all the same.
            stock.add(burst, passed);
        }
    }

    private static void give(QueueEntry entry, Consumer consumer, Wakes wakes) {
        entry.deliveredTo(consumer);
        consumer.target().offer(entry);
        wakes.add(consumer.target());
    }

    /** Whether there may be more to give out than {@code max}. */
    private boolean deliverReady(boolean late, int max, Wakes wakes) {
        SetAside aside = groups == null ? null : stock.aside();
        if (aside != null) {
            return deliverGroups(aside, late, max, wakes);
        }
        int left = max;
        for (ReadyEntries run = stock.run(); run != null; run = stock.run()) {
            if (run.hasRunOut()) {
                return false;
            }
            left = deliverRun(run, left, wakes);
            if (left <= 0) {
                return left == 0;
            }
        }
        for (QueueEntry next = next(late); next != null; next = next(late)) {
            if (left-- == 0) {
                return true;
            }
            Consumer consumer = consumers.next();
            if (consumer == null) {
                break;
            }
            stock.take(next, consumer.noAck());
            give(next, consumer, wakes);
        }
        return false;
    }

    /**
     * Gives out what can be given out with no look at anything else: nearly always all.
     *
     * @return how many more may be; {@link #NOBODY} if no consumer has credit
     */
    private int deliverRun(ReadyEntries run, int max, Wakes wakes) {
        int left = max;
        for (; left > 0 && !run.hasRunOut(); left--) {
            Consumer consumer = consumers.next();
            if (consumer == null) {
                return NOBODY;
            }
            give(stock.takeFrom(run, consumer.noAck()), consumer, wakes);
        }
        return left;
    }

    /**
     * Likewise where messages have groups: what is next may be for one consumer alone. Nothing is looked past while no consumer has
     * credit.
     */
    private boolean deliverGroups(SetAside aside, boolean late, int max, Wakes wakes) {
        aside.beginSlice();
        // What has just left is not to keep it from looking on.
        stock.report();
        int left = max;
        while (consumers.hasActive()) {
            QueueEntry next = next(late);
            if (next == null || left == 0) {
                if (stock.waitsForMemory()) {
                    memory.lookAgain();
                }
                return next != null || aside.isCutShort();
            }
            Consumer consumer = takerOf(aside, next);
            if (consumer != null) {
                stock.take(aside, next, consumer, consumer.noAck());
                give(next, consumer, wakes);
                left--;
            }
        }
        return false;
    }

    /** Who gets an entry, with credit already taken; null if who would get it had none, and so is not asked again. */
    private @Nullable Consumer takerOf(SetAside aside, QueueEntry next) {
        Consumer holder = aside.holderOf(next);
        if (holder == null) {
            return consumers.next();
        }
        return consumers.reserve(holder) ? holder : null;
    }

    /** What may be given out now; null if nothing may. */
    private @Nullable QueueEntry next(boolean late) {
        return unexpired(late, stock.next());
    }

    private @Nullable QueueEntry nextForAnybody(boolean late) {
        return unexpired(late, stock.nextForAnybody());
    }

    private @Nullable QueueEntry unexpired(boolean late, @Nullable QueueEntry next) {
        return late && next != null && departures.isExpired(next) ? null : next;
    }

    /** Gives the credit back that what a burst settles took. */
    void releaseSettled(QueueBurst burst) {
        if (groups != null) {
            settle(groups, burst);
        }
        for (int i = 0; i < burst.settledCount(); i++) {
            releaseCredit(burst.settled(i));
        }
        stock.settled(burst);
    }

    private static void settle(Groups groups, QueueBurst burst) {
        for (int i = 0; i < burst.settledCount(); i++) {
            groups.settled(burst.settled(i));
        }
    }

    /** Entries that were given out are not wanted: they leave. */
    void reject(List<QueueEntry> rejected, Wakes wakes) {
        for (QueueEntry entry : rejected) {
            release(entry);
            departures.reject(entry, wakes);
        }
    }

    /** Gives the credit back that a delivered entry took. */
    void release(QueueEntry entry) {
        if (groups != null) {
            groups.settled(entry);
        }
        releaseCredit(entry);
    }

    private void releaseCredit(QueueEntry entry) {
        stock.release(entry);
        Consumer consumer = entry.consumer();
        if (consumer == null || consumer.noAck()) {
            return;
        }
        consumer.settled();
        if (consumer.parked() && !consumer.cancelled()) {
            consumers.activate(consumer);
        }
    }

    /** @throws AmqpException internal error, if the next entry is there and can't be read */
    void requireReadable() {
        ReadFailure failure = refill.failure();
        if (failure != null && stock.lacksNext()) {
            throw failure.answer();
        }
    }

    /** {@code basic.get}: gets the first entry that anybody may have. */
    Got get(boolean noAck, boolean late, Runnable whenRead, Wakes wakes) {
        SetAside aside = stock.aside();
        if (aside != null) {
            aside.beginSlice();
        }
        requireReadable();
        Got got = Got.NOTHING;
        QueueEntry next = nextForAnybody(late);
        if (next != null) {
            take(aside, next, noAck);
            got = new Got(next, false, stock.readyCount());
        } else if (aside != null && aside.isCutShort()) {
            // Others have the lock meanwhile.
            wakes.afterwards(whenRead);
            got = Got.LATER;
        } else if (isLate(aside)) {
            refill.await(whenRead);
            got = Got.LATER;
        }
        settleAccounts(wakes);
        return got;
    }

    /** Whether something is there for anybody, but can't be had yet. */
    private boolean isLate(@Nullable SetAside aside) {
        return aside == null ? !stock.isEmpty() : stock.nextForAnybody() != null || stock.lacksNext();
    }

    private void take(@Nullable SetAside aside, QueueEntry next, boolean noAck) {
        if (aside == null) {
            stock.take(next, noAck);
        } else {
            stock.take(aside, next, null, noAck);
        }
    }

    /**
     * What every change ends with: the budget learns of it, the timer is set, who waits is told, and what will be missed is
     * asked for.
     */
    void settleAccounts(Wakes wakes) {
        stock.report();
        departures.setTimer();
        if (!refill.isIdle()) {
            attend(wakes);
        }
        if (stock.wantsLoad() && isWanted()) {
            refill.ask(wakes);
        }
        stock.look();
        free = refill.isIdle() && !departures.mayDropExcess();
    }

    /** Who waits for a read learns what came of it. */
    private void attend(Wakes wakes) {
        ReadFailure failure = refill.failure();
        if (failure != null) {
            heed(failure, refill, wakes);
        }
        if (refill.isAwaited() && (stock.isEmpty() || mayAskAgain())) {
            refill.tell(wakes);
        }
    }

    /** Whether a {@code basic.get} would find something, or more to look past. */
    private boolean mayAskAgain() {
        SetAside aside = stock.aside();
        if (aside == null) {
            return next(true) != null;
        }
        aside.beginSlice();
        return nextForAnybody(true) != null || aside.isCutShort() || !isLate(aside);
    }

    /** What was read before goes out first. Then nobody is kept waiting for what may never come. */
    private void heed(ReadFailure failure, Refill failed, Wakes wakes) {
        if (stock.isEmpty()) {
            // What could not be read was purged.
            failed.forgive();
        } else if (stock.lacksNext()) {
            failed.tell(wakes);
            for (Consumer consumer : consumers.removeAll()) {
                consumer.cancel();
                wakes.afterwards(() -> consumer.target().queueUnreadable(consumer, failure.answer()));
            }
        }
    }

    /** What to read now; null if nothing is wanted any more. */
    @Nullable
    Load nextLoad() {
        Load load = isWanted() ? wantedLoad() : null;
        if (load == null) {
            refill.needless();
        }
        return load;
    }

    private @Nullable Load wantedLoad() {
        // What a consumer takes at once is none too many.
        boolean leaves = departures.hasExcess() && !consumers.hasActive() && !refill.isAwaited();
        Load excess = leaves && departures.hasUnwanted() ? stock.unwanted().nextLoad() : null;
        Load next = excess == null ? stock.nextLoad() : excess;
        // Each takes memory from when it is read or listed until it is written down that it has left. What could not be
        // read is tried at its time.
        boolean pauses = leaves && next != null && refill.failure() == null && departures.pausesIfBehind();
        return pauses ? null : next;
    }

    /** Has those leave which the store has listed, as far as they are too many. */
    void dropUnread(Load.OfExcess load, List<ListedEntry> listed, Wakes wakes) {
        departures.dropUnread(load, listed, wakes);
    }

    /** Notes that a read failed. */
    ReadFailure readFailed(AmqpException why, Wakes wakes) {
        ReadFailure failure = refill.failed(why);
        settleAccounts(wakes);
        return failure;
    }

    boolean retriesRead(ReadFailure failure) {
        return refill.retries(failure);
    }

    /** Notes that a read worked, so that another one may be asked for. */
    void readEnded(Wakes wakes) {
        refill.worked(wakes);
    }

    /** Whether some have to leave that may be on the disk, and it is time for more. */
    private boolean dropsOnDisk() {
        return departures.hasExcess() && !departures.isPaused();
    }

    /** Whether somebody is there to take entries, or nobody can be until a read works; or whether some have to leave. */
    private boolean isWanted() {
        return !consumers.isEmpty() || refill.isAwaited() || refill.failure() != null || dropsOnDisk();
    }
}
