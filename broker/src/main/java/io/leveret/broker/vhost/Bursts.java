package io.leveret.broker.vhost;

import io.leveret.broker.hold.Hold;
import io.leveret.broker.message.Message;
import io.leveret.broker.message.Message.Past;
import io.leveret.broker.queue.Admitted;
import io.leveret.broker.queue.BurstFailedException;
import io.leveret.broker.queue.Departure;
import io.leveret.broker.queue.Queue;
import io.leveret.broker.queue.QueueBurst;
import io.leveret.broker.queue.QueueEntry;
import io.leveret.broker.queue.QueueSettings;
import io.leveret.broker.queue.Uniqueness;
import io.leveret.broker.storage.JournalWriter;
import io.leveret.broker.storage.StoredMessages;
import io.leveret.persistence.log.StoreFailedException;
import io.leveret.persistence.record.Batch;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What one connection's read burst, or one batch of dead letters, brings to queues, gathered per queue so that all of it crosses
 * a queue's lock at once. Owned by the connection's event loop, or by who dead-letters.
 */
public final class Bursts {

    private static final Logger LOG = LoggerFactory.getLogger(Bursts.class);

    /** How much is gathered at most, so that no queue's lock is held for long. */
    private static final int MAX_GATHERED = 4096;

    private static final int NOT_STORED = HeldBurst.NOT_STORED;

    private final BurstsByQueue byQueue = new BurstsByQueue();
    private final WaitingBursts waiting = new WaitingBursts();
    private final @Nullable JournalWriter writer;
    private final InstantSource clock;
    private final DeadLetterRoutes deadLetters;
    private final KeyHold keys;

    /** Those that a key is taken in, or that know of what is about to leave. */
    private final List<QueueBurst> asked = new ArrayList<>(0);

    /** Null until a message is held back. */
    private @Nullable HeldBurst held;

    private boolean publishesGathered;
    private long publishedBatch;
    private boolean published;
    /** Messages, for each of their queues, and settled deliveries. */
    private int gathered;

    private final BegunLevels begun = new BegunLevels();

    /**
     * @param writer null if nothing is to survive
     * @param clock by which what has a time to live expires
     * @param deadLetters the way that what is rejected goes
     * @param keys of its own, by which duplicates are known
     */
    Bursts(@Nullable JournalWriter writer, InstantSource clock, DeadLetterRoutes deadLetters, KeyHold keys) {
        this.keys = keys;
        this.writer = writer;
        this.clock = clock;
        this.deadLetters = deadLetters;
    }

    /** Changes when bursts that were handed out before must not be used any more. */
    public long generation() {
        return byQueue.generation();
    }

    /** The burst of a queue, good for as long as {@link #generation} stays. */
    public QueueBurst of(Queue queue) {
        return byQueue.of(queue);
    }

    /** The bursts of a route's queues, likewise. */
    public QueueBurst[] of(Route route) {
        List<Queue> queues = route.queues();
        QueueBurst[] bursts = new QueueBurst[queues.size()];
        for (int i = 0; i < bursts.length; i++) {
            bursts[i] = of(queues.get(i));
        }
        return bursts;
    }

    public int remembered() {
        return byQueue.size();
    }

    /**
     * Takes a message for the queues of its route; what is to survive is written down once, whatever their number. Every queue has
     * admitted it, see {@link QueueBurst#admit}.
     *
     * @param ttlMs the message's own time to live; {@link QueueSettings#NONE} for ever
     */
    public void publish(Message message, QueueBurst[] queues, long ttlMs) {
        publish(message, queues, ttlMs, List.of());
    }

    /**
     * As the other, also for the exchanges of its route that hold it back, in which it has its places: see {@link #reserve}. If that fails, those
     * are free that it did not come to.
     */
    public void publish(Message message, QueueBurst[] queues, long ttlMs, List<Hold> holds) {
        int stored = NOT_STORED;
        int reached = 0;
        try {
            stored = gather(message, queues, ttlMs);
            for (; reached < holds.size(); reached++) {
                Hold hold = holds.get(reached);
                stored = gather(message, hold, hold.dueMs(message), stored);
            }
        } catch (RuntimeException | Error e) {
            holds.subList(reached, holds.size()).forEach(hold -> hold.giveUp(message));
            throw e;
        }
        if (keys.isHeld()) {
            boolean comes = queues.length > 0 || !holds.isEmpty();
            keys.gathered(message, queues, comes, stored != NOT_STORED);
            // Others wait for the keys until this is in the log.
            gathered = MAX_GATHERED;
        }
    }

