package io.leveret.broker.delay;

import io.leveret.broker.delay.Delivery.Outcome;
import io.leveret.broker.message.Message;
import io.leveret.broker.queue.Backlog.LoadedEntry;
import io.leveret.broker.queue.MemoryBudget;
import io.leveret.broker.queue.Spill;
import io.leveret.broker.queue.Spill.Slot;
import io.leveret.broker.storage.Journal;
import io.leveret.persistence.log.StoreFailedException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Does what the {@link Delays} want done: reads what is due soon, and brings what is due to its queues, each batch with the settle of
 * what was waiting, so that after a crash a message is in one place. One piece at a time, on threads that may block.
 */
final class DelayTasks {

    private static final Logger LOG = LoggerFactory.getLogger(DelayTasks.class);

    /** What is read at once, unless a message alone is longer. */
    private static final long LOAD_BYTES = 4 * 1024 * 1024;

    /** With so much that the disk has not, what is due waits for the disk. */
    private static final long BEHIND_BYTES = 32 * 1024 * 1024;

    private static final long BEHIND_MS = 2;
    private static final long FULL_MS = 1_000;
    private static final long STUCK_MS = 10_000;

    private final Delays delays;
    private final @Nullable Journal journal;
    private final Delivery delivery;
    private final DelayThreads threads;
    private final Retries steps;
    private final @Nullable DelayLookups lookups;
    private final @Nullable DelaySpill spilling;

    private boolean full;
    /** Set here, and taken back by the timer. */
    private volatile boolean stuck;

    DelayTasks(
            Delays delays,
            @Nullable Journal journal,
            Delivery delivery,
            MemoryBudget budget,
            DelayThreads threads,
            @Nullable DelayLookups lookups) {
        this.delays = delays;
        this.journal = journal;
        this.delivery = delivery;
        this.threads = threads;
        this.steps = new Retries(threads.pool(), threads.timer(), this::run);
        this.lookups = lookups;
        Spill spill = threads.spill();
        this.spilling = spill == null ? null : new DelaySpill(delays, budget, spill, threads);
    }

    void start() {
        if (lookups != null) {
            lookups.start(steps::wake);
        }
        steps.wake();
    }

    /**
     * Something came.
     *
     * @param atMs when to look earlier than was planned; the largest number if not
     */
    void wake(long atMs, boolean cancels, boolean memoryIsShort) {
        if (atMs != Long.MAX_VALUE) {
            steps.wakeAfter(atMs - delays.nowMs());
        }
        if (cancels && lookups != null) {
            lookups.wake();
        }
        if (memoryIsShort && spilling != null) {
            spilling.wake();
        }
    }

    /** An exchange came, of which the store may get messages. */
    void opened() {
        if (lookups != null) {
            lookups.wake();
        }
    }

    /** What was spilled of an exchange that is deleted is not needed any more. */
    void releaseSlots(DueHeap... heaps) {
        Spill spill = threads.spill();
        if (spill != null) {
            threads.pool().execute(() -> {
                List<Slot> slots = new ArrayList<>();
                for (DueHeap heap : heaps) {
                    heap.forEach(each -> addSlot(each, slots));
                }
                spill.release(slots);
            });
        }
    }

    private static void addSlot(WaitingMessage message, List<Slot> slots) {
        Slot slot = message.slot;
        if (slot != null) {
            slots.add(slot);
        }
    }

    private void run() {
        if (delays.isClosed()) {
            return;
        }
        try {
            step();
        } catch (StoreFailedException e) {
            // The virtual host goes down, and comes back with all that was not written down as left.
            delays.close();
        } catch (RuntimeException | Error bug) {
            LOG.error("Bringing delayed messages to their queues failed, trying again in {} ms", FULL_MS, bug);
            steps.wakeAfter(FULL_MS);
        }
    }

    private void step() {
        if (mustWait()) {
            return;
        }
        Step step = delays.next();
        if (step instanceof Step.Sleep sleep) {
            if (sleep.untilMs() != Long.MAX_VALUE) {
                steps.wakeAfter(sleep.untilMs() - delays.nowMs());
            }
        } else {
            if (step instanceof Step.Deliver deliver) {
                deliver(deliver);
            } else if (step instanceof Step.Load load) {
                load(load);
            }
            steps.wake();
        }
        release(delays.takeFreed());
    }

    /** Whether the disk takes nothing now, so that what is due stays where it is. */
    private boolean mustWait() {
        if (journal == null || delays.isIdle()) {
            return false;
        }
        if (journal.store().isFull()) {
            if (!full) {
                full = true;
                LOG.warn("The disk is full: delayed messages that fall due wait, trying again in {} ms", FULL_MS);
            }
            steps.wakeAfter(FULL_MS);
            return true;
        }
        full = false;
        if (journal.store().pendingBytes() > BEHIND_BYTES) {
            steps.wakeAfter(BEHIND_MS);
            return true;
        }
        return false;
    }

    private void deliver(Step.Deliver step) {
        try {
            delays.left(step, counts(step, gather(step)), flush());
        } finally {
            delivery.end();
        }
        List<Slot> slots = new ArrayList<>();
        step.due().forEach(each -> addSlot(each, slots));
        release(slots);
        if (lookups != null && lookups.searchesOn()) {
            lookups.wake();
        }
    }

