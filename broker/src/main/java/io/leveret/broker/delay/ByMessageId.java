package io.leveret.broker.delay;

import io.leveret.broker.message.Message;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What waits in memory only, by its message id: the others a store finds. Guarded by the {@link Delays}. */
final class ByMessageId {

    private final Map<String, WaitingMessage> newest = new HashMap<>();

    /** Behind what was taken back and not taken out yet, of one id the last. */
    private final Map<String, WaitingMessage> marks = new HashMap<>();

    void add(@Nullable String id, WaitingMessage added) {
        if (id != null) {
            WaitingMessage next = newest.put(id, added);
            added.before = next;
            if (next != null) {
                next.after = added;
            }
        }
    }

    void clear() {
        newest.clear();
        marks.clear();
    }

    /** Takes one out whose id, if it has one, is known. */
    void remove(WaitingMessage removed, Message message) {
        WaitingMessage older = removed.before;
        WaitingMessage younger = removed.after;
        if (older != null) {
            older.after = younger;
        }
        if (younger != null) {
            younger.before = older;
        } else {
            removeNewest(removed, older, message.properties().messageId());
        }
        removed.before = null;
        removed.after = null;
    }

    private void removeNewest(WaitingMessage removed, @Nullable WaitingMessage older, @Nullable String id) {
        if (id != null && newest.get(id) == removed) {
            if (older == null) {
                newest.remove(id);
            } else {
                newest.put(id, older);
            }
        }
    }

    /**
     * All with an id are taken back, at once however many they are: {@link #takeNext} takes them out. False if there are none.
     *
     * @param mark comes behind them, and before all that follow
     */
    boolean takeBack(String id, WaitingMessage mark) {
        WaitingMessage last = newest.remove(id);
        if (last == null) {
            return false;
        }
        last.after = mark;
        mark.before = last;
        marks.put(id, mark);
        return true;
    }

    /** Takes out one of those before a mark; null if all are out. */
    @Nullable
    WaitingMessage takeNext(WaitingMessage mark) {
        WaitingMessage taken = mark.before;
        if (taken != null) {
            WaitingMessage older = taken.before;
            mark.before = older;
            if (older != null) {
                older.after = mark;
            }
            taken.before = null;
            taken.after = null;
        }
        return taken;
    }

    /** All before a mark are out. */
    void done(String id, WaitingMessage mark) {
        marks.remove(id, mark);
    }

    /** Whether anything is taken back and not out yet. */
    boolean hasTakenBack() {
        return !marks.isEmpty();
    }

    /** Whether a message with an id is taken back and not out yet. */
    boolean isTakenBack(String id, WaitingMessage message) {
        WaitingMessage mark = marks.get(id);
        return mark != null && message.cameBefore(mark);
    }
}
