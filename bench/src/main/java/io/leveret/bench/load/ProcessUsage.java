package io.leveret.bench.load;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** What Linux counts for one process: processor time, and memory in use. */
record ProcessUsage(long cpuMicros, long residentKib) {

    /** Linux shows times in hundredths of a second, whatever its own clock ticks at. */
    private static final long MICROS_PER_TICK = 10_000;

    /** User time in {@code /proc/PID/stat}, counted from the state that follows the process's name; system time comes after it. */
    private static final int USER_TIME = 11;

    static ProcessUsage of(long pid) {
        Path process = Path.of("/proc", Long.toString(pid));
        try {
            return of(Files.readString(process.resolve("stat")), Files.readAllLines(process.resolve("status")));
        } catch (IOException e) {
            throw new UncheckedIOException("process " + pid + " can't be read", e);
        }
    }

    static ProcessUsage of(String stat, List<String> status) {
        // The name stands in parentheses and may itself hold spaces and parentheses.
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
        long ticks = Long.parseLong(fields[USER_TIME]) + Long.parseLong(fields[USER_TIME + 1]);
        return new ProcessUsage(ticks * MICROS_PER_TICK, residentKib(status));
    }

    private static long residentKib(List<String> status) {
        return status.stream()
                .filter(line -> line.startsWith("VmRSS:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                .findFirst()
                .orElse(0);
    }
}