    /** Those of the exchanges that hold a message back that have a place for it, which is kept. */
    public List<Hold> reserve(Message message, List<Hold> holds) {
        return holds.isEmpty() ? holds : HeldBurst.reserve(message, holds);
    }

    /** Gathers a command of the broker's own about what an exchange holds back. */
    void command(Message message, Hold hold, long what) {
        gather(message, hold, what, NOT_STORED);
    }

    private int gather(Message message, Hold hold, long dueMs, int before) {
        HeldBurst burst = held;
        if (burst == null) {
            burst = new HeldBurst(writer);
            held = burst;
        }
        int stored = burst.gather(message, hold, dueMs, before);
        publishesGathered |= stored != NOT_STORED;
        gathered++;
        return stored;
    }

    /** Returns the index of the publish in the batch. */
    private int gather(Message message, QueueBurst[] queues, long ttlMs) {
        boolean persistent = message.properties().persistent();
        boolean keyed = keys.isHeld();
        int stored = NOT_STORED;
        for (QueueBurst burst : queues) {
            if (burst.isEmpty()) {
                waiting.add(burst);
            }
            Queue queue = burst.queue();
            long deadlineMs = queue.settings().deadlineMs(clock, ttlMs);
            if (writer != null && queue.stores(persistent)) {
                if (stored == NOT_STORED) {
                    begun.begin(message, persistent, queues, writer.batch());
                    stored = StoredMessages.write(message, writer.batch());
                    publishesGathered = true;
                }
                long id = queue.id(queue.priorities().levelOf(message));
                writer.batch().target(id, deadlineMs, 0, keyed ? burst.nextKey(message) : 0);
                burst.publish(message, stored);
            } else {
                burst.publish(message);
            }
            if (deadlineMs != 0) {
                burst.expiresAt(deadlineMs);
            }
        }
        gathered += queues.length;
        return stored;
    }

    /**
     * Asks a queue whether it takes a message, which is to be published next. With the first one that may be a duplicate nobody else takes or
     * looks for keys in the virtual host until the next {@link #flush}, or {@link #endKeys}.
     */
    public Admitted ask(QueueBurst burst, Message message) {
        if (!burst.queue().mayRefuse()) {
            return Admitted.TAKEN;
        }
        Uniqueness uniqueness = burst.queue().uniqueness();
        long key = uniqueness == null ? 0 : keys.keyOf(message, uniqueness.how());
        if (key == 0) {
            return burst.admit(message) ? Admitted.TAKEN : Admitted.REFUSED;
        }
        keys.take();
        // First, or nobody would give the key up if memory ran out here.
        asked.add(burst);
        Admitted answer = burst.ask(message, key);
        if (answer == Admitted.DUPLICATE) {
            keys.duplicate();
        }
        return answer;
    }

    /** These are settled with the next batch, so that their keys are free for what is published with it. Until then, or {@link #endKeys}. */
    public void leave(List<QueueEntry> entries) {
        for (QueueEntry entry : entries) {
            if (entry.queue().uniqueness() != null) {
                QueueBurst burst = of(entry.queue());
                burst.leaves(entry);
                if (asked.isEmpty() || asked.get(asked.size() - 1) != burst) {
                    asked.add(burst);
                }
            }
        }
    }

    /** A message that was routed is not for all of its queues: it may come again, and is no duplicate to any exchange then. */
    public void mayComeAgain(Message message) {
        keys.forget(message);
    }

    /** What was asked for, and not gathered, does not come. To be called whatever happens, or others would wait for ever. */
    public void endKeys() {
        asked.forEach(QueueBurst::giveUpKeys);
        asked.clear();
        keys.end();
    }

