package io.leveret.broker.vhost;

import io.leveret.broker.message.Message;
import io.leveret.broker.queue.DeadLetters;
import io.leveret.broker.queue.DepartedMessages;
import io.leveret.broker.queue.Departure;
import io.leveret.broker.queue.MemoryBudget;
import io.leveret.broker.queue.Queue;
import io.leveret.broker.queue.QueueContext.Timer;
import io.leveret.broker.queue.Spill;
import io.leveret.persistence.log.StoreFailedException;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes what leaves a virtual host's queues by itself to their dead-letter exchanges: each as one batch with the settle of the old
 * entry, so that after a crash a message is in one place and never lost. What has nowhere to go is only settled. Any thread may
 * offer; one at a time works, in the order of the offers, on threads that may block.
 */
final class DeadLettering implements DeadLetters {

    private static final Logger LOG = LoggerFactory.getLogger(DeadLettering.class);

    /** What goes into one batch. */
    private static final int BATCH_ENTRIES = 500;

    private static final long BATCH_BYTES = 1024 * 1024;

    /** So many wait, or have left and are to be read, before no more is looked for. */
    static final int BEHIND = 50_000;

    /** Likewise so much: each is in memory with its message, unless only the store has that. */
    static final long BEHIND_BYTES = 64 * 1024 * 1024;

    private static final long RETRY_MS = 10_000;

    /** How often it is looked whether it is time to forward what queues keep. */
    private static final long FORWARD_MS = 1_000;

    private final DeadLetterRoutes routes;
    private final MemoryBudget budget;
    private final @Nullable Spill spill;
    private final Executor pool;
    private final Timer timer;
    private final ConcurrentLinkedQueue<Departure> waiting = new ConcurrentLinkedQueue<>();
    private final AtomicInteger waitingCount = new AtomicInteger();
    private final AtomicLong waitingBytes = new AtomicLong();
    private final AtomicBoolean busy = new AtomicBoolean();

    /** Used by who is busy. */
    private final Bursts bursts;

    /** Used by who is busy. */
    private final ReachedTargets targets;

    /** Used by who is busy. */
    private final KeptLetters kept;

    /** Whether a timer is set for what is kept, which alone says that it is not any more. */
    private final AtomicBoolean keptTimerSet = new AtomicBoolean();

    private final AtomicBoolean keptAreDue = new AtomicBoolean();

    /** What is processed next, with what could be read of it; of who is busy. */
    private final ArrayDeque<Departure> taken = new ArrayDeque<>();

    private volatile boolean tookMore;

    /** What could not be read. */
    private final ConcurrentLinkedQueue<Departure> stuck = new ConcurrentLinkedQueue<>();

    private final AtomicInteger stuckCount = new AtomicInteger();

    /** @param bursts of its own */
    DeadLettering(DeadLetterRoutes routes, Bursts bursts, MemoryBudget budget, @Nullable Spill spill, Work work) {
        this.routes = routes;
        this.bursts = bursts;
        this.targets = new ReachedTargets(bursts);
        this.kept = new KeptLetters(routes, bursts, targets, budget, work.clock());
        this.budget = budget;
        this.spill = spill;
        this.pool = work.pool();
        this.timer = work.timer();
    }

    @Override
    public void offer(Departure departure) {
        inMemory(departure);
        waiting.add(departure);
        waitingCount.incrementAndGet();
    }

    private void inMemory(Departure departure) {
        budget.departed(departure);
        waitingBytes.addAndGet(departure.memoryBytes());
    }

    private void notInMemory(Departure departure) {
        budget.processed(departure);
        waitingBytes.addAndGet(-departure.memoryBytes());
    }

    @Override
    public void process() {
        if ((!waiting.isEmpty() || tookMore || keptAreDue.get()) && busy.compareAndSet(false, true)) {
            pool.execute(this::run);
        }
    }

    private void run() {
        try {
            processBatch();
        } catch (StoreFailedException e) {
            // The virtual host goes down, and comes back with all of these where they were.
            forgetAll();
            kept.forgetAll();
        } finally {
            // Or others would wait for ever, should something have failed before the flush.
            bursts.endKeys();
            busy.set(false);
            // Others have had the thread meanwhile.
            process();
        }
    }

    private void forgetAll() {
        taken.forEach(this::forget);
        taken.clear();
        tookMore = false;
        for (Departure next = waiting.poll(); next != null; next = waiting.poll()) {
            forget(next);
        }
    }

    private void forget(Departure departure) {
        waitingCount.decrementAndGet();
        notInMemory(departure);
    }

    /** What can't be read is none of it: that may stay so for long, and who drops what nobody wants reads nothing. */
    @Override
    public boolean isBehind() {
        return waitingCount.get() > BEHIND || waitingBytes.get() > BEHIND_BYTES;
    }

    /** Whether so much waits, or could not be read, that no more should be looked for. */
    boolean isFull() {
        return waitingCount.get() + stuckCount.get() > BEHIND;
    }

