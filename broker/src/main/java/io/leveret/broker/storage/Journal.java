package io.leveret.broker.storage;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.leveret.broker.queue.Backlog;
import io.leveret.broker.queue.Spill;
import io.leveret.persistence.disk.Disk;
import io.leveret.persistence.log.Background;
import io.leveret.persistence.log.LogResources;
import io.leveret.persistence.log.PendingTotal;
import io.leveret.persistence.store.DiskStore;
import io.leveret.persistence.store.Store;
import io.leveret.persistence.store.StoreListener;
import io.leveret.persistence.store.StoreSettings;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A virtual host's store as its connections, queues and declarations use it: who writes, what is on its way from the log to
 * the queues, and who waits for the disk. Used from any thread.
 */
public final class Journal {

    /** Beyond this publishers wait: enough to keep any disk busy, and little memory. Of one store, and of all together. */
    static final long BEHIND_BYTES = 32 * 1024 * 1024;

    private final Store store;
    private final PendingTotal total;
    private final Background readers;
    private final @Nullable Spill spill;
    private final String remedy;
    private final List<DurableWaits> waits = new CopyOnWriteArrayList<>();
    private final List<InFlight> inFlight = new CopyOnWriteArrayList<>();
    private final AtomicLong lowestInFlight = new AtomicLong();
    private volatile boolean over;
    private volatile long dueSearchedThroughMs;
    private volatile BooleanSupplier heldBack = () -> false;

    /** @param readers threads that read what queues need, and so may block */
    public Journal(Store store, Background readers) {
        this(store, readers, new PendingTotal());
    }

    /** @param total what this and all other stores of the server have appended and not made durable */
    public Journal(Store store, Background readers, PendingTotal total) {
        this(store, readers, total, null, "");
    }

    /**
     * @param spill where messages go that are not stored, when memory is short; null if they stay in memory
     * @param remedy what an operator can do if something can't be read
     */
    private Journal(Store store, Background readers, PendingTotal total, @Nullable Spill spill, String remedy) {
        this.store = store;
        this.total = total;
        this.readers = readers;
        this.spill = spill;
        this.remedy = remedy;
    }

    /** Of a store that keeps nothing, and so needs no disk and no thread; for use by one thread. */
    public static Journal forgetful() {
        return new Journal(new ForgetfulStore(), new NoBackground());
    }

    /** The thread that asks, at once, for there is nothing to read; and later never comes. */
    private static final class NoBackground implements Background {

        @Override
        public void execute(Runnable task) {
            task.run();
        }

        @Override
        public void schedule(Runnable task, long delayMs) {}
    }

    /**
     * Opens a virtual host's store.
     *
     * @param onFailure called, once and from any thread, when the store can't be relied on any more
     * @throws IOException if it can't be read, or something in it is broken; the message names it
     */
    static Journal open(
            Disk disk,
            StoreSettings settings,
            LogResources resources,
            Background readers,
            Spill spill,
            StorePlace place,
            Consumer<Journal> onFailure)
            throws IOException {
        Ear ear = new Ear(onFailure);
        Store store = DiskStore.open(disk, settings, resources, ear);
        Journal journal = new Journal(store, readers, resources.pending(), spill, place.remedy());
        ear.journal(journal);
        return journal;
    }

    /** Hears what happens to the store; the store is silent until something is appended. */
    private static final class Ear implements StoreListener {

        private final Consumer<Journal> onFailure;
        private volatile @Nullable Journal journal;

        @GuardedBy("this")
        private boolean failedBefore;

        Ear(Consumer<Journal> onFailure) {
            this.onFailure = onFailure;
        }

        /** What failed before there was a journal to tell of it shows in {@link Journal#isOver}. */
        synchronized void journal(Journal opened) {
            opened.over = failedBefore;
            journal = opened;
        }

        @Override
        public void durable() {
            Journal hearer = journal;
            if (hearer != null) {
                hearer.durableMoved();
            }
        }

        @Override
        public void full(boolean full) {
            // Publishers wait as soon as too much is not durable.
        }

        @Override
        public void failed(Throwable cause) {
            Journal hearer;
            synchronized (this) {
                failedBefore = true;
                hearer = journal;
            }
            if (hearer != null) {
                hearer.over = true;
                onFailure.accept(hearer);
            }
        }
    }

    public Store store() {
        return store;
    }

    /** Whether the store can't be relied on any more, or is closed: nothing can be written, and what waits for the disk waits in vain. */
    public boolean isOver() {
        return over;
    }

    /** Its store is about to be closed: what goes on with it in the background is to end. */
    void closing() {
        over = true;
    }

    /** Where messages go that are not stored, when memory is short; null if they stay in memory. */
    public @Nullable Spill spill() {
        return spill;
    }

    /** What an operator can do if something can't be read, as a part of a sentence; may be empty. */
    String remedy() {
        return remedy;
    }

    /** Up to which time deadlines of what the store has were, or are being, searched for. */
    long dueSearchedThroughMs() {
        return dueSearchedThroughMs;
    }

    /** Deadlines up to a time are being searched for: whoever leaves an entry to the store alone has to remember those himself. */
    public void dueSearchedThroughMs(long throughMs) {
        dueSearchedThroughMs = throughMs;
    }

    /** Who publishes has to wait as well while this is so; {@link #durableMoved} is to be called when it is not any more. */
    public void heldBackBy(BooleanSupplier reason) {
        BooleanSupplier before = heldBack;
        heldBack = () -> before.getAsBoolean() || reason.getAsBoolean();
    }

    /** Whether so much is appended and not durable yet that nothing should be added to it. */
    public boolean isBehind() {
        return store.pendingBytes() > BEHIND_BYTES;
    }

    private boolean mustPublishersWait() {
        return isBehind() || heldBack.getAsBoolean();
    }

    private boolean isCrowded() {
        return total.bytes() > BEHIND_BYTES;
    }

    /** A queue's part of the store. */
    public Backlog backlog(long queueId) {
        return new StoredBacklog(queueId, this, readers);
    }

    /** A way to write for one thread that is no event loop, for as long as the virtual host is there. */
    public JournalWriter newWriter() {
        return new JournalWriter(store, newInFlight());
    }

    /** The waits of one event loop; to be asked for once by each. */
    public DurableWaits newWaits(Executor loop) {
        DurableWaits added = new DurableWaits(store, newInFlight(), loop, this::mustPublishersWait, this::isCrowded);
        waits.add(added);
        return added;
    }

    private InFlight newInFlight() {
        InFlight added = new InFlight();
        inFlight.add(added);
        return added;
    }

    /** To be called when the store's durable batch has moved. */
    public void durableMoved() {
        waits.forEach(DurableWaits::moved);
    }

    /** Every publish with a position below this has come to its queues. Never goes back. */
    public long lowestInFlight() {
        // Read first: who begins to append after this gets a position from here on.
        long lowest = store.nextPosition();
        for (InFlight each : inFlight) {
            lowest = Math.min(lowest, each.from());
        }
        // A thread may hold a next position that it read long ago; what was true once stays true.
        return lowestInFlight.accumulateAndGet(lowest, Math::max);
    }
}
