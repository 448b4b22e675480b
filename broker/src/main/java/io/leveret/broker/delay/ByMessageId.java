package io.leveret.broker.delay;

import io.leveret.broker.message.Message;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What waits in memory only, by its message id: the others a store finds. Guarded by the {@link Delays}. */
final class ByMessageId {

    private final Map<String, WaitingMessage> newest = new HashMap<>();

    void add(@Nullable String id, WaitingMessage added) {
        if (id != null) {
            WaitingMessage next = newest.put(id, added);
            added.before = next;
            if (next != null) {
                next.after = added;
            }
        }
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

    /** Takes out all with an id. */
    void removeAll(String id, Consumer<WaitingMessage> sink) {
        WaitingMessage next = newest.remove(id);
        while (next != null) {
            WaitingMessage removed = next;
            next = removed.before;
            removed.before = null;
            removed.after = null;
            sink.accept(removed);
        }
    }
}
