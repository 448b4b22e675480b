package io.leveret.persistence.store;

import io.leveret.persistence.index.SegmentEntry;
import io.leveret.persistence.log.SegmentFile;
import io.leveret.persistence.log.SegmentId;
import io.leveret.persistence.log.Segments;
import io.leveret.persistence.record.Content;
import io.leveret.persistence.record.Target;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads the messages of entries that were found, neighbours together. May be used by any thread; blocks. */
final class EntryReader {

    /** What is read by one call, unless a message alone is longer. */
    private static final int MAX_READ_BYTES = 256 << 10;

    /** What may lie between two messages that are read together: reading it costs less than another call. */
    private static final int MAX_GAP_BYTES = 16 << 10;

    private final Segments segments;

    EntryReader(Segments segments) {
        this.segments = segments;
    }

    /**
     * Reads messages in their order.
     *
     * @param maxBytes after which no further one is read; the first is read in any case
     * @return null if the first one's file is gone; fewer, if a later one's is, or a later one can't be read
     * @throws IOException if the first one can't be read
     */
    @Nullable
    List<StoredEntry> read(List<Located> located, long maxBytes) throws IOException {
        List<StoredEntry> entries = new ArrayList<>(located.size());
        long bytes = 0;
        int from = 0;
        try (Held held = new Held()) {
            while (from < located.size() && (from == 0 || bytes < maxBytes)) {
                int to = endOfRun(located, from, maxBytes - bytes);
                if (!readUpToDamage(held, located.subList(from, to), entries)) {
                    return entries.isEmpty() ? null : entries;
                }
                for (; from < to; from++) {
                    bytes += content(located.get(from)).length();
                }
            }
        }
        return entries;
    }

    /** The file that is read from, held until another one is wanted. */
    private final class Held implements AutoCloseable {

        private @Nullable SegmentFile file;

        /** Null if it is gone. */
        @Nullable
        SegmentFile file(SegmentId id) throws IOException {
            if (file == null || !file.id().equals(id)) {
                close();
                file = segments.acquire(id);
            }
            return file;
        }

        @Override
        public void close() {
            SegmentFile last = file;
            file = null;
            if (last != null) {
                last.release();
            }
        }
    }

    /** Which of the next ones lie close together in one file. */
    private static int endOfRun(List<Located> located, int from, long maxBytes) {
        SegmentId file = located.get(from).file();
        long start = content(located.get(from)).offset();
        long end = start;
        long bytes = 0;
        int to = from;
        while (to < located.size() && (to == from || bytes < maxBytes)) {
            Content next = content(located.get(to));
            long gap = next.offset() - end;
            boolean near = gap >= 0 && gap <= MAX_GAP_BYTES && next.offset() + next.length() - start <= MAX_READ_BYTES;
            if (to > from && !(near && located.get(to).file().equals(file))) {
                break;
            }
            end = next.offset() + next.length();
            bytes += next.length();
            to++;
        }
        return to;
    }

    /** False if there is nothing behind what was read: the file is gone, or what comes next is damaged. */
    private static boolean readUpToDamage(Held held, List<Located> run, List<StoredEntry> into) throws IOException {
        int before = into.size();
        try {
            return read(held, run, into);
        } catch (IOException damaged) {
            into.subList(before, into.size()).clear();
            return readOneByOne(held, run, into);
        }
    }

    /** What stands before the damage is good. Why the rest can't be read shows when it is asked for first. */
    private static boolean readOneByOne(Held held, List<Located> run, List<StoredEntry> into) throws IOException {
        try {
            for (Located one : run) {
                if (!read(held, List.of(one), into)) {
                    return false;
                }
            }
            return true;
        } catch (IOException damaged) {
            if (into.isEmpty()) {
                throw damaged;
            }
            return false;
        }
    }

    /** Reads a run at once. False if its file is gone. */
    private static boolean read(Held held, List<Located> run, List<StoredEntry> into) throws IOException {
        SegmentFile file = held.file(run.get(0).file());
        if (file == null) {
            return false;
        }
        long start = content(run.get(0)).offset();
        Content last = content(run.get(run.size() - 1));
        byte[] bytes = file.read(start, Math.toIntExact(last.offset() + last.length() - start));
        for (Located one : run) {
            int at = (int) (content(one).offset() - start);
            file.check(content(one), bytes, at);
            into.add(entry(one, bytes, at));
        }
        return true;
    }

    private static Content content(Located located) {
        return located.entry().content();
    }

    private static StoredEntry entry(Located located, byte[] bytes, int at) {
        SegmentEntry entry = located.entry();
        Content content = entry.content();
        int body = at + content.headLength();
        return new StoredEntry(
                entry.position(),
                new Target(located.queueId(), entry.deadlineMs(), entry.level(), entry.hash()),
                located.deliveryCount(),
                located.notBeforeMs(),
                located.redelivered(),
                Arrays.copyOfRange(bytes, at, body),
                Arrays.copyOfRange(bytes, body, body + content.bodyLength()));
    }
}
