package io.leveret.broker.queue;

import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/**
 * How much of the heap the messages in all queues of a broker may take. Queues tell what enters and leaves memory, once for
 * each burst; when it is too much, queues that can leave messages on the disk drop them from memory, the largest first. It is a
 * bound to steer by, not a hard one. May be used from any thread, and never takes a queue's lock on the caller's.
 */
public final class MemoryBudget {

    /** How long it leaves the queues alone after it asked all of them. */
    private static final long PAUSE_NANOS = 100_000_000;
    /** Relief ends this far below the limit, so that it is not asked for again at once. */
    private static final double RELIEVED = 0.9;
    /** What can be dropped from memory is dropped at this share of what publishers are blocked for. */
    private static final double DROPPED_SHARE = 0.75;

    private final long limitBytes;
    private final Executor pool;
    private final LongSupplier nanoTime;
    private final AtomicLong usedBytes = new AtomicLong();
    private final AtomicLong fixedBytes = new AtomicLong();
    private final AtomicLong rememberedBytes = new AtomicLong();
    private final Set<Queue> pageable = ConcurrentHashMap.newKeySet();
    private final AtomicBoolean relieving = new AtomicBoolean();
    private final Set<Runnable> others = ConcurrentHashMap.newKeySet();
    private volatile long droppedAtBytes = Long.MAX_VALUE;
    private volatile long besideBytes;
    private volatile long pauseUntil;

    private record Size(Queue queue, long bytes) {}

    /** @param pool where queues are asked to drop what they can */
    public MemoryBudget(long limitBytes, Executor pool, LongSupplier nanoTime) {
        this.limitBytes = limitBytes;
        this.pool = pool;
        this.nanoTime = nanoTime;
        this.pauseUntil = nanoTime.getAsLong();
    }

    /** Counts, and never finds it too much. */
    public static MemoryBudget unlimited() {
        return new MemoryBudget(Long.MAX_VALUE, Runnable::run, System::nanoTime);
    }

    /**
     * Publishers are to be blocked for what can't be dropped from memory alone, so what can be is dropped well before that.
     *
     * @param bytes beyond which publishers are blocked; 0 if they always are, for which nothing need be dropped
     */
    public void publishersBlockedBeyond(long bytes) {
        droppedAtBytes = bytes == 0 ? Long.MAX_VALUE : (long) (bytes * DROPPED_SHARE);
    }

    /** Tells how much of the heap is used beside messages in queues, for which publishers are blocked as well. */
    public void usedBeside(long bytes) {
        besideBytes = bytes;
    }

    public long limitBytes() {
        return limitBytes;
    }

    public long usedBytes() {
        return usedBytes.get();
    }

    /** Whether messages take too much, whatever else is used. */
    public boolean isExceeded() {
        return usedBytes.get() > Math.min(limitBytes, droppedAtBytes);
    }

    /** Whether what can be dropped from memory should be: messages take too much, or publishers would soon be blocked. */
    public boolean isShort() {
        long used = usedBytes.get();
        return used > limitBytes || used + besideBytes > droppedAtBytes;
    }

    /** How much of a queue is read at a time as things are. */
    Window window() {
        return isShort() ? Window.SMALL : Window.FULL;
    }

    /** Whether it is so far from short that nothing need be dropped for a while. */
    public boolean isRelieved() {
        long used = usedBytes.get();
        return used <= limitBytes * RELIEVED && used + besideBytes <= droppedAtBytes * RELIEVED;
    }

    /** Counts what enters memory, or with a negative number what leaves it. */
    public void add(long bytes) {
        usedBytes.addAndGet(bytes);
    }

    /** As {@link #add(long)}, of what nobody can drop from memory. */
    public void addFixed(long bytes) {
        fixedBytes.addAndGet(bytes);
        add(bytes);
    }

    /** As {@link #add(long)}, of what is remembered only in case that somebody repeats something. */
    public void addRemembered(long bytes) {
        rememberedBytes.addAndGet(bytes);
        add(bytes);
    }

    /** How much of what is used is told as that. */
    public long rememberedBytes() {
        return rememberedBytes.get();
    }

    /** How much of what is used nobody can drop from memory, as far as it was told as that. */
    public long fixedBytes() {
        return fixedBytes.get();
    }

    /** An entry has left its queue, and its message stays in memory until it is {@link #processed}. */
    public void departed(Departure departure) {
        add(departure.memoryBytes());
    }

    public void processed(Departure departure) {
        add(-departure.memoryBytes());
    }

    /** Adds a queue that can drop messages from memory. */
    void add(Queue queue) {
        pageable.add(queue);
    }

    void remove(Queue queue) {
        pageable.remove(queue);
    }

    /** Adds what takes other messages than queues' out of memory when it is called, which must not block. */
    public void addRelief(Runnable relief) {
        others.add(relief);
    }

    public void removeRelief(Runnable relief) {
        others.remove(relief);
    }

    /**
     * Sees to it that queues drop what they can, if that is still necessary. Queues ask for it when they take messages in; to
     * be called by a timer as well, since what is delivered can be dropped only later.
     */
    public void relieve() {
        if (isShort() && nanoTime.getAsLong() - pauseUntil >= 0 && relieving.compareAndSet(false, true)) {
            pool.execute(this::relieveNow);
        }
    }

    private void relieveNow() {
        try {
            for (Size size : largestFirst()) {
                if (isRelieved()) {
                    return;
                }
                size.queue().pageOut().complete();
            }
            others.forEach(Runnable::run);
        } finally {
            pauseUntil = nanoTime.getAsLong() + PAUSE_NANOS;
            relieving.set(false);
        }
    }

    /** The sizes as of now: they must not change while they are compared. */
    private List<Size> largestFirst() {
        return pageable.stream()
                .map(queue -> new Size(queue, queue.memoryBytes()))
                .sorted(Comparator.comparingLong(Size::bytes).reversed())
                .toList();
    }
}
