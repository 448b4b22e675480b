package io.leveret.broker.delay;

import io.leveret.broker.hold.HeldReads;
import io.leveret.broker.message.Message;
import io.leveret.broker.queue.Backlog.LoadedEntry;
import io.leveret.broker.storage.Journal;
import io.leveret.persistence.Position;
import io.leveret.persistence.store.DueEntry;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Looks inside delayed exchanges, and changes nothing. For any thread that may block. */
public final class DelayListing {

    private static final int LIMIT_MOST = 100_000;

    /** A list ends after so many octets of messages. */
    private static final long BYTES_MOST = 32 * 1024 * 1024;

    private static final int READ_MOST = 1_000;

    private final Delays delays;
    private final @Nullable Journal journal;

    /** @param journal null if nothing is to survive */
    public DelayListing(Delays delays, @Nullable Journal journal) {
        this.delays = delays;
        this.journal = journal;
    }

    /**
     * What waits in an exchange, that which is due first at the top; without its message what was spilled, or can't be read now.
     *
     * @param fromMs nothing that is due before, in milliseconds since 1970
     * @param limit how many at most, 1 to 100,000; fewer if these take more than 32 MiB
     */
    public List<DelayedMessage> waiting(DelayedMessages room, long fromMs, int limit) throws IOException {
        if (limit < 1 || limit > LIMIT_MOST) {
            throw new IllegalArgumentException("limit: " + limit + " (expected: 1 to " + LIMIT_MOST + ")");
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
        FirstDue first = new FirstDue(from, limit);
        delays.firstDue(room, all, first);
        return read(room, first.inOrder());
    }

    private static List<DelayedMessage> read(DelayedMessages room, List<WaitingMessage> wanted) {
        List<DelayedMessage> listed = new ArrayList<>();
        long left = BYTES_MOST;
        for (int from = 0; from < wanted.size() && left > 0; from += READ_MOST) {
            left = read(room, wanted.subList(from, Math.min(wanted.size(), from + READ_MOST)), left, listed);
        }
        return listed;
    }

    /** Returns how many octets more are to be listed; 0 if not all of these fitted. */
    private static long read(
            DelayedMessages room, List<WaitingMessage> wanted, long bytesMost, List<DelayedMessage> listed) {
        long[] positions = wanted.stream()
                .filter(each -> each.message == null && each.isStored())
                .mapToLong(each -> each.position)
                .sorted()
                .toArray();
        HeldReads.Result read = positions.length == 0 ? null : HeldReads.read(room.backlog(), positions, bytesMost);
        long left = bytesMost;
        for (WaitingMessage each : wanted) {
            LoadedEntry entry =
                    read == null || !each.isStored() ? null : read.entries().get(each.position);
            Message message = each.message == null && entry != null ? entry.message() : each.message;
            if (left <= 0 || (message == null && isCutOff(each, read))) {
                return 0;
            }
            listed.add(new DelayedMessage(each.dueMs, message));
            left -= message == null ? WaitingMessage.BARE_BYTES : message.bytes();
        }
        return left;
    }

    private static boolean isCutOff(WaitingMessage message, HeldReads.@Nullable Result read) {
        return read != null
                && message.isStored()
                && message.position >= read.through()
                && message.position != read.failedAt();
    }
}
