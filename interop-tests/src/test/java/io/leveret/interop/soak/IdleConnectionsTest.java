package io.leveret.interop.soak;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.UnixOperatingSystemMXBean;
import io.leveret.interop.process.ServerProcess;
import io.leveret.interop.process.Tool;
import io.leveret.interop.raw.RawClient;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(600)
class IdleConnectionsTest {

    private static final int HEAP_BYTES_EACH = 12 << 10;
    private static final int SPARE_FILES = 500;

    @Test
    void anIdleConnectionWithAChannelAQueueAndAConsumerIsCheap() throws Exception {
        int connections = Load.of(2_000, 10_000);
        requireFiles(connections + SPARE_FILES);
        try (ServerProcess server = ServerProcess.start(1_024)) {
            close(open(server.address(), 500));
            Heap heap = Heap.before(server);

            List<RawClient> idle = open(server.address(), connections);
            long bytesEach = heap.grownBytes() / connections;
            Load.report("%,d idle connections: %,d bytes of heap each", connections, bytesEach);
            assertThat(bytesEach).as("bytes of heap of an idle connection").isLessThanOrEqualTo(HEAP_BYTES_EACH);

            close(idle);
            heap.assertBack(String.format("%,d connections opened and closed", connections));
        }
    }

    /** The test and the server need a file descriptor each for a connection. */
    private static void requireFiles(int files) {
        long allowed = ManagementFactory.getPlatformMXBean(UnixOperatingSystemMXBean.class)
                .getMaxFileDescriptorCount();
        if (allowed < files) {
            throw Tool.missing(allowed + " open files are allowed, too few: ulimit -n " + files);
        }
    }

    private static List<RawClient> open(InetSocketAddress address, int connections) throws IOException {
        List<RawClient> opened = new ArrayList<>();
        for (int i = 0; i < connections; i++) {
            RawClient client = RawClient.connect(address, 30_000).login().open(1);
            new Burst(client)
                    .call(1, Methods.declareExclusiveQueue("idle " + i))
                    .call(1, Methods.consume("idle " + i))
                    .run();
            opened.add(client);
        }
        return opened;
    }

    private static void close(List<RawClient> clients) throws IOException {
        for (RawClient client : clients) {
            client.close();
        }
    }
}
