package io.leveret.interop.soak;

import io.leveret.interop.process.ServerProcess;
import io.leveret.interop.raw.RawClient;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(600)
class QueueChurnTest {

    private static final int AT_ONCE = 100;
    private static final int FRAMES_OF_A_MESSAGE = 3;

    @Test
    void queuesDeclaredUsedAndDeletedLeaveNothingBehind() throws Exception {
        int queues = Load.of(10_000, 100_000);
        try (ServerProcess server = ServerProcess.start(256);
                RawClient client =
                        RawClient.connect(server.address(), 30_000).login().open(1)) {
            use(client, 0, 5_000);
            Heap heap = Heap.before(server);
            use(client, 5_000, 5_000 + queues);
            heap.assertBack(queues, "queues declared, used and deleted");
        }
    }

    private static void use(RawClient client, int from, int to) throws IOException {
        Burst burst = new Burst(client);
        for (int first = from; first < to; first += AT_ONCE) {
            for (int i = first; i < first + AT_ONCE; i++) {
                use(burst, "queue " + i);
            }
            burst.run();
        }
    }

    /** Bound, published to, read from, consumed from, and deleted with its binding, its consumer and a message in flight. */
    private static void use(Burst burst, String queue) {
        burst.call(1, Methods.declareQueue(queue))
                .call(1, Methods.bind(queue, "amq.topic", queue + ".#"))
                .publish(1, "amq.topic", queue + ".a", (byte) 1)
                .call(1, Methods.get(queue), FRAMES_OF_A_MESSAGE)
                .call(1, Methods.consume(queue))
                .publish(1, "", queue, (byte) 2)
                .call(1, Methods.deleteQueue(queue), FRAMES_OF_A_MESSAGE + 1);
    }
}
