package io.leveret.broker.transaction;

import io.leveret.broker.hold.HeldReads;
import io.leveret.broker.message.Message;
import io.leveret.broker.queue.Backlog.LoadedEntry;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads half messages, from memory or the log. Blocks. Used by one thread at a time. */
final class HalfReads {

    /** What can't be read is tried again then. */
    static final long AGAIN_MS = 10_000;

    private static final Logger LOG = LoggerFactory.getLogger(HalfReads.class);

    private boolean toldBefore;

    /** A half message; the message is null if the log has no trace of it any more. */
    record Read(long position, @Nullable Message message) {}

    /**
     * Reads messages of some transactions.
     *
     * @param wanted which positions of a transaction, as many as its messages in memory at most
     * @param maxBytes after which no further one is read; the first is read in any case
     * @return by transaction, all that were wanted; nothing of those that could not all be read now
     */
    Result read(
            TransactionalMessages room,
            List<OpenTransaction> transactions,
            Function<OpenTransaction, long[]> wanted,
            long maxBytes) {
        Map<OpenTransaction, List<Read>> found = new HashMap<>();
        if (!room.hasStore()) {
            // Others may come to a transaction meanwhile.
            synchronized (room) {
                transactions.forEach(each -> found.put(each, inMemory(each, wanted.apply(each))));
            }
            return new Result(found, null);
        }
        long[] positions = transactions.stream()
                .flatMapToLong(each -> Arrays.stream(wanted.apply(each)))
                .sorted()
                .toArray();
        HeldReads.Result result = HeldReads.read(room.backlog(), positions, maxBytes);
        tell(room, result.failure());
        OpenTransaction unreadable = null;
        for (OpenTransaction each : transactions) {
            List<Read> all = new ArrayList<>();
            boolean isWhole = true;
            for (long position : wanted.apply(each)) {
                LoadedEntry entry = result.entries().get(position);
                isWhole &= entry != null || position < result.through();
                unreadable = position == result.failedAt() ? each : unreadable;
                all.add(new Read(position, entry == null ? null : entry.message()));
            }
            if (isWhole) {
                found.put(each, all);
            }
        }
        return new Result(found, unreadable);
    }

    /**
     * What was read.
     *
     * @param whole by transaction
     * @param unreadable one of which a message can't be read; null if there is none
     */
    record Result(
            Map<OpenTransaction, List<Read>> whole,
            @Nullable OpenTransaction unreadable) {}

    /** Where the messages of undecided ones stand, to which others may come meanwhile. */
    static Map<OpenTransaction, long[]> positions(TransactionalMessages room, List<OpenTransaction> of) {
        Map<OpenTransaction, long[]> found = new HashMap<>();
        synchronized (room) {
            of.forEach(each -> found.put(each, each.positions()));
        }
        return found;
    }

    /** Those that there is a trace of. */
    static List<Message> messages(List<Read> of) {
        List<Message> messages = new ArrayList<>(of.size());
        for (Read each : of) {
            Message message = each.message();
            if (message != null) {
                messages.add(message);
            }
        }
        return messages;
    }

    private static List<Read> inMemory(OpenTransaction transaction, long[] positions) {
        List<Message> messages = transaction.messages();
        List<Read> all = new ArrayList<>();
        for (int i = 0; i < positions.length; i++) {
            all.add(new Read(positions[i], messages == null ? null : messages.get(i)));
        }
        return all;
    }

    private void tell(TransactionalMessages room, @Nullable IOException failure) {
        if (failure != null && !toldBefore) {
            LOG.error(
                    "Half messages can't be read, trying again every {} ms exchange={}",
                    AGAIN_MS,
                    room.exchange(),
                    failure);
        }
        toldBefore = failure != null;
    }
}
