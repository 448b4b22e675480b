package io.leveret.broker.delay;

import io.leveret.broker.delay.FoundInStore.Find;
import io.leveret.broker.delay.FoundInStore.Wanted;
import io.leveret.broker.delay.Horizon.Point;
import io.leveret.broker.delay.PendingCancels.Cancel;
import io.leveret.broker.hold.HeldReads;
import io.leveret.broker.hold.MessageIds;
import io.leveret.broker.hold.Retries;
import io.leveret.broker.queue.Backlog.LoadedEntry;
import io.leveret.broker.storage.Journal;
import io.leveret.broker.storage.JournalWriter;
import io.leveret.persistence.Position;
import io.leveret.persistence.log.StoreFailedException;
import io.leveret.persistence.store.DueEntries;
import io.leveret.persistence.store.DueEntry;
import io.leveret.persistence.store.DueIndex;
import io.leveret.persistence.store.HashedEntry;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds in the store what is due soon, before its time comes, and what cancels take back. One piece at a time, on threads that may
 * block; beside it what is due goes to its queues, so that nothing is late for this.
 */
final class DelayLookups {

    private static final Logger LOG = LoggerFactory.getLogger(DelayLookups.class);

    private static final long AHEAD_MS = 60_000;
    private static final long EACH_MS = AHEAD_MS / 2;

    /** After something that failed. */
    private static final long RETRY_MS = 1_000;

    /** A lock that is asked for again at once is seldom had by who waits for it. */
    private static final long BETWEEN_SLICES_MS = 1;

    /** What cancels wait for happens within milliseconds. */
    private static final long PAUSE_MS = 2;

    private static final long NEVER = Long.MAX_VALUE;

    /**
     * A search costs much, whatever the number of cancels it is for. So while few are pending, others gather for this many times as long as
     * the last one took, and at most for so long.
     */
    private static final int RESTS = 5;

    private static final long LONGEST_REST_MS = 100;

    private static final int CANCELS_AT_ONCE = 1_000;

    /** How many entries with the hashes of cancels are looked at together. */
    private static final int ENTRIES_AT_ONCE = 1_000;

    /** Taken back together under the lock of the {@link Delays}: a few milliseconds' work. */
    private static final int POSITIONS_IN_BATCH = 2_000;

    private static final long READ_BYTES = 4 * 1024 * 1024;

    private final Delays delays;
    private final FoundInStore found;
    private final Journal journal;
    private final DueIndex index;
    private final JournalWriter writer;
    private final Retries turns;

    private Runnable onFound = () -> {};

    /** What the last search found and was not taken yet; set by who has the turn. */
    private volatile @Nullable Find untaken;

    private long searchAtMs;

    /** Cancels are not looked at before. */
    private long cancelAtMs;

    /** Whether the last search could look everywhere; else the next one, which is the same, waits until its time has come. */
    private volatile boolean complete = true;

    DelayLookups(Delays delays, FoundInStore found, Journal journal, DelayThreads threads) {
        this.delays = delays;
        this.found = found;
        this.journal = journal;
        this.index = journal.store().dueIndex(delays::owns);
        this.writer = journal.newWriter();
        this.turns = new Retries(threads.pool(), threads.timer(), delays::nowMs, this::run);
    }

    /** @param foundMore called when more is known of what is due */
    void start(Runnable foundMore) {
        onFound = foundMore;
        turns.wake();
    }

    /** Whether there is more that is due soon, and room or need for it, and nothing that was found is left to be taken. */
    boolean searchesOn() {
        return complete && untaken == null && found.searchesOn();
    }

    void wake() {
        turns.wake();
    }

    void close() {
        turns.close();
    }

    private void run() {
        if (delays.isClosed()) {
            return;
        }
        try {
            long pauseMs = turn();
            if (pauseMs == 0) {
                turns.wake();
            } else if (pauseMs != NEVER) {
                turns.wakeAfter(pauseMs);
            }
        } catch (StoreFailedException e) {
            delays.stop();
        } catch (IOException | RuntimeException | Error e) {
            LOG.error("Looking for delayed messages failed, next attempt in {} ms", RETRY_MS, e);
            turns.wakeAfter(RETRY_MS);
        }
    }

