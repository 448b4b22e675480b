package io.leveret.interop.soak;

import static org.assertj.core.api.Assertions.assertThat;

import io.leveret.interop.process.ServerProcess;
import io.leveret.interop.raw.Octets;
import io.leveret.interop.raw.RawClient;
import java.io.IOException;
import java.net.InetSocketAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Clients that ask for messages and then don't read them. */
@Timeout(600)
class UnreadDeliveriesTest {

    private static final int BODY_BYTES = 64 << 10;
    private static final int BODIES_OF_A_MIB = (1 << 20) / BODY_BYTES;
    private static final int TIMEOUT_MS = 60_000;

    @Test
    void whatAConsumerDoesNotReadIsHeldAndThenLetGo() throws Exception {
        int mebibytes = Load.of(64, 1_024);
        // Else much of it would be spilled to the disk.
        long heapBytes = 2L * mebibytes * (1 << 20);
        String inMemory = "leveret.message_memory_bytes=" + heapBytes;
        String beforeBlocked = "vm_memory_high_watermark.absolute=" + 2 * heapBytes;
        try (ServerProcess server = ServerProcess.start(2 * mebibytes, inMemory, beforeBlocked);
                RawClient publisher =
                        RawClient.connect(server.address(), TIMEOUT_MS).login().open(1)) {
            stoppedConsumer(server.address(), "warm-up");
            publish(publisher, "warm-up", 4);
            new Burst(publisher).call(1, Methods.deleteQueue("warm-up")).run();
            Heap heap = Heap.before(server);

            RawClient stopped = stoppedConsumer(server.address(), "unread");
            publish(publisher, "unread", mebibytes);
            assertHeldOnce(heap, mebibytes);
            stopped.close();
            new Burst(publisher).call(1, Methods.deleteQueue("unread")).run();
            heap.assertBack(String.format("%,d MiB of unread deliveries", mebibytes));
        }
    }

    /** What the sockets took is not in the heap; the rest is, once. */
    private static void assertHeldOnce(Heap heap, int mebibytes) throws IOException, InterruptedException {
        long heldMiB = heap.grownBytes() >> 20;
        Load.report("%,d MiB unread by a consumer: heap grown by %,d MiB", mebibytes, heldMiB);
        assertThat(heldMiB)
                .as("MiB of heap for %d MiB unread", mebibytes)
                .isBetween(mebibytes - 16L, mebibytes + mebibytes / 10L + 1);
    }

    /** Consumes without acknowledgements, so that nothing but the socket holds its deliveries back. */
    private static RawClient stoppedConsumer(InetSocketAddress address, String queue) throws IOException {
        RawClient client = RawClient.connect(address, TIMEOUT_MS).login().open(1);
        new Burst(client)
                .call(1, Methods.declareQueue(queue))
                .call(1, Methods.consume(queue))
                .run();
        return client;
    }

    private static void publish(RawClient publisher, String queue, int mebibytes) throws IOException {
        byte[] body = Octets.none().zeros(BODY_BYTES).toBytes();
        Burst burst = new Burst(publisher);
        for (int i = 0; i < mebibytes; i++) {
            for (int j = 0; j < BODIES_OF_A_MIB; j++) {
                burst.publish(1, "", queue, body);
            }
            // A round trip: what was published before it is in its queue.
            burst.call(1, Methods.declareQueue(queue)).run();
        }
    }
}
