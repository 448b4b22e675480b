package io.leveret.broker.queue;

import io.leveret.broker.queue.Backlog.LoadedEntry;
import java.io.IOException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads messages that only a queue's store has, neighbours together. Used by one thread, which may block. */
final class StoredReads {

    private static final Logger LOG = LoggerFactory.getLogger(StoredReads.class);

    private final Backlog backlog;
    private final Map<Long, LoadedEntry> read = new HashMap<>();
    private long bytes;

    StoredReads(Backlog backlog) {
        this.backlog = backlog;
    }

    /** How many bytes were read together. */
    long bytes() {
        return bytes;
    }

    /**
     * Reads what it can of one level's entries; what stands behind damage is left to {@link #entry}.
     *
     * @param positions in any order
     * @param maxBytes after which no further one is read, with what was read before; the first is read in any case
     */
    void together(int level, long[] positions, long maxBytes) {
        long[] wanted = positions.clone();
        Arrays.sort(wanted);
        try {
            int next = 0;
            while (next < wanted.length && bytes < maxBytes) {
                long last = -1;
                long[] rest = Arrays.copyOfRange(wanted, next, wanted.length);
                for (LoadedEntry entry : backlog.level(level).read(rest, maxBytes - bytes)) {
                    read.put(entry.position(), entry);
                    bytes += entry.message().bytes();
                    last = entry.position();
                }
                next = last < 0 ? wanted.length : Arrays.binarySearch(wanted, last) + 1;
            }
        } catch (IOException | RuntimeException damaged) {
            // Whoever asks for the damaged one learns of it, and the others are read one by one.
            LOG.debug("Messages can't be read together: {}", damaged.toString());
        }
    }

    /** One that was read, if it was. */
    @Nullable
    LoadedEntry known(long position) {
        return read.get(position);
    }

    /**
     * One entry, read now if it was not before; null if the store has it no more.
     *
     * @throws IOException if it can't be read
     */
    @Nullable
    LoadedEntry entry(int level, long position) throws IOException {
        LoadedEntry known = read.get(position);
        if (known == null) {
            for (LoadedEntry found : backlog.level(level).read(new long[] {position}, Long.MAX_VALUE)) {
                known = found;
            }
        }
        return known;
    }
}
