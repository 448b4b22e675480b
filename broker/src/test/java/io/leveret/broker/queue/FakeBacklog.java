package io.leveret.broker.queue;

import io.leveret.broker.message.Message;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A store in memory with one queue, for one thread: what is to be read waits until the test lets it happen. What was appended
 * is live at once, and can be read as soon as the test says so.
 */
final class FakeBacklog implements Backlog {

    static final long FIRST_POSITION = 100;

    private final TreeMap<Long, Message> live = new TreeMap<>();
    private final Map<Long, Long> deadlines = new HashMap<>();
    private final TreeSet<Long> inFlight = new TreeSet<>();
    private final Queue<Runnable> waiting = new ArrayDeque<>();
    private long next = FIRST_POSITION;
    private long readable = FIRST_POSITION;
    private long deliveredThrough;
    private long searchedThroughMs;
    private int failures;
    private int reads;
    private boolean exhausted;
    private final List<Long> delaysMs = new ArrayList<>();
    private @Nullable Long damaged;
    private Priorities priorities = new Priorities(0, 0, false);

    /** How many positions other queues take after each batch. */
    private IntSupplier gap = () -> 0;

    /** Done within each read, as if other threads had been busy meanwhile. */
    private Runnable meanwhile = () -> {};

    /** Done right after the next answer to {@link #lowestInFlight}, likewise. */
    private Runnable afterAnswer = () -> {};

    /** Appends messages in one batch; they are in flight until {@link #arrived}. */
    long append(List<Message> messages) {
        long first = next;
        for (Message message : messages) {
            live.put(next++, message);
        }
        next += gap.getAsInt();
        // What is not stored has no position that another append could not have, too.
        if (!messages.isEmpty()) {
            inFlight.add(first);
        }
        return first;
    }

    /** Memory runs out when somebody asks for the next position. */
    void exhaust() {
        exhausted = true;
    }

    /** A stored message expires. */
    void expiresAt(long position, long deadlineMs) {
        deadlines.put(position, deadlineMs);
    }

    /** What expires up to a time, and was not found before. */
    List<StoredDeadline> searchDue(long throughMs) {
        long after = searchedThroughMs;
        searchedThroughMs = throughMs;
        List<StoredDeadline> found = new ArrayList<>();
        for (long position : live.keySet()) {
            long deadlineMs = deadlines.getOrDefault(position, 0L);
            if (position < readable && deadlineMs > after && deadlineMs <= throughMs) {
                found.add(new StoredDeadline(deadlineMs, levelOf(position), position));
            }
        }
        return found;
    }

    /** Settles what may have been purged already. */
    void settleIfLive(long position) {
        live.remove(position);
    }

    void gaps(IntSupplier positions) {
        gap = positions;
    }

    void arrived(long first) {
        inFlight.remove(first);
    }

    /** Lets everything be read that was appended. */
    void allReadable() {
        readable = next;
    }

    void readableThrough(long position) {
        readable = Math.max(readable, Math.min(position + 1, next));
    }

    void settle(long position) {
        if (live.remove(position) == null) {
            throw new AssertionError(position + " was settled twice");
        }
    }

    void purge(Purged purged) {
        for (Purged.Part part : purged.parts()) {
            TreeSet<Long> kept = new TreeSet<>();
            for (long position : part.except()) {
                kept.add(position);
            }
            live.keySet()
                    .removeIf(position -> levelOf(position) == part.level()
                            && position <= part.throughPosition()
                            && !kept.contains(position));
            for (long position : part.apart()) {
                settle(position);
            }
        }
    }

    /** What it stores belongs to a queue with these. */
    void priorities(Priorities of) {
        priorities = of;
    }

    private int levelOf(long position) {
        Message message = live.get(position);
        return message == null ? -1 : priorities.levelOf(message);
    }

    /** After a restart these deliveries are repetitions. */
    void deliveredThrough(long position) {
        deliveredThrough = position;
    }

    Map<Long, Message> live() {
        return live;
    }

    void failReads(int count) {
        failures = count;
    }

    void meanwhile(Runnable action) {
        meanwhile = action;
    }

    void afterAnswer(Runnable action) {
        afterAnswer = action;
    }

    /** What stands there can't be read; null heals it. */
    void damage(@Nullable Long position) {
        damaged = position;
    }

    /** After which pauses something was to be done. */
    List<Long> delaysMs() {
        return delaysMs;
    }

    boolean isIdle() {
        return waiting.isEmpty();
    }

