package io.leveret.broker.watchdog;

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
final class RunQueue {

    private static final Path TASKS = Path.of("/proc/self/task");
    /** Linux keeps no more of a thread's name. */
    private static final int NAME_CHARACTERS = 15;

    private final @Nullable Path schedstat;

    private RunQueue(@Nullable Path schedstat) {
        this.schedstat = schedstat;
    }

    /** Of the thread that has this name; names of a broker's event loops are its own. */
    static RunQueue of(String threadName) {
        String known = threadName.substring(0, Math.min(NAME_CHARACTERS, threadName.length()));
        if (!Files.isDirectory(TASKS)) {
            return new RunQueue(null);
        }
        try (DirectoryStream<Path> tasks = Files.newDirectoryStream(TASKS)) {
            for (Path task : tasks) {
                if (known.equals(read(task.resolve("comm")))) {
                    return new RunQueue(task.resolve("schedstat"));
                }
            }
        } catch (IOException e) {
            // Not every system shows it, and what it would tell is only an addition.
            return new RunQueue(null);
        }
        return new RunQueue(null);
    }

    /** So far; the second of the three figures there. */
    long waitedNanos() {
        String[] figures = schedstat == null ? new String[0] : read(schedstat).split(" ", -1);
        return figures.length < 2 ? 0 : Long.parseLong(figures[1]);
    }

    /** Empty if it can't be read, as when the thread has ended. */
    private static String read(Path file) {
        try {
            return Files.readString(file, StandardCharsets.UTF_8).strip();
        } catch (IOException e) {
            return "";
        }
    }
}
