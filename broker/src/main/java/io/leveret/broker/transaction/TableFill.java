package io.leveret.broker.transaction;

import io.leveret.broker.queue.Backlog.LoadedEntry;
import io.leveret.broker.storage.Journal;
import io.leveret.persistence.Position;
import io.leveret.persistence.store.DueEntries;
import io.leveret.persistence.store.DueEntry;
import io.leveret.persistence.store.DueIndex;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads at the start what the log has of transactional exchanges, so that each gets its table again, piece by piece. Used by one thread at
 * a time, which may block.
 */
final class TableFill {

    private static final Logger LOG = LoggerFactory.getLogger(TableFill.class);

    private static final int MOST = 500;
    private static final long BYTES_MOST = 1024 * 1024;

    /** So often something that can't be read is tried before it is left out: the disk may be back in a minute. */
    private static final int TRIES = 6;

    private static final int SEARCHED_AT_ONCE = 1_000;

    private final Journal journal;

    TableFill(Journal journal) {
        this.journal = journal;
    }

    /** Reads some more. */
    void fill(TransactionalMessages room, long nowMs) {
        try {
            if (!room.knowsDecided()) {
                room.recoverDecided(decided(room));
            }
            room.fill(room.backlog().read(room.filling().from(), room.filling().through(), MOST, BYTES_MOST));
            room.standStill(false);
        } catch (IOException e) {
            failed(room, nowMs, e);
        }
    }

    private List<byte[]> decided(TransactionalMessages room) throws IOException {
        List<byte[]> values = new ArrayList<>();
        journal.store().state(room.queueId(), (place, value) -> values.add(value));
        return values;
    }

    private void failed(TransactionalMessages room, long nowMs, IOException cause) {
        int failures = room.filling().failed();
        room.standStill(true);
        if (failures == 1) {
            LOG.error(
                    "Transactions can't be read, so that none is decided, trying again every {} ms exchange={}",
                    HalfReads.AGAIN_MS,
                    room.exchange(),
                    cause);
        }
        // Without what was decided before, what is read would mean something else: nothing is left out then.
        if (failures < TRIES || !room.knowsDecided() || !leavesOutFirst(room)) {
            room.filling().later(nowMs + HalfReads.AGAIN_MS);
        } else {
            room.standStill(false);
        }
    }

    /** False if that, too, can't be read: the place of what can't be. */
    private boolean leavesOutFirst(TransactionalMessages room) {
        try {
            long first = firstFrom(room);
            List<LoadedEntry> entries = read(room, first);
            if (entries.isEmpty()) {
                LOG.error(
                        "A half message or decision can't be read, and is left out: what it belongs to is gone on with"
                                + " without it. It stays on the disk exchange={} position={}",
                        room.exchange(),
                        Position.describe(first));
            }
            room.fillPast(first, entries);
            return true;
        } catch (IOException e) {
            LOG.error("The index of an exchange's transactions can't be read exchange={}", room.exchange(), e);
            return false;
        }
    }

    private static List<LoadedEntry> read(TransactionalMessages room, long position) {
        try {
            return room.backlog().read(new long[] {position}, Long.MAX_VALUE);
        } catch (IOException unreadable) {
            return List.of();
        }
    }

    /** Where the next live entry stands, which the index tells: each has a time, or what it decides in the place of one. */
    private long firstFrom(TransactionalMessages room) throws IOException {
        long queueId = room.queueId();
        DueIndex index = journal.store().dueIndex(id -> id == queueId);
        long first = room.filling().through();
        long fromMs = 1;
        long afterPosition = Position.NONE;
        while (true) {
            DueEntries found = index.read(fromMs, afterPosition, Long.MAX_VALUE, SEARCHED_AT_ONCE);
            for (DueEntry each : found.entries()) {
                if (each.position() >= room.filling().from()) {
                    first = Math.min(first, each.position());
                }
                fromMs = each.deadlineMs();
                afterPosition = each.position();
            }
            if (!found.complete()) {
                throw new IOException("an index is missing");
            }
            if (found.entries().isEmpty()) {
                return first;
            }
        }
    }
}
