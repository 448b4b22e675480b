package io.leveret.broker.vhost;

import io.leveret.broker.delay.DelayBurst;
import io.leveret.broker.delay.DelayedMessages;
import io.leveret.broker.hold.Hold;
import io.leveret.broker.message.Message;
import io.leveret.broker.storage.JournalWriter;
import io.leveret.broker.storage.StoredMessages;
import io.leveret.broker.transaction.HalfBurst;
import io.leveret.broker.transaction.TransactionalMessages;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What one read burst brings to exchanges that hold messages back. Owned by who owns the {@link Bursts}. */
final class HeldBurst {

    static final int NOT_STORED = -1;

    private final @Nullable JournalWriter writer;
    private final DelayBurst delayed = new DelayBurst();
    private final HalfBurst halves = new HalfBurst();

    /** @param writer null if nothing is to survive */
    HeldBurst(@Nullable JournalWriter writer) {
        this.writer = writer;
    }

    static List<Hold> reserve(Message message, List<Hold> holds) {
        return holds.stream().filter(hold -> hold.reserve(message) == null).toList();
    }

    /**
     * Takes a message for an exchange.
     *
     * @param before the index of the message's publish in the batch; {@link #NOT_STORED} if it stands in none yet
     * @return likewise
     */
    int gather(Message message, Hold hold, long dueMs, int before) {
        if (writer == null || !hold.stores(message, dueMs)) {
            add(message, hold, dueMs, NOT_STORED);
            return before;
        }
        int stored = before == NOT_STORED ? StoredMessages.write(message, writer.batch()) : before;
        writer.batch().target(hold.queueId(), dueMs, 0, hold.hash(message, dueMs));
        add(message, hold, dueMs, stored);
        return stored;
    }

    private void add(Message message, Hold hold, long dueMs, int stored) {
        if (hold instanceof DelayedMessages room) {
            delayed.add(room, message, dueMs, stored);
        } else if (hold instanceof TransactionalMessages room) {
            halves.add(room, message, dueMs, stored);
        } else {
            throw new AssertionError("held back by " + hold);
        }
    }

    boolean isEmpty() {
        return delayed.isEmpty() && halves.isEmpty();
    }

    /** Brings everything to its exchanges, and is empty afterwards. */
    void flush(long firstPosition) {
        try {
            if (!delayed.isEmpty()) {
                delayed.flush(firstPosition);
            }
        } finally {
            halves.flush(firstPosition);
        }
    }

    /** Forgets everything: what was to be stored with it could not be. */
    void drop() {
        try {
            delayed.drop();
        } finally {
            halves.drop();
        }
    }
}
