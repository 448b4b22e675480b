package io.leveret.broker.delay;

import io.leveret.broker.hold.Delivery;
import io.leveret.broker.hold.HeldReads;
import io.leveret.broker.hold.Retries;
import io.leveret.broker.message.Message;
import io.leveret.broker.queue.Backlog.LoadedEntry;
import io.leveret.broker.queue.MemoryBudget;
import io.leveret.broker.queue.Spill;
import io.leveret.broker.queue.Spill.Slot;
import io.leveret.broker.storage.Journal;
import io.leveret.persistence.log.StoreFailedException;
import java.io.IOException;
import java.util.ArrayList;
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

    private static final long BEHIND_MS = 2;
    private static final long FULL_MS = 1_000;
    private static final long STUCK_MS = 10_000;

    private final Delays delays;
    private final @Nullable Journal journal;
    private final Delivery delivery;
    private final DelayThreads threads;
    private final DelayBounds bounds;
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
            @Nullable DelayLookups lookups,
            DelayBounds bounds) {
        this.delays = delays;
        this.journal = journal;
        this.delivery = delivery;
        this.threads = threads;
        this.bounds = bounds;
        this.steps = new Retries(threads.pool(), threads.timer(), delays::nowMs, this::run);
        this.lookups = lookups;
        Spill spill = threads.spill();
        this.spilling = spill == null ? null : new DelaySpill(delays, budget, spill, threads);
    }

    void start() {
        if (spilling != null) {
            // Before anything that may end it.
            spilling.start();
        }
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

    /** An exchange is deleted: what was in memory or spilled of it is not needed any more. */
    void forget(DelayedMessages room) {
        threads.pool().execute(() -> release(Delays.clear(room)));
        searchOn();
    }

    /** The virtual host goes down: no timer is to keep it in memory. */
    void close() {
        steps.close();
        if (lookups != null) {
            lookups.close();
        }
        if (spilling != null) {
            spilling.close();
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
            delays.stop();
        } catch (RuntimeException | Error bug) {
            LOG.error("Bringing delayed messages to their queues failed, trying again in {} ms", FULL_MS, bug);
            steps.wakeAfter(FULL_MS);
        }
    }

    private void step() {
        if (delays.tidy()) {
            steps.wake();
        }
        if (mustWait()) {
            return;
        }
        Step step = delays.next();
        if (step instanceof Step.Sleep sleep) {
            // What was taken back, or left to the store, may have made a search possible.
            searchOn();
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
        if (journal.isBehind()) {
            steps.wakeAfter(BEHIND_MS);
            return true;
        }
        return false;
    }

    private void deliver(Step.Deliver step) {
        DelayedMessages room = step.room();
        Leaving leaving = new Leaving(step);
        try {
            step.cancelled().forEach(each -> settle(room, each));
            while (leaving.hasNext()) {
                deliver(room, leaving.next(), leaving);
                if (delivery.isFull()) {
                    // Others may wait for the keys that it holds.
                    leave(leaving);
                }
            }
        } finally {
            // After an error what was not tried is due still; the rest leaves as far as it came.
            leaveAll(leaving);
        }
        searchOn();
    }

    private void leaveAll(Leaving leaving) {
        try {
            if (!leaving.hasFailed()) {
                leave(leaving);
            }
        } finally {
            if (leaving.isAnythingLeft()) {
                delays.stay(leaving.room(), leaving.rest());
            }
        }
    }

    /** What has left makes room for more. */
    private void searchOn() {
        if (lookups != null && lookups.searchesOn()) {
            lookups.wake();
        }
    }

    /** What is gathered leaves. If that fails, no queue has it, and it is due still. */
    private void leave(Leaving leaving) {
        long batch;
        boolean flushed = false;
        try {
            batch = delivery.flush();
            flushed = true;
        } finally {
            if (!flushed) {
                leaving.failed();
            }
            delivery.end();
        }
        DelayCounts counts = leaving.counts();
        Step.Deliver done = leaving.take();
        List<Slot> slots = new ArrayList<>();
        done.due().forEach(each -> addSlot(each, slots));
        done.cancelled().forEach(each -> addSlot(each, slots));
        delays.left(done, counts, batch);
        release(slots);
    }

    private static void addSlot(WaitingMessage message, List<Slot> slots) {
        Slot slot = message.slot;
        if (slot != null) {
            slots.add(slot);
        }
    }

    private void settle(DelayedMessages room, WaitingMessage message) {
        if (message.isStored()) {
            delivery.settle(room, message.position);
        }
    }

    private void deliver(DelayedMessages room, WaitingMessage due, Leaving leaving) {
        Message message = due.message;
        if (message != null && gathers(room, message, leaving)) {
            settle(room, due);
        }
    }

    private boolean gathers(DelayedMessages room, Message message, Leaving leaving) {
        boolean gathered = false;
        try {
            leaving.became(delivery.deliver(room, DelayHeaders.due(message)));
            gathered = true;
        } catch (RuntimeException bug) {
            LOG.error(
                    "Delivering a delayed message failed; it is back after a restart exchange={}",
                    room.exchange(),
                    bug);
        } finally {
            if (!gathered) {
                // Before anything is flushed: it does not come, and so takes no key.
                delivery.end();
            }
        }
        return gathered;
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
        boolean cut = false;
        try {
            cut = readSpilled(step, read, unreadable);
            cut |= readStored(step, read, unreadable, lost);
        } finally {
            List<WaitingMessage> rest = new ArrayList<>(step.wanted());
            if (!unreadable.isEmpty() || !lost.isEmpty()) {
                Set<WaitingMessage> missing = new HashSet<>(unreadable);
                missing.addAll(lost);
                rest.removeAll(missing);
            }
            delays.loaded(new Step.Load(step.room(), rest), read, cut);
        }
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
            searchOn();
        }
    }

    /** Returns whether there was more than is read at once. */
    private boolean readSpilled(Step.Load step, Map<WaitingMessage, Message> read, Set<WaitingMessage> unreadable) {
        List<WaitingMessage> wanted = new ArrayList<>();
        List<Slot> slots = new ArrayList<>();
        long bytes = 0;
        boolean cut = false;
        for (WaitingMessage each : step.wanted()) {
            Slot slot = each.slot;
            if (slot != null && bytes < bounds.loadBytes()) {
                wanted.add(each);
                slots.add(slot);
                bytes += each.slotBytes;
            }
            cut |= slot != null && bytes >= bounds.loadBytes();
        }
        Spill spill = threads.spill();
        if (spill == null || wanted.isEmpty()) {
            return false;
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
        return cut;
    }

    /** Returns whether there was more than is read at once. */
    private boolean readStored(
            Step.Load step,
            Map<WaitingMessage, Message> read,
            Set<WaitingMessage> unreadable,
            List<WaitingMessage> lost) {
        List<WaitingMessage> wanted = new ArrayList<>(
                step.wanted().stream().filter(WaitingMessage::isStored).toList());
        if (wanted.isEmpty()) {
            return false;
        }
        wanted.sort((one, other) -> Long.compare(one.position, other.position));
        HeldReads.Result result = HeldReads.read(step.room().backlog(), positions(wanted), bounds.loadBytes());
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
        return result.through() < Long.MAX_VALUE;
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
                    searchOn();
                    retryStuck();
                }
            });
        }
    }
}