    /** Says at exchanges which messages are duplicates. */
    KeyGate gate() {
        return keys;
    }

    /** As {@link #gate}, of messages that have waited: only those that a client published come twice by mistake. */
    KeyGate gateWhenDue() {
        return (exchange, message) -> message.past() != Past.NONE || keys.passes(exchange, message);
    }

    /** Takes a message of the broker's own for the queues of its route; those that refuse it go without. */
    public void publish(Message message, Route route) {
        publish(message, takers(message, of(route)), QueueSettings.NONE, reserve(message, route.holds()));
    }

    /** Those that take a message which is to be published next; the others go without, whatever they do with it. */
    QueueBurst[] takers(Message message, QueueBurst[] queues) {
        List<QueueBurst> takers = new ArrayList<>(queues.length);
        for (QueueBurst burst : queues) {
            Admitted answer = ask(burst, message);
            if (answer == Admitted.TAKEN) {
                takers.add(burst);
            } else if (answer == Admitted.REFUSED) {
                burst.queue().refused(message);
            }
        }
        return takers.size() == queues.length ? queues : takers.toArray(QueueBurst[]::new);
    }

    public void settle(QueueEntry entry) {
        leaveWritten(entry);
        if (writer != null && entry.stored()) {
            writer.batch().settle(entry.queue().id(entry.level()), entry.position());
        }
    }

    /** Settles an entry that is written down as settled already, or is not stored. */
    public void leaveWritten(QueueEntry entry) {
        waitingBurst(entry.queue()).settle(entry);
        gathered++;
    }

    /** Writes entries at one level down as settled, which {@link #leaveWritten} later. */
    public void settleAhead(long queueId, long[] positions) {
        for (int i = 0; writer != null && i < positions.length; i++) {
            writer.batch().settle(queueId, positions[i]);
        }
    }

    /** A consumer does not want an entry: it goes to the queue's dead-letter exchange, soon, if the queue has one. */
    public void reject(QueueEntry entry) {
        if (entry.queue().deadLetters()) {
            waitingBurst(entry.queue()).reject(entry);
            gathered++;
        } else {
            settle(entry);
        }
    }

    /**
     * As {@link #reject}, in one batch with the rest of a transaction.
     *
     * @param departure what is known of it; it is tried again later if the message is not there
     */
    public void rejectAtOnce(QueueEntry entry, @Nullable Departure departure) {
        Message message = departure == null ? null : departure.message();
        if (departure == null || message == null) {
            reject(entry);
        } else {
            deadLetters.reject(entry, departure, message, this);
        }
    }

    /**
     * An entry goes back to its queue: its account is brought up to date, and the store learns what a delivery limit needs.
     *
     * @param failure whether it was rejected, or its consumer is lost
     * @return whether there is something to write down before it is given out again
     */
    public boolean giveBack(QueueEntry entry, boolean failure) {
        Queue queue = entry.queue();
        entry.returns(failure, clock);
        boolean changed = (failure && entry.failures() > 0) || entry.retryAtMs() > 0;
        // What leaves for its failures is written down when it does: after a crash it stands there as if the last had
        // not come.
        if (changed && writer != null && entry.stored() && queue.settings().allows(entry.failures())) {
            writer.batch().update(queue.id(entry.level()), entry.position(), entry.failures(), entry.retryAtMs());
            return true;
        }
        return false;
    }

    private QueueBurst waitingBurst(Queue queue) {
        QueueBurst burst = of(queue);
        if (burst.isEmpty()) {
            waiting.add(burst);
        }
        return burst;
    }

    /** What the store is to learn of what an exchange holds back, with all that is gathered; null if nothing is to survive. */
    @Nullable
    Batch record(Hold hold) {
        return writer == null || !hold.hasStore() ? null : writer.batch();
    }

    /** An entry that its queue does not have any more leaves the store. */
    void settleDeparted(Departure departure) {
        if (writer != null) {
            writer.batch().settle(departure.queue().id(departure.level()), departure.position());
        }
    }

    /** An entry that its queue does not have any more stays in the store, which is to know why. */
    void keepDeparted(Departure departure) {
        if (writer != null) {
            long queueId = departure.queue().id(departure.level());
            writer.batch()
                    .update(queueId, departure.position(), 0, departure.reason().mark());
        }
    }

