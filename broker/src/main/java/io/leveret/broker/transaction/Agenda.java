package io.leveret.broker.transaction;

import io.leveret.broker.queue.IndexedHeap;
import java.util.IdentityHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Which exchange is to be looked at next, and when: whose time came first goes first. A monitor. */
final class Agenda {

    /** Nothing is to be done. */
    static final long NEVER = Long.MAX_VALUE;

    private final IndexedHeap<Entry> byTime = new IndexedHeap<>();
    private final Map<TransactionalMessages, Entry> byExchange = new IdentityHashMap<>();
    private long turns;

    private static final class Entry implements IndexedHeap.Member<Entry> {

        private final TransactionalMessages room;
        private final long atMs;
        private final long turn;
        private int index = IndexedHeap.NOWHERE;

        Entry(TransactionalMessages room, long atMs, long turn) {
            this.room = room;
            this.atMs = atMs;
            this.turn = turn;
        }

        @Override
        public int index() {
            return index;
        }

        @Override
        public void index(int at) {
            index = at;
        }

        @Override
        public boolean isBefore(Entry other) {
            return atMs != other.atMs ? atMs < other.atMs : turn < other.turn;
        }
    }

    /** An exchange is to be looked at, at that time in milliseconds since 1970 or earlier. Returns whether it was not to be before. */
    synchronized boolean add(TransactionalMessages room, long atMs) {
        Entry before = byExchange.get(room);
        if (atMs == NEVER || (before != null && before.atMs <= atMs)) {
            return false;
        }
        if (before != null) {
            byTime.remove(before);
        }
        Entry entry = new Entry(room, atMs, turns++);
        byExchange.put(room, entry);
        byTime.add(entry);
        return true;
    }

    /** Takes the next one whose time has come; null if there is none. */
    synchronized @Nullable TransactionalMessages take(long nowMs) {
        Entry first = byTime.first();
        if (first == null || first.atMs > nowMs) {
            return null;
        }
        byTime.remove(first);
        byExchange.remove(first.room);
        return first.room;
    }

    /** When the next one's time comes; {@link #NEVER} if there is none. */
    synchronized long firstMs() {
        Entry first = byTime.first();
        return first == null ? NEVER : first.atMs;
    }
}
