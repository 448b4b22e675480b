package io.leveret.broker.vhost;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.leveret.broker.queue.Purged;
import io.leveret.broker.queue.Queue;
import io.leveret.broker.storage.Journal;
import io.leveret.broker.storage.JournalWriter;
import java.util.ArrayDeque;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Purges the queues of a virtual host. The store is told which entries stay, or which go if they are fewer, and there may be a million of
 * either: then it is work for a thread that may take long, one queue after the other, and it is written down under no lock that a declaration
 * waits for. Used from any thread.
 */
public final class Purges {

    /** So many entries are looked at and named in less than a millisecond. */
    static final int STEPS_AT_ONCE = 4_000;

    private final Topology topology;
    private final Executor pool;

    /** Of who is busy; null if nothing is durable. */
    private final @Nullable JournalWriter writer;

    @GuardedBy("this")
    private final ArrayDeque<Runnable> waiting = new ArrayDeque<>();

    @GuardedBy("this")
    private boolean busy;

    /** @param pool threads that may block */
    Purges(Topology topology, @Nullable Journal journal, Executor pool) {
        this.topology = topology;
        this.writer = journal == null ? null : journal.newWriter();
        this.pool = pool;
    }

    /** Whether {@link #purge} would take too long for an event loop. */
    public boolean takesLong(Queue queue) {
        return queue.purgeSteps() > STEPS_AT_ONCE;
    }

    /** Removes all ready entries, at once. */
    public PurgeRecord purge(Queue queue) {
        Purged purged = queue.purgeReady();
        topology.lock.lock();
        try {
            topology.catalog.purge(queue, purged);
            topology.catalog.append();
            return new PurgeRecord(purged.count(), topology.catalog.recorded());
        } finally {
            topology.lock.unlock();
        }
    }

    /**
     * Removes all that is ready when its turn has come, on another thread.
     *
     * @param then is called on that thread with what gives the result, or throws what failed
     */
    public void purgeLater(Queue queue, Consumer<Supplier<PurgeRecord>> then) {
        synchronized (this) {
            waiting.add(() -> then.accept(outcome(queue)));
            if (busy) {
                return;
            }
            busy = true;
        }
        pool.execute(this::next);
    }

    private void next() {
        try {
            takeNext().run();
        } finally {
            if (isMoreWaiting()) {
                // Others have had the thread meanwhile.
                pool.execute(this::next);
            }
        }
    }

    private synchronized Runnable takeNext() {
        return waiting.remove();
    }

    private synchronized boolean isMoreWaiting() {
        busy = !waiting.isEmpty();
        return busy;
    }

    private Supplier<PurgeRecord> outcome(Queue queue) {
        try {
            PurgeRecord done = purgeBusy(queue);
            return () -> done;
        } catch (RuntimeException | Error failure) {
            return () -> {
                throw failure;
            };
        }
    }

    private PurgeRecord purgeBusy(Queue queue) {
        Purged purged = queue.purgeReady();
        if (writer == null) {
            return new PurgeRecord(purged.count(), 0);
        }
        try {
            Catalog.purge(queue, purged, writer.batch());
            writer.append();
            return new PurgeRecord(purged.count(), writer.appendedBatch());
        } finally {
            // Also what could not be gathered as a whole.
            writer.drop();
        }
    }
}