    /** Notes that an entry was written to its client, without an acknowledgement to come: only the store and who knows its key must learn it. */
    public void settleUnasked(QueueEntry entry) {
        if (entry.stored() || entry.queue().uniqueness() != null) {
            settle(entry);
        }
    }

    /** The number up to which all batches are durable; if nothing is to survive, everything is as durable as it will be. */
    public long durableBatch() {
        return writer == null ? Long.MAX_VALUE : writer.durableBatch();
    }

    /** The number of the last batch, whatever is in it, or of one that has what a duplicate repeats; 0 if there is none. */
    public long appendedBatch() {
        return writer == null ? 0 : Math.max(writer.appendedBatch(), keys.awaitedBatch());
    }

    /** The number of the last batch in which something was published, or that has what a duplicate repeats; 0 if there is none. */
    public long publishedBatch() {
        return Math.max(publishedBatch, keys.awaitedBatch());
    }

    /** Notes a publish, wherever it goes. */
    public void published() {
        published = true;
    }

    /** Whether something was published since this was asked last. */
    public boolean takePublished() {
        boolean taken = published;
        published = false;
        return taken;
    }

    public boolean isFull() {
        return gathered >= MAX_GATHERED;
    }

    /**
     * Brings everything gathered to its queues: each gets its part, whatever becomes of the others.
     *
     * @throws StoreFailedException if it can't be written down; then no queue gets anything
     * @throws RuntimeException if that fails otherwise, or an error as when memory is short; then likewise, and it may come again: if it stands
     *     in the log in spite of it, it is back after a restart
     * @throws BurstFailedException if a queue failed with its part; it is not brought again, and all others have theirs
     */
    public void flush() {
        try {
            bring();
        } catch (StoreFailedException e) {
            keys.lose();
            throw e;
        } finally {
            endKeys();
        }
    }

    /**
     * As {@link #flush}, for who has other queues to go on for when one fails.
     *
     * @throws StoreFailedException as from there
     */
    public void flushRegardless() {
        try {
            flush();
        } catch (BurstFailedException bug) {
            LOG.error("A burst of messages failed", bug);
        }
    }

    private void bring() {
        long firstPosition = append();
        asked.clear();
        keys.appended();
        // Who finds the keys taken from now on finds them in the log; the queues need not have them yet.
        keys.end();
        Throwable failure = waiting.bring(firstPosition, held);
        try {
            end();
        } catch (StoreFailedException e) {
            throw e;
        } catch (RuntimeException | Error further) {
            // All has come, and must not come again.
            failure = failure == null ? further : failure;
        }
        if (failure != null) {
            throw BurstFailedException.of(failure);
        }
    }

    private void end() {
        gathered = 0;
        if (writer != null) {
            writer.brought();
            begun.endDeleted(writer);
        }
        byQueue.sweep();
    }

    /** The position of the first message that was written down. */
    private long append() {
        if (writer == null) {
            return 0;
        }
        long firstPosition;
        try {
            firstPosition = writer.append();
        } catch (RuntimeException | Error failure) {
            drop();
            throw failure;
        }
        if (publishesGathered) {
            publishesGathered = false;
            publishedBatch = writer.appendedBatch();
        }
        return firstPosition;
    }

    /**
     * Nothing that was gathered comes, and what was settled is given back. What is left for another batch would get the positions of
     * others there. Nothing is confirmed any more. To be followed by {@link #endKeys}.
     */
    public void drop() {
        // No batch will ever make durable what is dropped, so that it is never confirmed.
        publishedBatch = Long.MAX_VALUE;
        publishesGathered = false;
        gathered = 0;
        if (writer != null) {
            writer.drop();
        }
        // Memory may have run out, and each step needs a little.
        try {
            begun.forget();
            if (held != null) {
                held.drop();
            }
            keys.giveUpGathered();
        } catch (RuntimeException | Error further) {
            LOG.error("Keys and places of what did not come are not free", further);
        } finally {
            waiting.drop();
            byQueue.giveUp();
        }
    }
}
