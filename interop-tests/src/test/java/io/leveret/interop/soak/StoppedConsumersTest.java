package io.leveret.interop.soak;

import static org.assertj.core.api.Assertions.assertThat;

import io.leveret.interop.process.ServerProcess;
import io.leveret.interop.raw.Octets;
import io.leveret.interop.raw.RawClient;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Consumers that stop reading, beside one client that goes on working; all on one event loop, where harm would show. */
@Timeout(600)
class StoppedConsumersTest {

    private static final int BODY_BYTES = 16 << 10;
    private static final int FRAMES_OF_A_MESSAGE = 3;
    /** Generous, since other tests may have the machine; harm would last until the consumers are gone. */
    private static final Duration LONGEST = Duration.ofSeconds(5);

    @Test
    void othersOnTheSameLoopGoOn() throws Exception {
        int stopped = Load.of(20, 200);
        int rounds = Load.of(200, 1_000);
        try (ServerProcess server = ServerProcess.start(1_024, "leveret.event_loops=1");
                RawClient publisher =
                        RawClient.connect(server.address(), 30_000).login().open(1);
                RawClient other =
                        RawClient.connect(server.address(), 30_000).login().open(1)) {
            for (int i = 0; i < stopped; i++) {
                stop(RawClient.connect(server.address(), 30_000).login().open(1), "unread " + i);
            }
            Burst request = new Burst(other);
            request.call(1, Methods.declareExclusiveQueue("other")).run();

            Duration longest = Duration.ZERO;
            for (int round = 0; round < rounds; round++) {
                flood(publisher, "unread " + round % stopped);
                long began = System.nanoTime();
                request.publish(1, "", "other", (byte) 1)
                        .call(1, Methods.get("other"), FRAMES_OF_A_MESSAGE)
                        .run();
                Duration took = Duration.ofNanos(System.nanoTime() - began);
                longest = took.compareTo(longest) > 0 ? took : longest;
            }
            Load.report(
                    "%,d MiB for %d stopped consumers: another client's slowest of %,d round trips took %s",
                    (rounds * 10L * BODY_BYTES) >> 20, stopped, rounds, longest);
            assertThat(longest).isLessThan(LONGEST);
        }
    }

    private static void stop(RawClient client, String queue) throws IOException {
        new Burst(client)
                .call(1, Methods.declareExclusiveQueue(queue))
                .call(1, Methods.consume(queue))
                .run();
    }

    private static void flood(RawClient publisher, String queue) throws IOException {
        byte[] body = Octets.none().zeros(BODY_BYTES).toBytes();
        Burst burst = new Burst(publisher);
        for (int i = 0; i < 10; i++) {
            burst.publish(1, "", queue, body);
        }
        burst.run();
    }
}
