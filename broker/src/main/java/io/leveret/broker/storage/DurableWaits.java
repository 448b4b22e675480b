package io.leveret.broker.storage;

import io.leveret.persistence.store.Store;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The connections of one event loop that wait for batches of one store to become durable: the loop is woken once for each
 * force, however many wait. Owned by the loop; only {@link #moved} is called from elsewhere.
 */
public final class DurableWaits {

    private static final Logger log = LoggerFactory.getLogger(DurableWaits.class);

    private final Store store;
    private final InFlight inFlight;
    private final Executor loop;
    private final BooleanSupplier behind;
    private final BooleanSupplier crowded;
    private final AtomicBoolean armed = new AtomicBoolean();
    private List<Waiter> waiting = new ArrayList<>();
    private List<Waiter> spare = new ArrayList<>();

    /** Waits on the loop. */
    public interface Waiter {

        /**
         * Everything up to a batch is durable.
         *
         * @return whether it waits for more
         */
        boolean durable(long batch);
    }

    /**
     * @param inFlight what the loop's writers append and have not brought, one at a time
     * @param behind whether publishers of this store should wait
     * @param crowded whether what waits for all stores together takes too much memory
     */
    DurableWaits(Store store, InFlight inFlight, Executor loop, BooleanSupplier behind, BooleanSupplier crowded) {
        this.behind = behind;
        this.crowded = crowded;
        this.store = store;
        this.inFlight = inFlight;
        this.loop = loop;
    }

    /** Whether so much is appended and not durable yet that publishers should wait. */
    public boolean isBehind() {
        return behind.getAsBoolean();
    }

    /**
     * Whether this and all other stores together wait for so much that whoever publishes should wait until his own is durable. No longer
     * than that: nobody would wake him when another store has caught up, and it may be the other's disk that has stopped.
     */
    public boolean isCrowded() {
        return crowded.getAsBoolean();
    }

    /** A way to write for one of the loop's connections. */
    public JournalWriter newWriter() {
        return new JournalWriter(store, inFlight);
    }

    /** Has the waiter called with each batch number that is reached, until it wants no more. Not to be added twice. */
    public void add(Waiter waiter) {
        waiting.add(waiter);
        armed.set(true);
    }

    /**
     * To be called once all of a turn's waiters are added: what they wait for may have become durable before they were.
     *
     * @param batch what they wait for
     */
    public void check(long batch) {
        if (store.durableBatch() >= batch) {
            moved();
        }
    }

    /** The durable batch has moved. From any thread. */
    void moved() {
        if (armed.get() && armed.compareAndSet(true, false)) {
            try {
                loop.execute(this::wake);
            } catch (RejectedExecutionException ended) {
                // The broker stops: the loop has ended, and with it every connection that could wait.
                return;
            }
        }
    }

    /** A fault of one must not keep the others waiting for ever. */
    private static boolean isWaiting(Waiter waiter, long batch) {
        try {
            return waiter.durable(batch);
        } catch (RuntimeException | Error bug) {
            log.error("internal error of a connection that waited for the disk", bug);
            return false;
        }
    }

    private void wake() {
        List<Waiter> woken = waiting;
        waiting = spare;
        long batch = store.durableBatch();
        for (int i = 0; i < woken.size(); i++) {
            if (isWaiting(woken.get(i), batch)) {
                waiting.add(woken.get(i));
            }
        }
        woken.clear();
        spare = woken;
        if (!waiting.isEmpty()) {
            armed.set(true);
            check(batch + 1);
        }
    }
}
