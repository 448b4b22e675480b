package io.leveret.broker.delay;

import io.leveret.broker.message.Message;
import io.leveret.broker.queue.MemoryBudget;
import io.leveret.broker.queue.Spill.Slot;
import io.leveret.broker.storage.Journal;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What of the waiting messages is in memory: all that no store has, what is not durable yet, since no search finds that, and what is
 * due before the {@link Horizon}. Guarded by the {@link Delays}.
 */
final class InMemory {

    /** So many messages are looked at for some to be spilled, so that nobody waits long for that. */
    private static final int SPILL_LOOKS = 10_000;

    private final @Nullable Journal journal;
    private final MemoryBudget budget;
    private final DelayBounds bounds;
    private final UnstoredPlaces places;
    final Horizon horizon;
    final List<DelayedMessages> rooms = new ArrayList<>();

    private final TreeSet<DelayedMessages> byFirstDue =
            new TreeSet<>(Comparator.comparingLong((DelayedMessages room) -> room.firstDueMs)
                    .thenComparingLong(DelayedMessages::number));

    /** What was not durable when it was looked at last, in the order in which it came. */
    private final ArrayDeque<WaitingMessage> fresh = new ArrayDeque<>();

    /** Of what was cancelled. */
    private List<Slot> freed = new ArrayList<>();

    /** Something was left to the store that a search has to find again, although it was looked for. */
    private boolean leftStuck;

    private int stuck;
    private int near;
    private int loaded;
    private long loadedBytes;

    InMemory(@Nullable Journal journal, MemoryBudget budget, DelayBounds bounds, UnstoredPlaces places) {
        this.journal = journal;
        this.budget = budget;
        this.bounds = bounds;
        this.places = places;
        this.horizon = new Horizon(journal != null);
    }

    /** The exchanges of which something is in a heap, that first which has what is due first. */
    SortedSet<DelayedMessages> byFirstDue() {
        return byFirstDue;
    }

    boolean isEmpty() {
        return byFirstDue.isEmpty() && fresh.isEmpty();
    }

    /** Whether something in the store may be due before all that is in memory: only a search tells. */
    boolean waitsForSearch() {
        WaitingMessage first = byFirstDue.isEmpty() ? null : byFirstDue.first().first();
        return first != null && !horizon.covers(first);
    }

    /** How many there is room for that are due soon. */
    int roomForNear() {
        return bounds.near() - near;
    }

    int loaded() {
        return loaded;
    }

    /** How much of the heap is taken by what was read ahead. */
    long loadedBytes() {
        return loadedBytes;
    }

    /** A message comes that only memory has, and for which a place was taken. */
    void addUnstored(@Nullable String id, WaitingMessage added) {
        DelayedMessages room = added.room;
        hold(added, added.memoryBytes());
        room.unstored++;
        room.byMessageId.add(id, added);
        change(room, () -> room.put(added));
    }

    /** A message comes that the store has, or will have. */
    void addStored(WaitingMessage added) {
        hold(added, added.memoryBytes());
        added.room.byPosition.put(added.position, added);
        fresh.add(added);
        if (horizon.mustKeep(added)) {
            bringNear(added);
        }
    }

    /** A search has found that something is due soon. */
    void found(DelayedMessages room, long dueMs, long position) {
        if (!room.byPosition.containsKey(position)) {
            WaitingMessage found = WaitingMessage.stored(room, dueMs, position, null);
            room.byPosition.put(position, found);
            hold(found, found.memoryBytes());
            bringNear(found);
        }
    }

    /** The horizon has moved: what is due before it stays. */
    void keepKnown() {
        for (WaitingMessage each : fresh) {
            if (!isDone(each) && !each.near && horizon.mustKeep(each)) {
                bringNear(each);
            }
        }
    }

    private static boolean isDone(WaitingMessage message) {
        return message.gone || message.taken || message.room.deleted;
    }

    private void bringNear(WaitingMessage message) {
        message.near = true;
        message.room.near++;
        near++;
        change(message.room, () -> message.room.put(message));
    }