    private Map<Outcome, Integer> gather(Step.Deliver step) {
        DelayedMessages room = step.room();
        Map<Outcome, Integer> outcomes = new EnumMap<>(Outcome.class);
        for (WaitingMessage each : step.cancelled()) {
            settle(room, each);
        }
        for (WaitingMessage each : step.due()) {
            Message message = each.message;
            if (message != null && deliver(room, message, outcomes)) {
                settle(room, each);
                if (delivery.isFull()) {
                    flush();
                }
            }
        }
        return outcomes;
    }

    private void settle(DelayedMessages room, WaitingMessage message) {
        if (message.isStored()) {
            delivery.settle(room, message.position);
        }
    }

    /** What is written down has left, whatever a queue makes of it. */
    private long flush() {
        try {
            return delivery.flush();
        } catch (StoreFailedException e) {
            throw e;
        } catch (RuntimeException bug) {
            LOG.error("A queue could not take delayed messages", bug);
            return Long.MAX_VALUE;
        }
    }

    private boolean deliver(DelayedMessages room, Message message, Map<Outcome, Integer> outcomes) {
        try {
            outcomes.merge(delivery.deliver(room, DelayHeaders.due(message)), 1, Integer::sum);
            return true;
        } catch (RuntimeException bug) {
            LOG.error(
                    "Delivering a delayed message failed; it is back after a restart exchange={}",
                    room.exchange(),
                    bug);
            return false;
        }
    }

    private static DelayCounts counts(Step.Deliver step, Map<Outcome, Integer> outcomes) {
        return new DelayCounts(
                -(step.due().size() + step.cancelled().size()),
                outcomes.getOrDefault(Outcome.DELIVERED, 0),
                outcomes.getOrDefault(Outcome.DEAD_LETTERED, 0),
                outcomes.getOrDefault(Outcome.DROPPED, 0),
                step.cancelled().size());
    }

    private void release(List<Slot> slots) {
        Spill spill = threads.spill();
        if (spill != null && !slots.isEmpty()) {
            spill.release(slots);
        }
    }

    private void load(Step.Load step) {
        Map<WaitingMessage, Message> read = new IdentityHashMap<>();
        Set<WaitingMessage> unreadable = new HashSet<>();
        List<WaitingMessage> lost = new ArrayList<>();
        readSpilled(step, read, unreadable);
        readStored(step, read, unreadable, lost);
        List<WaitingMessage> rest = new ArrayList<>(step.wanted());
        rest.removeAll(unreadable);
        rest.removeAll(new HashSet<>(lost));
        delays.loaded(new Step.Load(step.room(), rest), read);
        int missing = lost.isEmpty() ? 0 : delays.lost(step.room(), lost);
        if (missing > 0) {
            LOG.error(
                    "There is no trace on the disk of {} delayed messages, which are lost exchange={}",
                    missing,
                    step.room().exchange());
        }
        if (!unreadable.isEmpty()) {
            delays.stuck(step.room(), List.copyOf(unreadable));
            retryStuck();
        }
    }

    private void readSpilled(Step.Load step, Map<WaitingMessage, Message> read, Set<WaitingMessage> unreadable) {
        List<WaitingMessage> wanted = new ArrayList<>();
        List<Slot> slots = new ArrayList<>();
        for (WaitingMessage each : step.wanted()) {
            Slot slot = each.slot;
            if (slot != null) {
                wanted.add(each);
                slots.add(slot);
            }
        }
        Spill spill = threads.spill();
        if (spill == null || wanted.isEmpty()) {
            return;
        }
        try {
            List<@Nullable Message> messages = spill.read(slots);
            for (int i = 0; i < wanted.size(); i++) {
                Message message = messages.get(i);
                if (message != null) {
                    read.put(wanted.get(i), message);
                }
            }
        } catch (IOException e) {
            unreadable.addAll(wanted);
            tellStuck(step.room(), e);
        }
    }

    private void readStored(
            Step.Load step,
            Map<WaitingMessage, Message> read,
            Set<WaitingMessage> unreadable,
            List<WaitingMessage> lost) {
        List<WaitingMessage> wanted = new ArrayList<>(
                step.wanted().stream().filter(WaitingMessage::isStored).toList());
        if (wanted.isEmpty()) {
            return;
        }
        wanted.sort((one, other) -> Long.compare(one.position, other.position));
        StoredDelays.Result result = StoredDelays.read(step.room().backlog(), positions(wanted), LOAD_BYTES);
        IOException failure = result.failure();
        if (failure != null) {
            tellStuck(step.room(), failure);
        }
        for (WaitingMessage each : wanted) {
            LoadedEntry entry = result.entries().get(each.position);
            if (entry != null) {
                read.put(each, entry.message());
            } else if (each.position == result.failedAt()) {
                unreadable.add(each);
            } else if (each.position < result.through()) {
                lost.add(each);
            }
        }
    }

    private static long[] positions(List<WaitingMessage> of) {
        return of.stream().mapToLong(each -> each.position).toArray();
    }

    private void tellStuck(DelayedMessages room, IOException cause) {
        if (!stuck) {
            LOG.error(
                    "Delayed messages can't be read, trying again in {} ms exchange={}",
                    STUCK_MS,
                    room.exchange(),
                    cause);
        }
    }

    /** The disk may be repaired; others need not wait for that. */
    private void retryStuck() {
        if (!stuck) {
            stuck = true;
            threads.timer().after(STUCK_MS, () -> {
                stuck = false;
                if (delays.unstick()) {
                    steps.wake();
                }
            });
        }
    }
}
