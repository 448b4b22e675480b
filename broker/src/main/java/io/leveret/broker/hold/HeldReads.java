package io.leveret.broker.hold;

import io.leveret.broker.queue.Backlog;
import io.leveret.broker.queue.Backlog.LoadedEntry;
import java.io.IOException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads what is held back from the store, neighbours together. Blocks. */
public final class HeldReads {

    private static final long NONE = -1;

    private HeldReads() {}

    /**
     * What was read.
     *
     * @param entries by their positions
     * @param through below this every entry that was wanted and is not here is not live any more
     * @param failedAt the one that can't be read; -1 if there was none
     * @param failure why
     */
    public record Result(
            Map<Long, LoadedEntry> entries,
            long through,
            long failedAt,
            @Nullable IOException failure) {}

    /**
     * Reads what it can.
     *
     * @param positions which grow
     * @param maxBytes after which no further one is read; the first is read in any case
     */
    public static Result read(Backlog backlog, long[] positions, long maxBytes) {
        Map<Long, LoadedEntry> read = new HashMap<>();
        long bytes = 0;
        int next = 0;
        while (next < positions.length && (next == 0 || bytes < maxBytes)) {
            List<LoadedEntry> some;
            try {
                some = backlog.read(Arrays.copyOfRange(positions, next, positions.length), maxBytes - bytes);
            } catch (IOException e) {
                return failed(backlog, positions, next, read, maxBytes - bytes, e);
            }
            if (some.isEmpty()) {
                return new Result(read, Long.MAX_VALUE, NONE, null);
            }
            for (LoadedEntry each : some) {
                read.put(each.position(), each);
                bytes += each.message().bytes();
            }
            long last = some.get(some.size() - 1).position();
            next = Arrays.binarySearch(positions, last) + 1;
        }
        return new Result(read, next == positions.length ? Long.MAX_VALUE : positions[next], NONE, null);
    }

    /** One by one it shows which one is damaged: those before it may not be live any more. */
    private static Result failed(
            Backlog backlog,
            long[] positions,
            int from,
            Map<Long, LoadedEntry> read,
            long maxBytes,
            IOException cause) {
        long bytes = 0;
        for (int i = from; i < positions.length; i++) {
            if (bytes >= maxBytes) {
                return new Result(read, positions[i], NONE, cause);
            }
            try {
                for (LoadedEntry each : backlog.read(new long[] {positions[i]}, Long.MAX_VALUE)) {
                    read.put(each.position(), each);
                    bytes += each.message().bytes();
                }
            } catch (IOException e) {
                return new Result(read, positions[i], positions[i], e);
            }
        }
        return new Result(read, Long.MAX_VALUE, NONE, cause);
    }
}
