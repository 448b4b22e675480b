package io.leveret.broker.transaction;

import io.leveret.broker.queue.IndexedHeap;
import org.jspecify.annotations.Nullable;

/** Which exchange is to be looked at next, and when: whose time came first goes first. A monitor. */
final class Agenda {

    /** Nothing is to be done. */
    static final long NEVER = Long.MAX_VALUE;

    private final IndexedHeap<TransactionalMessages> rooms = new IndexedHeap<>();
    private long turns;

    /** An exchange is to be looked at, at that time in milliseconds since 1970 or earlier. Returns whether it was not to be before. */
    synchronized boolean add(TransactionalMessages room, long atMs) {
        if (atMs == NEVER || (rooms.contains(room) && room.atMs <= atMs)) {
            return false;
        }
        rooms.remove(room);
        room.atMs = atMs;
        room.turn = turns++;
        rooms.add(room);
        return true;
    }

    /** Takes the next one whose time has come; null if there is none. */
    synchronized @Nullable TransactionalMessages take(long nowMs) {
        TransactionalMessages first = rooms.first();
        if (first == null || first.atMs > nowMs) {
            return null;
        }
        rooms.remove(first);
        return first;
    }

    /** When the next one's time comes; {@link #NEVER} if there is none. */
    synchronized long firstMs() {
        TransactionalMessages first = rooms.first();
        return first == null ? NEVER : first.atMs;
    }
}
