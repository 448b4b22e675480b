package io.leveret.broker.transaction;

import io.leveret.broker.message.Message;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/** What one read burst brings to transactional exchanges. Owned by the connection's event loop, and used again for every burst. */
public final class HalfBurst {

    private static final int NOT_STORED = -1;

    private final Map<TransactionalMessages, List<Item>> byExchange = new IdentityHashMap<>(1);

    /** @param stored the index of the publish in the batch that is appended before; -1 if it is not stored */
    record Item(Message message, long mark, int stored) {

        boolean isStored() {
            return stored != NOT_STORED;
        }
    }

    /**
     * Adds a message.
     *
     * @param mark what it decides, or when its first check is due
     * @param index of the publish in the batch, which is appended before the burst is flushed; -1 if it is not stored
     */
    public void add(TransactionalMessages room, Message message, long mark, int index) {
        byExchange.computeIfAbsent(room, any -> new ArrayList<>()).add(new Item(message, mark, index));
    }

    public boolean isEmpty() {
        return byExchange.isEmpty();
    }

    /**
     * Brings everything to its exchanges, and is empty afterwards.
     *
     * @param firstPosition the position of the first publish of the batch in which the stored messages were appended
     */
    public void flush(long firstPosition) {
        try {
            byExchange.forEach((room, items) -> room.add(items, firstPosition));
        } finally {
            byExchange.clear();
        }
    }

    /** Forgets everything: what was to be stored with it could not be. */
    public void drop() {
        try {
            for (Map.Entry<TransactionalMessages, List<Item>> each : byExchange.entrySet()) {
                giveUp(each.getKey(), each.getValue());
            }
        } finally {
            byExchange.clear();
        }
    }

    private static void giveUp(TransactionalMessages room, List<Item> items) {
        for (Item item : items) {
            if (item.mark() >= Decision.firstTime()) {
                room.giveUp(item.message());
            }
        }
    }
}
