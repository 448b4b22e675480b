package io.leveret.bench.steal;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What the host took from the processors, in ticks, as Linux tells it in {@code /proc/stat}. Used by one thread; makes next to no garbage,
 * since it is asked all the time beside what is measured.
 */
final class StealTicks implements AutoCloseable {

    /** In which Linux tells times: a hundredth of a second on every machine, whatever its own clock ticks at. */
    static final long TICK_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

    /** The name, then the times of users, nice ones, the system, idle, waiting for disks, interrupts of two kinds, and what was stolen. */
    private static final int STOLEN_FIELD = 8;

    /** The lines of the processors come first, and of them the first 256 are looked at. */
    private static final int LINES_MAX = 256;

    private static final int READ_BYTES = 64 * 1024;
    private static final byte[] PROCESSOR = {'c', 'p', 'u'};

    private final FileChannel stat;
    private final ByteBuffer text = ByteBuffer.allocateDirect(READ_BYTES);
    private final long opened;
    private long[] before;

    private StealTicks(FileChannel stat) throws IOException {
        this.stat = stat;
        before = read();
        opened = before.length == 0 ? 0 : before[0];
    }

    /** Counts from now on; null where the system doesn't tell. */
    static @Nullable StealTicks open(Path stat) throws IOException {
        if (!Files.isReadable(stat)) {
            return null;
        }
        StealTicks ticks = new StealTicks(FileChannel.open(stat));
        if (ticks.before.length == 0) {
            ticks.close();
            return null;
        }
        return ticks;
    }

    /** Ticks since the last call, of the processor that lost most. 1 may stand for a tick of several processors together. */
    long grown() {
        long[] now;
        try {
            now = read();
        } catch (IOException e) {
            throw new UncheckedIOException("what the host takes can't be read any more", e);
        }
        long most = 0;
        for (int line = 0; line < Math.min(now.length, before.length); line++) {
            long grown = now[line] - before[line];
            // The first line sums up all processors. It shows a tick that no single one of them has filled yet, but no
            // slice's length.
            most = Math.max(most, line == 0 ? Math.min(grown, 1) : grown);
        }
        before = now;
        return most;
    }

    /** Ticks of all processors together since it was opened, as of the last look. */
    long total() {
        return before.length == 0 ? 0 : before[0] - opened;
    }

    private long[] read() throws IOException {
        text.clear();
        // Each read from the start makes the file anew.
        for (int read = 0; read >= 0 && text.hasRemaining(); ) {
            read = stat.read(text, text.position());
        }
        text.flip();
        return parse(text);
    }

    /** What was stolen from all processors together, then from each; empty if that is not told. */
    static long[] parse(ByteBuffer text) {
        long[] stolen = new long[LINES_MAX];
        int lines = 0;
        while (lines < LINES_MAX && startsWithProcessor(text)) {
            long ticks = stolen(text);
            if (ticks < 0) {
                break;
            }
            stolen[lines++] = ticks;
        }
        return Arrays.copyOf(stolen, lines);
    }

    private static boolean startsWithProcessor(ByteBuffer text) {
        for (byte expected : PROCESSOR) {
            if (!text.hasRemaining() || text.get() != expected) {
                return false;
            }
        }
        return true;
    }

    /** The field of a line, and on to the next line; -1 if the line has no such field or no end. */
    private static long stolen(ByteBuffer text) {
        long ticks = 0;
        int field = 0;
        byte last = 0;
        while (text.hasRemaining()) {
            byte next = text.get();
            if (next == '\n') {
                return field < STOLEN_FIELD ? -1 : ticks;
            }
            // Two spaces follow the name that all processors have together.
            field += next != ' ' && last == ' ' ? 1 : 0;
            ticks = field == STOLEN_FIELD && next != ' ' ? ticks * 10 + (next - '0') : ticks;
            last = next;
        }
        return -1;
    }

    @Override
    public void close() throws IOException {
        stat.close();
    }
}