    /** Changes what is due first in an exchange. */
    void change(DelayedMessages room, Runnable change) {
        WaitingMessage before = room.first();
        change.run();
        WaitingMessage now = room.first();
        if (before != now) {
            byFirstDue.remove(room);
            if (now != null) {
                room.firstDueMs = now.dueMs;
                byFirstDue.add(room);
            }
        }
    }

    private void hold(WaitingMessage message, long bytes) {
        message.room.heldBytes += bytes;
        budget.add(bytes);
    }

    /** A message is in no heap any more, and in memory neither: it has left, or the store has it. */
    void leave(WaitingMessage message) {
        if (message.gone || message.room.deleted) {
            return;
        }
        message.gone = true;
        noLongerLoaded(message);
        hold(message, -message.memoryBytes());
        if (message.isStored()) {
            message.room.byPosition.remove(message.position);
        } else {
            message.room.unstored--;
            places.free(1);
        }
        noLongerNear(message);
    }

    private void noLongerLoaded(WaitingMessage message) {
        if (message.loaded) {
            message.loaded = false;
            message.room.loaded--;
            loaded--;
            countLoaded(message, -message.memoryBytes());
        }
    }

    private void countLoaded(WaitingMessage message, long bytes) {
        message.room.loadedBytes += bytes;
        loadedBytes += bytes;
    }

    private void noLongerNear(WaitingMessage message) {
        if (message.near) {
            message.near = false;
            message.room.near--;
            near--;
        }
    }

    /** A message can't be read now. What is too much of that is the store's alone, until it is looked for again. */
    void stick(WaitingMessage message) {
        if (message.isStored() && stuck >= bounds.stuck()) {
            leave(message);
            leftStuck = true;
        } else if (message.room.stuck.add(message)) {
            stuck++;
        }
    }

    private void unstick(WaitingMessage message) {
        if (message.room.stuck.remove(message)) {
            stuck--;
        }
    }

    /** What could not be read is tried again. True if anything is. */
    boolean unstick() {
        boolean any = leftStuck;
        // Not before the last round has come to its end: else none ever would.
        if (leftStuck && !horizon.isCut()) {
            leftStuck = false;
            horizon.searchAgain();
        }
        for (DelayedMessages room : rooms) {
            List<WaitingMessage> again = List.copyOf(room.stuck);
            again.forEach(this::unstick);
            any |= !again.isEmpty();
            change(room, () -> again.forEach(room::put));
        }
        return any;
    }

    /** A message is cancelled, wherever it is. */
    void takeBack(WaitingMessage message) {
        DelayedMessages room = message.room;
        unstick(message);
        change(room, () -> room.takeOut(message));
        freeSlot(message);
        leave(message);
    }

    /** Where a message was spilled to is not needed any more. */
    void freeSlot(WaitingMessage message) {
        Slot slot = message.slot;
        if (slot != null) {
            message.slot = null;
            freed.add(slot);
        }
    }

    /** Where what was cancelled was spilled to. */
    List<Slot> takeFreed() {
        List<Slot> taken = freed;
        if (!taken.isEmpty()) {
            freed = new ArrayList<>();
        }
        return taken;
    }

    /** A message was read. */
    void read(WaitingMessage message, Message read) {
        message.message = read;
        message.loaded = true;
        message.room.loaded++;
        loaded++;
        hold(message, read.heapBytes());
        countLoaded(message, message.memoryBytes());
    }

    /** An exchange is deleted, with all that it has. */
    void forget(DelayedMessages room) {
        rooms.remove(room);
        byFirstDue.remove(room);
        near -= room.near;
        loaded -= room.loaded;
        stuck -= room.stuck.size();
        loadedBytes -= room.loadedBytes;
        places.free(room.unstored);
        budget.add(-room.heldBytes);
    }

    /** Of what has become durable, that which is not due soon is the store's alone from now on. */
    void drain(long nowMs) {
        if (journal == null || fresh.isEmpty()) {
            return;
        }
        long settled = storesAlone(journal);
        for (WaitingMessage next = fresh.peek(); next != null; next = fresh.peek()) {
            boolean done = isDone(next);
            if (!done && next.position >= settled) {
                return;
            }
            fresh.remove();
            if (!done && !next.near) {
                leave(next);
            } else if (!done && (next.dueMs > nowMs + NextStep.AHEAD_MS || budget.isShort())) {
                dropMessage(next);
            }
        }
    }

