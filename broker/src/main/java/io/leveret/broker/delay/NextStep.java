package io.leveret.broker.delay;

import java.util.ArrayList;
import java.util.List;

/** Decides what is to be done next for what waits in memory. Guarded by the {@link Delays}. */
final class NextStep {

    /** What is due so soon is read ahead, so that it need not wait for the disk then. */
    static final long AHEAD_MS = 5_000;

    /** So often it is looked whether somebody has put the clock forward. */
    static final long LOOK_MS = 1_000;

    /** What is read at once of what is due already. */
    private static final int LOAD_MOST = 4_000;

    /** Of what is not due yet: a few milliseconds' work, for which what falls due meanwhile may wait. */
    private static final int READ_AHEAD_MOST = 250;

    /** So many are read ahead before they are due. */
    private static final int AHEAD_MOST = 2_000;

    private static final int DELIVER_MOST = 1_000;
    private static final long DELIVER_BYTES = 1024 * 1024;

    private final InMemory memory;

    NextStep(InMemory memory) {
        this.memory = memory;
    }

    Step at(long nowMs) {
        DelayedMessages loading = null;
        for (DelayedMessages room : memory.byFirstDue()) {
            if (room.firstDueMs > nowMs + AHEAD_MS) {
                break;
            }
            if (room.isBlocked()) {
                continue;
            }
            if (isDeliverable(room, nowMs)) {
                return deliver(room, nowMs);
            }
            if (loading == null && isToLoad(room, nowMs)) {
                loading = room;
            }
        }
        return loading == null ? new Step.Sleep(wakeMs(nowMs)) : load(loading, nowMs);
    }

    private boolean isDeliverable(DelayedMessages room, long nowMs) {
        WaitingMessage first = room.read.first();
        return first != null && first == room.first() && first.dueMs <= nowMs && memory.horizon.knowsUpTo(first);
    }

    private boolean isToLoad(DelayedMessages room, long nowMs) {
        WaitingMessage first = room.unread.first();
        if (first == null || first.dueMs > nowMs + AHEAD_MS) {
            return false;
        }
        return memory.loaded() < AHEAD_MOST || (first == room.first() && first.dueMs <= nowMs);
    }

    private Step deliver(DelayedMessages room, long nowMs) {
        List<WaitingMessage> due = new ArrayList<>();
        List<WaitingMessage> cancelled = new ArrayList<>();
        memory.change(room, () -> {
            long bytes = 0;
            while (due.size() + cancelled.size() < DELIVER_MOST
                    && bytes < DELIVER_BYTES
                    && isDeliverable(room, nowMs)) {
                WaitingMessage next = room.takeFirstRead();
                next.taken = true;
                bytes += next.memoryBytes();
                (room.isCancelled(next) ? cancelled : due).add(next);
            }
        });
        return new Step.Deliver(room, due, cancelled);
    }

    private Step load(DelayedMessages room, long nowMs) {
        List<WaitingMessage> wanted = new ArrayList<>();
        memory.change(room, () -> {
            WaitingMessage next = room.unread.first();
            int most = next != null && next.dueMs <= nowMs ? LOAD_MOST : READ_AHEAD_MOST;
            while (next != null && wanted.size() < most && next.dueMs <= nowMs + AHEAD_MS) {
                room.unread.remove(next);
                wanted.add(next);
                next = room.unread.first();
            }
        });
        return new Step.Load(room, wanted);
    }

    private long wakeMs(long nowMs) {
        long wake = memory.isEmpty() ? Long.MAX_VALUE : nowMs + LOOK_MS;
        for (DelayedMessages room : memory.byFirstDue()) {
            if (room.firstDueMs - AHEAD_MS > wake) {
                break;
            }
            wake = room.isBlocked() ? wake : Math.min(wake, wakeMs(room, nowMs));
        }
        return wake;
    }

    private long wakeMs(DelayedMessages room, long nowMs) {
        long wake = Long.MAX_VALUE;
        WaitingMessage read = room.read.first();
        // What is not known yet a search tells of.
        if (read != null && memory.horizon.knowsUpTo(read)) {
            wake = Math.max(read.dueMs, nowMs + 1);
        }
        WaitingMessage unread = room.unread.first();
        if (unread != null) {
            long aheadMs = unread.dueMs - AHEAD_MS;
            wake = Math.min(wake, aheadMs > nowMs ? aheadMs : Math.max(unread.dueMs, nowMs + 1));
        }
        return wake;
    }
}