    /** One piece; says after how many milliseconds the next one follows. */
    private long turn() throws IOException {
        Find some = untaken;
        if (some == null && !delays.mayHaveStored()) {
            return NEVER;
        }
        if (some == null && isTimeToSearch()) {
            some = search();
        }
        if (some != null) {
            takeSlice(some);
            onFound.run();
        }
        long pauseMs = searchPauseMs();
        long restMs = cancelAtMs - delays.nowMs();
        // Longer only if the clock was set back.
        if (restMs > 0 && restMs <= LONGEST_REST_MS) {
            return Math.min(pauseMs, restMs);
        }
        for (DelayedMessages room : found.withCancels()) {
            pauseMs = Math.min(pauseMs, cancelOrLater(room));
        }
        return pauseMs;
    }

    private long searchPauseMs() {
        if (untaken != null) {
            return BETWEEN_SLICES_MS;
        }
        return searchesOn() ? 0 : Math.max(1, searchAtMs - delays.nowMs());
    }

    private boolean isTimeToSearch() {
        long nowMs = delays.nowMs();
        // Later than that only if the clock was set back.
        return nowMs >= searchAtMs || searchAtMs > nowMs + EACH_MS || searchesOn();
    }

    private @Nullable Find search() throws IOException {
        long nowMs = delays.nowMs();
        Wanted wanted = found.search(AHEAD_MS);
        if (wanted == null) {
            searchAtMs = nowMs + RETRY_MS;
            return null;
        }
        boolean done = false;
        try {
            Point start = wanted.from();
            DueEntries due = index.read(start.ms(), start.position(), wanted.throughMs(), wanted.limit());
            complete = due.complete();
            searchAtMs = nowMs + (complete ? EACH_MS : RETRY_MS);
            Find all = find(wanted, due);
            done = true;
            return all;
        } finally {
            if (!done) {
                searchFailed(wanted);
            }
        }
    }

    private static Find find(Wanted wanted, DueEntries due) {
        List<DueEntry> entries = due.entries();
        if (entries.size() < wanted.limit()) {
            return new Find(wanted, entries, Point.behind(wanted.throughMs()), false, due.complete());
        }
        // A message that is in several exchanges may be cut off between two of them.
        DueEntry last = entries.get(entries.size() - 1);
        List<DueEntry> whole = entries.stream()
                .filter(each -> each.deadlineMs() < last.deadlineMs() || each.position() < last.position())
                .toList();
        return new Find(wanted, whole, new Point(last.deadlineMs(), last.position() - 1), true, due.complete());
    }

    private void takeSlice(Find some) {
        Find rest = null;
        boolean done = false;
        try {
            rest = found.take(some);
            done = true;
        } finally {
            untaken = rest;
            if (!done) {
                searchFailed(some.wanted());
            }
        }
    }

    private void searchFailed(Wanted wanted) {
        complete = false;
        searchAtMs = delays.nowMs() + RETRY_MS;
        found.searchFailed(wanted);
    }

    /** One exchange's trouble is not another's. */
    private long cancelOrLater(DelayedMessages room) {
        try {
            return cancel(room);
        } catch (StoreFailedException e) {
            throw e;
        } catch (IOException | RuntimeException e) {
            LOG.error(
                    "Taking delayed messages back failed, next attempt in {} ms exchange={}",
                    RETRY_MS,
                    room.exchange(),
                    e);
            return RETRY_MS;
        }
    }

    /** Does some of an exchange's cancels; says after how many milliseconds others may follow. */
    private long cancel(DelayedMessages room) throws IOException {
        long[] unread = found.unreadCancels(room, ENTRIES_AT_ONCE);
        if (unread.length > 0) {
            read(room, unread);
            onFound.run();
            return 0;
        }
        // Only what is durable is found, and what has come to its exchange.
        long below = Math.min(journal.store().durablePosition(), journal.lowestInFlight());
        List<Cancel> cancels = found.oldestCancels(room, CANCELS_AT_ONCE, below);
        if (cancels.isEmpty()) {
            return PAUSE_MS;
        }
        long beganMs = delays.nowMs();
        take(room, cancels);
        rest(delays.nowMs() - beganMs);
        // Publishers may wait for it.
        journal.durableMoved();
        return PAUSE_MS;
    }