    /**
     * Below this the store may have messages alone: a search finds what is durable, and takes it unless it may still be on its way.
     */
    private static long storesAlone(Journal journal) {
        return Math.min(journal.store().durablePosition(), journal.lowestInFlight());
    }

    private void dropMessage(WaitingMessage message) {
        Message dropped = message.message;
        DelayedMessages room = message.room;
        if (dropped != null && room.read.contains(message)) {
            change(room, () -> {
                room.takeOut(message);
                noLongerLoaded(message);
                hold(message, -dropped.heapBytes());
                message.message = null;
                room.put(message);
            });
        }
    }

    /** Whether more is near than may be. */
    boolean isNearExceeded() {
        return near > bounds.near();
    }

    /** Whether twice as much is near, so that who publishes should wait until some of it is left to the store. */
    boolean isNearFarExceeded() {
        return near / 2 > bounds.near();
    }

    /** What is near and in a heap, in no order. */
    List<WaitingMessage> near() {
        List<WaitingMessage> all = new ArrayList<>(near);
        Consumer<WaitingMessage> ofStored = each -> {
            if (each.isStored()) {
                all.add(each);
            }
        };
        for (DelayedMessages room : rooms) {
            room.read.forEach(ofStored);
            room.unread.forEach(ofStored);
        }
        return all;
    }

    /** These are the store's, unless a search has begun meanwhile that reaches them. */
    void leaveToStore(List<WaitingMessage> some) {
        if (journal == null) {
            return;
        }
        long settled = storesAlone(journal);
        for (WaitingMessage each : some) {
            if (!isDone(each) && each.near && !horizon.mustKeep(each)) {
                change(each.room, () -> leaveToStore(each, settled));
            }
        }
    }

    private void leaveToStore(WaitingMessage message, long settled) {
        if (message.room.takeOut(message)) {
            noLongerNear(message);
            if (message.position < settled) {
                leave(message);
            }
            // Else it is still among the fresh ones.
        }
    }

    /** Messages that no store has and that are not due soon. */
    List<WaitingMessage> spillable(long nowMs, int max, long maxBytes) {
        Spillable chosen = new Spillable(nowMs + 2 * NextStep.AHEAD_MS, max, maxBytes);
        rooms.forEach(room -> room.read.visitFromTheEnd(chosen::look));
        return chosen.messages;
    }

    /** Chooses what is to be spilled. */
    private static final class Spillable {

        private final List<WaitingMessage> messages = new ArrayList<>();
        private final long afterMs;
        private final int max;
        private final long maxBytes;
        private long bytes;
        private int looked;

        Spillable(long afterMs, int max, long maxBytes) {
            this.afterMs = afterMs;
            this.max = max;
            this.maxBytes = maxBytes;
        }

        /** Returns whether to go on. */
        boolean look(WaitingMessage message) {
            if (!isEnough() && !message.isStored() && message.slot == null && message.dueMs > afterMs) {
                messages.add(message);
                bytes += message.memoryBytes();
            }
            looked++;
            return !isEnough();
        }

        private boolean isEnough() {
            return looked >= SPILL_LOOKS || messages.size() >= max || bytes >= maxBytes;
        }
    }

    /** These were spilled; what has left meanwhile need not have been. */
    List<Slot> spilled(List<WaitingMessage> written, List<Slot> slots) {
        List<Slot> needless = new ArrayList<>();
        for (int i = 0; i < written.size(); i++) {
            WaitingMessage each = written.get(i);
            if (isDone(each) || !each.room.read.contains(each)) {
                needless.add(slots.get(i));
            } else {
                Message message = each.message;
                each.slotBytes = message == null ? 0 : message.heapBytes();
                each.slot = slots.get(i);
                dropMessage(each);
            }
        }
        return needless;
    }
}
