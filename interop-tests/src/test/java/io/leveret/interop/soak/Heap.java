package io.leveret.interop.soak;

import static org.assertj.core.api.Assertions.assertThat;

import io.leveret.interop.process.ServerProcess;
import java.io.IOException;
import java.time.Duration;

/** The live heap of a server as it was before a load. */
record Heap(ServerProcess server, long beforeBytes) {

    private static final Duration PATIENCE = Duration.ofSeconds(20);
    /** Less than any object, or two places in a table: of 32,768 or more, none leaves anything behind without being seen. */
    private static final int LEFT_BYTES_EACH = 8;

    /** By so much what a collection leaves differs from one to the next. */
    private static final long NOISE_BYTES = 256 << 10;

    static Heap before(ServerProcess server) throws IOException, InterruptedException {
        return new Heap(server, server.liveHeapBytes());
    }

    long grownBytes() throws IOException, InterruptedException {
        return server.liveHeapBytes() - beforeBytes;
    }

    /** Within a tenth of where it was. */
    void assertBack(String load) throws IOException, InterruptedException {
        assertGrownLess(beforeBytes / 10, load);
    }

    /**
     * The same, and with less left behind by each of so many than a tenth may hide.
     *
     * @param each what there were so many of, one after the other
     */
    void assertBack(int count, String each) throws IOException, InterruptedException {
        long left = Math.max(NOISE_BYTES, (long) count * LEFT_BYTES_EACH);
        assertGrownLess(Math.min(beforeBytes / 10, left), String.format("%,d %s", count, each));
    }

    /** Waits, since what a closed connection leaves behind is cleared away after the client is gone. */
    private void assertGrownLess(long growthBytes, String load) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        long allowed = beforeBytes + growthBytes;
        long after = server.liveHeapBytes();
        while (after > allowed && System.nanoTime() < deadline) {
            after = server.liveHeapBytes();
        }
        Load.report("%s: heap %,d bytes before, %,d after", load, beforeBytes, after);
        assertThat(after)
                .as("live heap after %s (%,d bytes before)", load, beforeBytes)
                .isLessThanOrEqualTo(allowed);
    }
}
