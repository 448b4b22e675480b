package io.leveret.interop.soak;

import io.leveret.interop.process.ServerProcess;
import io.leveret.interop.raw.RawClient;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(600)
class ChannelChurnTest {

    private static final int AT_ONCE = 500;

    @Test
    void channelsOpenedAndClosedLeaveNothingBehind() throws Exception {
        int channels = Load.of(100_000, 1_000_000);
        try (ServerProcess server = ServerProcess.start(256);
                RawClient client = RawClient.connect(server.address(), 30_000).login()) {
            openAndClose(client, 10_000);
            Heap heap = Heap.before(server);
            openAndClose(client, channels);
            heap.assertBack(channels, "channels opened and closed");
        }
    }

    private static void openAndClose(RawClient client, int channels) throws IOException {
        Burst burst = new Burst(client);
        for (int done = 0; done < channels; done += AT_ONCE) {
            for (int channel = 1; channel <= AT_ONCE; channel++) {
                burst.call(channel, Methods.openChannel());
            }
            for (int channel = 1; channel <= AT_ONCE; channel++) {
                burst.call(channel, Methods.closeChannel());
            }
            burst.run();
        }
    }
}
