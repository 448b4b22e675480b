package io.leveret.broker.delay;

import io.leveret.broker.message.Message;
import java.util.ArrayList;
import java.util.List;

/** What one read burst brings to delayed exchanges. Owned by the connection's event loop, and used again for every burst. */
public final class DelayBurst {

    private static final int NOT_STORED = -1;

    private final List<Item> items = new ArrayList<>();

    /** @param stored the index of the publish in the batch that is appended before; -1 if it is not stored */
    record Item(DelayedMessages room, Message message, long dueMs, int stored) {

        boolean isStored() {
            return stored != NOT_STORED;
        }

        /** Whether a place of the {@link UnstoredPlaces} was taken for it. */
        boolean takesPlace() {
            return !isStored() && dueMs != DelayHeaders.CANCELS;
        }
    }

    /** Adds a message that is in memory only. */
    public void add(DelayedMessages room, Message message, long dueMs) {
        add(room, message, dueMs, NOT_STORED);
    }

    /**
     * Adds a message that is stored.
     *
     * @param index of the publish in the batch, which is appended before the burst is flushed
     */
    public void add(DelayedMessages room, Message message, long dueMs, int index) {
        items.add(new Item(room, message, dueMs, index));
    }

    public boolean isEmpty() {
        return items.isEmpty();
    }

    /**
     * Brings everything to its exchanges, and is empty afterwards.
     *
     * @param firstPosition the position of the first publish of the batch in which the stored messages were appended
     */
    public void flush(long firstPosition) {
        try {
            items.get(0).room().all().add(items, firstPosition);
        } finally {
            items.clear();
        }
    }

    /** Forgets everything: what was to be stored with it could not be. */
    public void drop() {
        try {
            for (Item each : items) {
                if (each.takesPlace()) {
                    each.room().all().places().free(1);
                }
            }
        } finally {
            items.clear();
        }
    }
}