    private void rest(long tookMs) {
        // Nobody's cancels wait for those of another exchange, which may be few: neither to be read nor to be looked
        // for. But what is due does not wait for cancels, however many.
        if (untaken != null || found.pendingCancels() < CANCELS_AT_ONCE) {
            cancelAtMs = delays.nowMs() + Math.min(LONGEST_REST_MS, RESTS * Math.max(0, tookMs));
        }
    }

    private void read(DelayedMessages room, long[] positions) {
        HeldReads.Result read = HeldReads.read(room.backlog(), positions, READ_BYTES);
        if (read.failedAt() >= 0) {
            LOG.error(
                    "A cancel of delayed messages can't be read, and is ignored exchange={}",
                    room.exchange(),
                    read.failure());
        }
        long[] known = Arrays.stream(positions)
                .filter(each -> each < read.through() || each == read.failedAt())
                .toArray();
        Map<Long, String> ids = new HashMap<>();
        read.entries().forEach((position, entry) -> {
            String id = entry.message().properties().messageId();
            if (id != null) {
                ids.put(position, id);
            }
        });
        found.readCancels(room, ids, known);
    }

    private void take(DelayedMessages room, List<Cancel> cancels) throws IOException {
        Map<String, Cancel> byId = new HashMap<>();
        cancels.forEach(each -> byId.put(each.messageId(), each));
        long[] hashes = byId.keySet().stream()
                .mapToLong(MessageIds::hash)
                .sorted()
                .distinct()
                .toArray();
        long durable = found.lookBegins();
        try {
            List<Long> taken = new ArrayList<>();
            long after = Position.NONE;
            List<HashedEntry> some;
            do {
                some = journal.store().withHashes(room.queueId(), hashes, after, ENTRIES_AT_ONCE);
                taken.addAll(matching(room, some, byId));
                after = some.isEmpty() ? after : some.get(some.size() - 1).position();
                if (taken.size() > POSITIONS_IN_BATCH) {
                    settle(room, taken, List.of());
                    taken = new ArrayList<>();
                }
            } while (some.size() == ENTRIES_AT_ONCE);
            settle(room, taken, cancels);
        } finally {
            found.lookEnds(durable);
        }
    }

    /** Two ids may have one hash, so the messages are looked at, as far as they can be read. */
    private static List<Long> matching(DelayedMessages room, List<HashedEntry> found, Map<String, Cancel> byId) {
        List<Long> matching = new ArrayList<>();
        List<HashedEntry> left = found;
        while (!left.isEmpty()) {
            long[] positions = left.stream().mapToLong(HashedEntry::position).toArray();
            HeldReads.Result read = HeldReads.read(room.backlog(), positions, READ_BYTES);
            for (LoadedEntry entry : read.entries().values()) {
                String id = entry.message().properties().messageId();
                Cancel cancel = id == null ? null : byId.get(id);
                if (cancel != null && entry.position() < cancel.before()) {
                    matching.add(entry.position());
                }
            }
            left.stream()
                    .filter(each ->
                            each.position() == read.failedAt() && takesBackByHash(room, each, byId, read.failure()))
                    .forEach(each -> matching.add(each.position()));
            left = left.stream()
                    .filter(each -> each.position() >= read.through() && each.position() != read.failedAt())
                    .toList();
        }
        return matching;
    }

    /** A damaged message must not block all cancels, and none may be delivered once it is repaired: so its hash decides. */
    private static boolean takesBackByHash(
            DelayedMessages room, HashedEntry entry, Map<String, Cancel> byId, @Nullable IOException failure) {
        LOG.error(
                "A delayed message can't be read, and is taken back by the hash of its message id exchange={}",
                room.exchange(),
                failure);
        return byId.values().stream()
                .anyMatch(
                        each -> MessageIds.hash(each.messageId()) == entry.hash() && entry.position() < each.before());
    }

    /** Takes them back with one batch, which tells that the cancels are done. */
    private void settle(DelayedMessages room, List<Long> positions, List<Cancel> cancels) {
        List<Long> taken = new ArrayList<>();
        Departed.Group group = found.takeBack(room, positions, cancels, taken);
        taken.forEach(each -> writer.batch().settle(room.queueId(), each));
        for (Cancel cancel : cancels) {
            cancel.positions().forEach(each -> writer.batch().settle(room.queueId(), each));
        }
        writer.append();
        writer.brought();
        found.cancelled(room, cancels, group, writer.appendedBatch());
    }
}
