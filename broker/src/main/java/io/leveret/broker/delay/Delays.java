package io.leveret.broker.delay;

import io.leveret.broker.delay.DelayBurst.Item;
import io.leveret.broker.hold.Delivery;
import io.leveret.broker.message.Message;
import io.leveret.broker.queue.MemoryBudget;
import io.leveret.broker.queue.Spill.Slot;
import io.leveret.broker.storage.Journal;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * All that waits in the delayed exchanges of a virtual host. A monitor: what it does it does in memory, and under its lock it calls
 * nobody but the clock and what the store tells without waiting. {@link DelayTasks} and {@link DelayLookups} do the work.
 */
public final class Delays {

    private final @Nullable Journal journal;
    private final MemoryBudget budget;
    private final InstantSource clock;
    private final DelayBounds bounds;
    private final UnstoredPlaces places;
    private final Map<Long, DelayedMessages> byQueueId = new ConcurrentHashMap<>();

    // All that follows is guarded by this.
    private final InMemory memory;
    private final Departed departed = new Departed();
    private final NextStep next;
    private final @Nullable FoundInStore found;
    private final TakenBack takenBack;
    private DelayCounts ofDeleted = DelayCounts.NONE;
    private long numbers;

    /** When the tasks look again; the smallest number while they are at it. */
    private long wakeAtMs = Long.MAX_VALUE;

    private @Nullable DelayTasks tasks;

    /** Used by the tasks alone. */
    private final NearBound nearBound;

    /** Changed under the lock, read by any thread. */
    private volatile boolean crowded;

    /**
     * @param vhost the name of the virtual host
     * @param journal null if nothing is to survive
     */
    public Delays(
            String vhost, @Nullable Journal journal, MemoryBudget budget, InstantSource clock, DelayBounds bounds) {
        this.journal = journal;
        this.budget = budget;
        this.clock = clock;
        this.bounds = bounds;
        this.places = new UnstoredPlaces(vhost, bounds.unstored());
        this.memory = new InMemory(journal, budget, bounds, places);
        this.next = new NextStep(memory, bounds);
        this.takenBack = new TakenBack(memory);
        this.nearBound = new NearBound(this, memory, bounds.near());
        this.found = journal == null ? null : new FoundInStore(this, journal, memory, departed, byQueueId::get, bounds);
    }

    /** Begins to work. To be called once, when all that was recovered is here. */
    public void start(Delivery delivery, DelayThreads threads) {
        DelayLookups lookups =
                journal == null || found == null ? null : new DelayLookups(this, found, journal, threads);
        DelayTasks started = new DelayTasks(this, journal, delivery, budget, threads, lookups, bounds);
        synchronized (this) {
            tasks = started;
        }
        if (journal != null) {
            journal.heldBackBy(this::isBehind);
        }
        started.start();
    }

    /** Does nothing any more: the virtual host goes down. */
    public void close() {
        List<DelayedMessages> all;
        synchronized (this) {
            all = List.copyOf(memory.rooms);
        }
        // What they have in memory and in the spill is given back; the store keeps what it has.
        all.forEach(this::delete);
        stop();
    }

    /** Does nothing any more, since the store has failed: what comes until the virtual host is closed is refused by that. */
    void stop() {
        DelayTasks ending;
        synchronized (this) {
            ending = tasks;
            tasks = null;
        }
        if (ending != null) {
            ending.close();
        }
    }

    /** Whether nothing is in memory, so that there is nothing to do. */
    synchronized boolean isIdle() {
        return memory.isEmpty();
    }

    /** Whether the store may have anything that waits. */
    boolean mayHaveStored() {
        return !byQueueId.isEmpty();
    }

    synchronized boolean isClosed() {
        return tasks == null || (journal != null && journal.isOver());
    }

    long nowMs() {
        return clock.millis();
    }

    UnstoredPlaces places() {
        return places;
    }

    /**
     * Opens what waits in an exchange.
     *
     * @param queueId of the queue in the store that nobody sees; 0 if nothing of it is to survive
     * @param waiting how many messages the store has, with the cancels among them
     */
    public DelayedMessages open(String exchange, long queueId, long waiting) {
        DelayedMessages room = add(exchange, queueId, waiting);
        DelayTasks waking;
        synchronized (this) {
            waking = tasks;
        }
        if (waking != null) {
            waking.opened();
        }
        return room;
    }

    private synchronized DelayedMessages add(String exchange, long queueId, long waiting) {
        DelayedMessages room = new DelayedMessages(
                this,
                numbers++,
                exchange,
                journal == null || queueId == 0 ? null : journal.backlog(queueId),
                bounds.load());
        room.counts = DelayCounts.NONE.fewer(-waiting);
        memory.rooms.add(room);
        if (room.hasStore()) {
            byQueueId.put(queueId, room);
        }
        return room;
    }

    /** Whether a queue of the store is one that nobody sees. */
    public boolean owns(long queueId) {
        return byQueueId.containsKey(queueId);
    }

