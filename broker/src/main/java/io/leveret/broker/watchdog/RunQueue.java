package io.leveret.broker.watchdog;

import java.io.Closeable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * How long a thread was ready to run and got no processor, as Linux counts it; elsewhere always 0. Without it, a loop that is kept
 * waiting by other programs looks like one that is blocked. Used by one thread.
 */
final class RunQueue implements Closeable {

    private static final Path TASKS = Path.of("/proc/self/task");
    /** Linux keeps no more of a thread's name. */
    private static final int NAME_CHARACTERS = 15;
    /** Three figures of at most twenty digits. */
    private static final int BYTES = 64;

    private final ProcFigures schedstat;

    private RunQueue(@Nullable Path schedstat) {
        this.schedstat = new ProcFigures(schedstat, BYTES);
    }

    /** Of the thread that has this name; names of a broker's event loops are its own. */
    static RunQueue of(String threadName) {
        return new RunQueue(schedstat(threadName.substring(0, Math.min(NAME_CHARACTERS, threadName.length()))));
    }

    private static @Nullable Path schedstat(String name) {
        if (!Files.isDirectory(TASKS)) {
            return null;
        }
        try (DirectoryStream<Path> tasks = Files.newDirectoryStream(TASKS)) {
            for (Path task : tasks) {
                if (name.equals(name(task))) {
                    return task.resolve("schedstat");
                }
            }
            return null;
        } catch (IOException e) {
            return null;
        }
    }

    /** So far; the second of the three figures there. */
    long waitedNanos() {
        schedstat.read();
        return schedstat.nextLine() ? schedstat.figure(1) : 0;
    }

    @Override
    public void close() {
        schedstat.close();
    }

    /** Empty if it can't be read, as when the thread has ended. */
    private static String name(Path task) {
        try {
            return Files.readString(task.resolve("comm"), StandardCharsets.UTF_8)
                    .strip();
        } catch (IOException e) {
            return "";
        }
    }
}
