package io.leveret.broker.delay;

import io.leveret.broker.message.Message;
import io.leveret.broker.queue.Backlog.LoadedEntry;
import io.leveret.broker.storage.Journal;
import io.leveret.persistence.Position;
import io.leveret.persistence.store.DueEntry;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Looks inside delayed exchanges, and changes nothing. For any thread that may block. */
public final class DelayListing {

    private final Delays delays;
    private final @Nullable Journal journal;

    /** @param journal null if nothing is to survive */
    public DelayListing(Delays delays, @Nullable Journal journal) {
        this.delays = delays;
        this.journal = journal;
    }

    /**
     * What waits in an exchange, that which is due first at the top. What was spilled, or can't be read now, is left out.
     *
     * @param fromMs nothing that is due before, in milliseconds since 1970
     * @param limit how many at most, 1 to 100,000
     */
    public List<DelayedMessage> waiting(DelayedMessages room, long fromMs, int limit) throws IOException {
        if (limit < 1 || limit > InMemory.NEAR_MOST) {
            throw new IllegalArgumentException("limit: " + limit + " (expected: 1 to " + InMemory.NEAR_MOST + ")");
        }
        List<WaitingMessage> all = new ArrayList<>();
        long from = Math.max(fromMs, DelayHeaders.CANCELS + 1);
        if (journal != null && room.hasStore()) {
            long queueId = room.queueId();
            List<DueEntry> stored = journal.store()
                    .dueIndex(id -> id == queueId)
                    .read(from, Position.NONE, Long.MAX_VALUE, limit)
                    .entries();
            for (DueEntry each : stored) {
                all.add(WaitingMessage.stored(room, each.deadlineMs(), each.position(), null));
            }
        }
        List<WaitingMessage> first = delays.withWhatIsInMemory(room, all, from);
        first.sort((one, other) -> one.isBefore(other) ? -1 : one == other ? 0 : 1);
        return read(room, first.subList(0, Math.min(limit, first.size())));
    }

    private static List<DelayedMessage> read(DelayedMessages room, List<WaitingMessage> wanted) {
        long[] positions = wanted.stream()
                .filter(each -> each.message == null && each.isStored())
                .mapToLong(each -> each.position)
                .sorted()
                .toArray();
        StoredDelays.Result read =
                positions.length == 0 ? null : StoredDelays.read(room.backlog(), positions, Long.MAX_VALUE);
        List<DelayedMessage> listed = new ArrayList<>();
        for (WaitingMessage each : wanted) {
            LoadedEntry entry = read == null ? null : read.entries().get(each.position);
            Message message = each.message == null && entry != null ? entry.message() : each.message;
            if (message != null) {
                listed.add(new DelayedMessage(each.dueMs, message));
            }
        }
        listed.sort(Comparator.comparingLong(DelayedMessage::dueMs));
        return listed;
    }
}