    /** All delayed exchanges together, also those that were deleted. */
    public synchronized DelayCounts counts() {
        DelayCounts sum = ofDeleted;
        for (DelayedMessages room : memory.rooms) {
            sum = sum.plus(room.counts);
        }
        return sum;
    }

    /** An exchange is deleted, with all that waits in it: at once, however much it is. */
    public void delete(DelayedMessages room) {
        DelayTasks releasing;
        boolean hadCancels;
        synchronized (this) {
            if (room.deleted) {
                return;
            }
            room.deleted = true;
            hadCancels = room.cancels.size() > 0;
            memory.forget(room);
            if (found != null) {
                found.forget(room);
            }
            if (room.hasStore()) {
                byQueueId.remove(room.queueId());
            }
            room.counts = room.counts.allDropped();
            ofDeleted = ofDeleted.plus(room.counts);
            releasing = tasks;
        }
        if (releasing != null) {
            releasing.forget(room);
        }
        if (journal != null && hadCancels) {
            // Publishers may wait for its cancels.
            journal.durableMoved();
        }
    }

    /** Whether so many cancels are on their way, or so much is due soon that the store could have, that who publishes should wait. */
    private boolean isBehind() {
        return crowded || (found != null && found.pendingCancels() > bounds.cancels());
    }

    /** Takes what a burst brings. */
    void add(List<Item> items, long firstPosition) {
        long earlierMs;
        boolean cancels = false;
        DelayTasks waking;
        synchronized (this) {
            long standing = firstOf(items, firstPosition);
            for (Item item : items) {
                long position = item.isStored() ? firstPosition + item.stored() : standing;
                standing = item.isStored() ? position + 1 : standing;
                if (!item.room().deleted) {
                    cancels |= take(item, position);
                } else if (item.takesPlace()) {
                    places.free(1);
                }
            }
            long nowMs = clock.millis();
            memory.drain(nowMs);
            crowded = memory.isNearFarExceeded();
            boolean more = takenBack.slice();
            more |= memory.isNearExceeded();
            earlierMs = more ? nowMs : earlierWake();
            waking = tasks;
        }
        if (waking != null) {
            waking.wake(earlierMs, cancels, budget.isShort());
        }
    }

    /** Where those stand that are in memory only and come before any that is stored. */
    private long firstOf(List<Item> items, long firstPosition) {
        for (Item item : items) {
            if (item.isStored()) {
                return firstPosition + item.stored();
            }
        }
        return journal == null ? 0 : journal.store().nextPosition();
    }

    /** Returns whether it takes others back that the store may have. */
    private boolean take(Item item, long position) {
        DelayedMessages room = item.room();
        Message message = item.message();
        String id = message.properties().messageId();
        if (item.dueMs() == DelayHeaders.CANCELS) {
            return cancel(room, id == null ? "" : id, position, item.isStored());
        }
        room.counts = room.counts.fewer(-1);
        if (item.isStored()) {
            memory.addStored(WaitingMessage.stored(room, item.dueMs(), position, message));
        } else {
            memory.addUnstored(id, WaitingMessage.inMemory(room, item.dueMs(), position, numbers++, message));
        }
        return false;
    }

    private boolean cancel(DelayedMessages room, String id, long position, boolean stored) {
        takenBack.add(room, id, numbers++);
        if (stored && found != null) {
            found.change(room, () -> room.cancels.add(id, position));
        }
        return stored;
    }

    /** When to look earlier than was planned; the largest number if not. */
    private long earlierWake() {
        long first = memory.byFirstDue().isEmpty()
                ? Long.MAX_VALUE
                : memory.byFirstDue().first().firstDueMs;
        if (!memory.isEmpty() && wakeAtMs == Long.MAX_VALUE) {
            first = Math.min(first, clock.millis() + NextStep.LOOK_MS);
        }
        if (first >= wakeAtMs) {
            return Long.MAX_VALUE;
        }
        wakeAtMs = first;
        return first;
    }

    /**
     * Takes out a piece of what was taken back, and of what is near and too much: what would be long under the lock at once. Returns whether there
     * is more. For one thread at a time.
     */
    boolean tidy() {
        boolean more;
        synchronized (this) {
            more = takenBack.slice();
        }
        more |= nearBound.slice();
        uncrowd();
        return more;
    }

    private void uncrowd() {
        boolean was = crowded;
        synchronized (this) {
            crowded = memory.isNearFarExceeded();
        }
        if (journal != null && was && !crowded) {
            // Publishers may wait for it.
            journal.durableMoved();
        }
    }

    /** What is to be done next. Who asks does it, and asks again. */
    synchronized Step next() {
        long nowMs = clock.millis();
        memory.drain(nowMs);
        Step step = next.at(nowMs);
        wakeAtMs = step instanceof Step.Sleep sleep ? sleep.untilMs() : Long.MIN_VALUE;
        return step;
    }