    /** Lets one of the waiting reads happen. */
    void runOne() {
        Runnable first = waiting.poll();
        if (first != null) {
            first.run();
        }
    }

    void runAll() {
        while (!isIdle()) {
            runOne();
        }
    }

    @Override
    public long queueId() {
        return 7;
    }

    /** Shows only what has that priority. */
    @Override
    public Backlog level(int level) {
        return new FakeLevel(this, level);
    }

    @Override
    public long nextPosition() {
        if (exhausted) {
            exhausted = false;
            throw new OutOfMemoryError("as the test asked for");
        }
        return next;
    }

    @Override
    public long lowestInFlight() {
        long lowest = inFlight.isEmpty() ? next : inFlight.first();
        Runnable action = afterAnswer;
        afterAnswer = () -> {};
        action.run();
        return lowest;
    }

    @Override
    public long readablePosition() {
        return readable;
    }

    @Override
    public long dueSearchedThroughMs() {
        return searchedThroughMs;
    }

    @Override
    public List<LoadedEntry> read(long from, long through, int maxEntries, long maxBytes) {
        throw new AssertionError("read without a level");
    }

    @Override
    public List<LoadedEntry> read(long[] positions, long maxBytes) {
        throw new AssertionError("read without a level");
    }

    @Override
    public List<ListedEntry> list(long from, long through, int maxEntries) {
        throw new AssertionError("listed without a level");
    }

    /** How many messages were read. */
    int reads() {
        return reads;
    }

    List<ListedEntry> list(int level, long from, long through, int maxEntries) throws IOException {
        if (through >= readable) {
            throw new AssertionError("list through " + through + ", but only what is below " + readable + " can be");
        }
        List<ListedEntry> found = live.subMap(from, true, through, true).entrySet().stream()
                .filter(each -> priorities.levelOf(each.getValue()) == level)
                .limit(maxEntries)
                .map(each -> new ListedEntry(
                        each.getKey(), each.getValue().bytes(), each.getValue().body().length, 0))
                .toList();
        spendTime();
        return found;
    }

    List<LoadedEntry> read(int level, long from, long through, int maxEntries, long maxBytes) throws IOException {
        if (through >= readable) {
            throw new AssertionError("read through " + through + ", but only what is below " + readable + " can be");
        }
        if (from > through) {
            throw new AssertionError("read from " + from + " through " + through);
        }
        List<LoadedEntry> found = new ArrayList<>();
        long bytes = 0;
        for (Map.Entry<Long, Message> each :
                live.subMap(from, true, through, true).entrySet()) {
            if (found.size() == maxEntries || bytes >= maxBytes) {
                break;
            }
            if (priorities.levelOf(each.getValue()) != level) {
                continue;
            }
            if (each.getKey().equals(damaged)) {
                if (found.isEmpty()) {
                    throw new IOException("position " + damaged + " is damaged");
                }
                break;
            }
            found.add(loaded(each.getKey(), each.getValue()));
            bytes += each.getValue().bytes();
        }
        spendTime();
        return found;
    }

    List<LoadedEntry> read(int level, long[] positions, long maxBytes) throws IOException {
        List<LoadedEntry> found = new ArrayList<>();
        long bytes = 0;
        for (long position : positions) {
            if (position >= readable) {
                throw new AssertionError("read of " + position + ", but only what is below " + readable + " can be");
            }
            if (bytes >= maxBytes) {
                break;
            }
            if (damaged != null && damaged == position) {
                if (found.isEmpty()) {
                    throw new IOException("position " + damaged + " is damaged");
                }
                break;
            }
            Message message = levelOf(position) == level ? live.get(position) : null;
            if (message != null) {
                found.add(loaded(position, message));
                bytes += message.bytes();
            }
        }
        spendTime();
        return found;
    }

    private LoadedEntry loaded(long position, Message message) {
        reads++;
        return new LoadedEntry(
                position, message, position <= deliveredThrough, deadlines.getOrDefault(position, 0L), 0, 0);
    }

    private void spendTime() throws IOException {
        meanwhile.run();
        if (failures > 0) {
            failures--;
            throw new IOException("on purpose");
        }
    }

    @Override
    public void execute(Runnable read) {
        waiting.add(read);
    }

    @Override
    public void executeLater(Runnable read, long delayMs) {
        delaysMs.add(delayMs);
        waiting.add(read);
    }

    @Override
    public String remedy() {
        return "call for help; ";
    }
}
