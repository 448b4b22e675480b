package io.leveret.interop.soak;

import static org.assertj.core.api.Assertions.assertThat;

import io.leveret.interop.process.ServerProcess;
import java.io.IOException;
import java.time.Duration;

/** The live heap of a server as it was before a load. */
record Heap(ServerProcess server, long beforeBytes) {

    private static final Duration PATIENCE = Duration.ofSeconds(20);
    /** What a tenth allows, and a megabyte, since a young broker's heap is only a few. */
    private static final long SLACK_BYTES = 1 << 20;

    static Heap before(ServerProcess server) throws IOException, InterruptedException {
        return new Heap(server, server.liveHeapBytes());
    }

    long grownBytes() throws IOException, InterruptedException {
        return server.liveHeapBytes() - beforeBytes;
    }

    /** Waits, since what a closed connection leaves behind is cleared away after the client is gone. */
    void assertBack(String load) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        long allowed = beforeBytes + beforeBytes / 10 + SLACK_BYTES;
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