    /** These have left with a batch, in which the store learns it. */
    synchronized void left(Step.Deliver done, DelayCounts how, long batch) {
        if (done.room().deleted) {
            return;
        }
        done.room().counts = done.room().counts.plus(how);
        List<WaitingMessage> all = new ArrayList<>(done.due());
        all.addAll(done.cancelled());
        departed.left(departed.leaving(done.room(), positions(all)), batch);
        all.forEach(this::forget);
        departed.trim(journal == null ? Long.MAX_VALUE : journal.store().durableBatch());
    }

    private static long[] positions(List<WaitingMessage> of) {
        return of.stream()
                .filter(WaitingMessage::isStored)
                .mapToLong(each -> each.position)
                .toArray();
    }

    private void forget(WaitingMessage message) {
        Message known = message.message;
        if (!message.isStored() && known != null) {
            message.room.byMessageId.remove(message, known);
        }
        memory.leave(message);
    }

    /** These could not be brought to their queues, and no queue has them: they are due still. */
    synchronized void stay(DelayedMessages room, List<WaitingMessage> due) {
        if (!room.deleted) {
            memory.change(room, () -> {
                for (WaitingMessage each : due) {
                    each.taken = false;
                    room.put(each);
                }
            });
        }
    }

    /**
     * Lets go of what was in memory of an exchange that is deleted, into which nobody looks any more: not under the lock, since it
     * may be much. Returns the slots that it had in the spill.
     */
    static List<Slot> clear(DelayedMessages room) {
        List<Slot> slots = new ArrayList<>();
        room.read.forEach(each -> addSlot(each, slots));
        room.unread.forEach(each -> addSlot(each, slots));
        room.stuck.forEach(each -> addSlot(each, slots));
        room.clear();
        return slots;
    }

    private static void addSlot(WaitingMessage message, List<Slot> slots) {
        Slot slot = message.slot;
        if (slot != null) {
            slots.add(slot);
        }
    }

    /**
     * These come back, as far as they were read with their messages.
     *
     * @param cut whether there was more than is read at once
     */
    synchronized void loaded(Step.Load load, Map<WaitingMessage, Message> read, boolean cut) {
        DelayedMessages room = load.room();
        if (room.deleted) {
            load.wanted().forEach(memory::freeSlot);
            return;
        }
        // What is due first may stand behind others on the disk: of fewer it is one that is read.
        room.loadMost = cut
                ? Math.max(1, Math.min(read.size(), load.wanted().size() / 2))
                : Math.min(bounds.load(), 2 * room.loadMost);
        memory.change(room, () -> {
            for (WaitingMessage each : load.wanted()) {
                Message message = read.get(each);
                if (!each.gone) {
                    if (message != null) {
                        memory.read(each, message);
                    }
                    room.put(each);
                }
            }
        });
    }

    /** These can't be read now. */
    synchronized void stuck(DelayedMessages room, List<WaitingMessage> unreadable) {
        for (WaitingMessage each : unreadable) {
            if (room.deleted) {
                memory.freeSlot(each);
            } else if (!each.gone) {
                memory.stick(each);
            }
        }
    }

    /** It is time to try again. True if anything is. */
    synchronized boolean unstick() {
        return memory.unstick();
    }

    /** There is no trace of these. Returns how many still waited. */
    synchronized int lost(DelayedMessages room, List<WaitingMessage> missing) {
        int lost = 0;
        for (WaitingMessage each : missing) {
            if (!each.gone && !room.deleted) {
                room.counts = room.counts.plus(new DelayCounts(-1, 0, 0, 1, 0));
                forget(each);
                lost++;
            }
        }
        return lost;
    }

    /** Where what was cancelled was spilled to. */
    synchronized List<Slot> takeFreed() {
        return memory.takeFreed();
    }

    /** Messages that no store has and that are not due soon. */
    synchronized List<WaitingMessage> spillable(int max, long maxBytes) {
        return memory.spillable(clock.millis(), max, maxBytes);
    }

    /** These were spilled. Returns what is not needed. */
    synchronized List<Slot> spilled(List<WaitingMessage> written, List<Slot> slots) {
        return memory.spilled(written, slots);
    }

    /**
     * Shows what waits in an exchange: what the store has and has not left, and what only memory has.
     *
     * @param stored what the store has
     */
    synchronized void firstDue(DelayedMessages room, List<WaitingMessage> stored, FirstDue sink) {
        if (room.deleted) {
            return;
        }
        for (WaitingMessage each : stored) {
            if (!room.byPosition.containsKey(each.position) && !room.departed.contains(each.position)) {
                sink.show(each);
            }
        }
        room.byPosition.values().forEach(sink::show);
        room.read.forEach(each -> showUnstored(each, sink));
        room.unread.forEach(each -> showUnstored(each, sink));
        room.stuck.forEach(each -> showUnstored(each, sink));
    }

    private static void showUnstored(WaitingMessage each, FirstDue sink) {
        if (!each.isStored()) {
            sink.show(each);
        }
    }
}
