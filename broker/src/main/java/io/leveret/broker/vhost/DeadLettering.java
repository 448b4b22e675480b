package io.leveret.broker.vhost;

import io.leveret.amqp.FieldTable;
import io.leveret.broker.message.Address;
import io.leveret.broker.message.Message;
import io.leveret.broker.queue.DeadLetters;
import io.leveret.broker.queue.Departure;
import io.leveret.broker.queue.MemoryBudget;
import io.leveret.broker.queue.Queue;
import io.leveret.broker.queue.QueueBurst;
import io.leveret.broker.queue.QueueSettings;
import io.leveret.broker.queue.Spill;
import io.leveret.persistence.log.StoreFailedException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
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

    private static final int BEHIND = 50_000;

    private final Topology topology;
    private final MemoryBudget budget;
    private final @Nullable Spill spill;
    private final Executor pool;
    private final ConcurrentLinkedQueue<Departure> waiting = new ConcurrentLinkedQueue<>();
    private final AtomicInteger waitingCount = new AtomicInteger();
    private final AtomicBoolean busy = new AtomicBoolean();

    /** Used by who is busy. */
    private final Bursts bursts;

    /** @param bursts of its own */
    DeadLettering(Topology topology, Bursts bursts, MemoryBudget budget, @Nullable Spill spill, Executor pool) {
        this.topology = topology;
        this.bursts = bursts;
        this.budget = budget;
        this.spill = spill;
        this.pool = pool;
    }

    @Override
    public void offer(Departure departure) {
        budget.departed(departure);
        waiting.add(departure);
        waitingCount.incrementAndGet();
    }

    @Override
    public void process() {
        if (!waiting.isEmpty() && busy.compareAndSet(false, true)) {
            pool.execute(this::run);
        }
    }

    private void run() {
        try {
            do {
                processBatch();
            } while (!waiting.isEmpty());
        } catch (StoreFailedException e) {
            // The virtual host goes down, and comes back with all of these where they were.
            forgetAll();
        } catch (RuntimeException | Error e) {
            LOG.error("Dead-lettering failed; what it was about comes back with the next start", e);
        } finally {
            busy.set(false);
            process();
        }
    }

    private void forgetAll() {
        for (Departure next = waiting.poll(); next != null; next = waiting.poll()) {
            waitingCount.decrementAndGet();
            budget.processed(next);
        }
    }

    /** Whether so much waits that no more should be found. */
    boolean isBehind() {
        return waitingCount.get() > BEHIND;
    }

    private void processBatch() {
        long bytes = 0;
        List<Spill.Slot> slots = new ArrayList<>();
        List<Departure> settled = new ArrayList<>();
        for (int i = 0; i < BATCH_ENTRIES && bytes < BATCH_BYTES; i++) {
            Departure next = waiting.poll();
            if (next == null) {
                break;
            }
            budget.processed(next);
            waitingCount.decrementAndGet();
            bytes += process(next, settled);
            if (next.slot() != null) {
                slots.add(next.slot());
            }
        }
        bursts.flush();
        settled.stream()
                .collect(Collectors.groupingBy(Departure::queue, IdentityHashMap::new, Collectors.toList()))
                .forEach(Queue::departed);
        if (spill != null && !slots.isEmpty()) {
            spill.release(slots);
        }
    }

    /** Returns how many bytes it published. */
    private long process(Departure departure, List<Departure> settled) {
        Queue queue = departure.queue();
        QueueSettings settings = queue.settings();
        Exchange exchange =
                settings.deadLetterExchange() == null ? null : topology.exchange(settings.deadLetterExchange());
        long bytes = 0;
        if (exchange != null) {
            try {
                Message message = queue.messageOf(departure);
                bytes = message == null ? 0 : publish(departure, message, exchange, settings);
            } catch (IOException e) {
                LOG.error("A message can't be read and so not be dead-lettered; it stays on the disk {}", queue.describe(), e);
                return 0;
            }
        }
        if (departure.stored() && !queue.isDeleted()) {
            bursts.settleDeparted(departure);
            settled.add(departure);
        }
        return bytes;
    }

    private static boolean isRefused(QueueBurst target, Message dead) {
        boolean refused = !target.admit(dead);
        if (refused) {
            target.queue().refused(dead);
        }
        return refused;
    }

    private long publish(Departure departure, Message message, Exchange exchange, QueueSettings settings) {
        String key = settings.deadLetterRoutingKey();
        FieldTable headers = message.properties().headers();
        List<String> keys = key == null
                ? RoutingKeys.of(message.address().routingKey(), headers)
                : List.of(key);
        Deaths deaths = Deaths.of(message).and(departure, message);
        Message dead = deaths.told(departure, message, new Address(exchange.name(), keys.get(0)));
        List<QueueBurst> targets = new ArrayList<>();
        for (Queue target : new Router(topology, keys, message).route(exchange).queues()) {
            if (deaths.isCycle(target.name(), departure.reason())) {
                LOG.debug("A message that goes round is dropped {}", target.describe());
            } else {
                targets.add(bursts.of(target));
            }
        }
        targets.removeIf(target -> isRefused(target, dead));
        bursts.publish(dead, targets.toArray(QueueBurst[]::new), QueueSettings.NONE);
        return dead.bytes();
    }
}