    private void processBatch() {
        List<Spill.Slot> slots = new ArrayList<>();
        List<Departure> settled = new ArrayList<>();
        try {
            forwardKept(settled);
            take();
            processTaken(settled, slots);
        } finally {
            tookMore = !taken.isEmpty();
            try {
                flush(settled, slots);
            } finally {
                setKeptTimer();
            }
        }
    }

    private void processTaken(List<Departure> settled, List<Spill.Slot> slots) {
        long bytes = 0;
        while (!taken.isEmpty() && bytes < BATCH_BYTES) {
            Departure next = taken.remove();
            forget(next);
            try {
                bytes += process(next, settled);
            } catch (IOException e) {
                retry(next, e);
                continue;
            } catch (RuntimeException bug) {
                LOG.error(
                        "Dead-lettering failed; the message is back after a restart {}",
                        next.queue().describe(),
                        bug);
                // It does not come, and so takes no key.
                bursts.endKeys();
            }
            if (next.slot() != null) {
                slots.add(next.slot());
            }
            flushIfFull();
        }
    }

    /** Brings all to where it goes. If that fails, what has left its queue has left it all the same, until a restart. */
    private void flush(List<Departure> settled, List<Spill.Slot> slots) {
        boolean isWritten = false;
        try {
            targets.flush();
            isWritten = true;
        } finally {
            BiConsumer<Queue, List<Departure>> tell = isWritten ? Queue::departed : Queue::departedUntold;
            settled.stream()
                    .collect(Collectors.groupingBy(Departure::queue, IdentityHashMap::new, Collectors.toList()))
                    .forEach(tell);
            if (spill != null && !slots.isEmpty()) {
                spill.release(slots);
            }
        }
    }

    /** With a key in it at once: others wait for that, and what comes next may have to be read. */
    private void flushIfFull() {
        if (bursts.isFull()) {
            targets.flush();
        }
    }

    /** Takes what comes next, unless something is left of the last time. */
    private void take() {
        if (taken.isEmpty()) {
            while (taken.size() < BATCH_ENTRIES && !waiting.isEmpty()) {
                taken.add(waiting.remove());
            }
        }
        if (!taken.isEmpty() && taken.element().message() == null) {
            readTogether();
        }
    }

    /** What is not read here is read by itself when its turn comes, as far as that has not changed until then. */
    private void readTogether() {
        List<Departure> unread = List.copyOf(taken);
        List<Departure> read = DepartedMessages.read(
                unread, queue -> queue.keepsDeadLetters() || routes.leadSomewhere(queue), BATCH_BYTES);
        taken.clear();
        taken.addAll(read);
        for (int i = 0; i < read.size(); i++) {
            if (unread.get(i).message() == null && read.get(i).message() != null) {
                inMemory(read.get(i));
                notInMemory(unread.get(i));
            }
        }
    }

    /** What queues keep, if its time has come. */
    private void forwardKept(List<Departure> settled) {
        if (keptAreDue.getAndSet(false)) {
            if (kept.retry(settled, BATCH_ENTRIES, BATCH_BYTES)) {
                keptAreDue.set(true);
            }
        }
    }

    private void setKeptTimer() {
        if (!kept.isEmpty() && keptTimerSet.compareAndSet(false, true)) {
            timer.after(FORWARD_MS, () -> {
                keptTimerSet.set(false);
                keptAreDue.set(true);
                process();
            });
        }
    }

    /** The disk may be repaired, or the queue deleted; others need not wait for that. */
    private void retry(Departure departure, IOException cause) {
        if (departure.queue().isDeleted()) {
            return;
        }
        if (stuck.isEmpty()) {
            LOG.error(
                    "Messages can't be read and so not be dead-lettered, trying again in {} ms {}",
                    RETRY_MS,
                    departure.queue().describe(),
                    cause);
            timer.after(RETRY_MS, this::retryStuck);
        }
        stuck.add(departure);
        stuckCount.incrementAndGet();
    }

    private void retryStuck() {
        for (Departure next = stuck.poll(); next != null; next = stuck.poll()) {
            stuckCount.decrementAndGet();
            offer(next);
        }
        process();
    }

    /** Returns how many bytes it published. */
    private long process(Departure departure, List<Departure> settled) throws IOException {
        Queue queue = departure.queue();
        long bytes = 0;
        if (departure.stored() && queue.keepsDeadLetters() && !queue.hasPurged(departure)) {
            Departure read = queue.withMessage(departure);
            Message message = read.message();
            bytes = message == null ? 0 : message.bytes();
            if (message != null && !kept.forward(read, message)) {
                return bytes;
            }
        } else if (routes.leadSomewhere(queue) && !queue.hasPurged(departure)) {
            Departure read = queue.withMessage(departure);
            Message message = read.message();
            bytes = message == null ? 0 : routes.publish(read, message, bursts);
        }
        if (departure.stored() && !queue.isDeleted()) {
            bursts.settleDeparted(departure);
            settled.add(departure);
        }
        return bytes;
    }
}
