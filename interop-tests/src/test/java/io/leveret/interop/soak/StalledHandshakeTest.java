package io.leveret.interop.soak;

import static org.assertj.core.api.Assertions.assertThat;

import io.leveret.interop.process.ServerProcess;
import io.leveret.interop.raw.Login;
import io.leveret.interop.raw.RawClient;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Many clients that connect and then don't go on. */
@Timeout(120)
class StalledHandshakeTest {

    private static final int PATIENCE_MS = 30_000;

    /** How far a client goes before it stalls. */
    private enum Stall {
        SILENT {
            @Override
            void begin(RawClient client) {
                // Not one octet.
            }
        },
        HALF_A_HEADER {
            @Override
            void begin(RawClient client) throws IOException {
                client.send(Arrays.copyOf(RawClient.PROTOCOL_HEADER, 4));
            }
        },
        NOT_LOGGED_IN {
            @Override
            void begin(RawClient client) throws IOException {
                client.send(RawClient.PROTOCOL_HEADER);
            }
        },
        HALF_A_FRAME {
            @Override
            void begin(RawClient client) throws IOException {
                client.send(RawClient.PROTOCOL_HEADER);
                client.send((byte) 1, (byte) 0, (byte) 0, (byte) 0, (byte) 0, (byte) 1, (byte) 0, (byte) 0);
            }
        },
        NOT_TUNED {
            @Override
            void begin(RawClient client) throws IOException {
                client.send(RawClient.PROTOCOL_HEADER);
                client.method(0, Login.plain("guest", "guest"));
            }
        },
        NOT_OPEN {
            @Override
            void begin(RawClient client) throws IOException {
                client.send(RawClient.PROTOCOL_HEADER);
                client.method(0, Login.plain("guest", "guest"));
                client.method(0, Login.tuneOk(100, 131_072, 0));
            }
        };

        abstract void begin(RawClient client) throws IOException;
    }

    @Test
    void clientsThatStallInTheHandshakeAreClosedWhenItsTimeIsUp() throws Exception {
        int timeoutMs = Load.of(2_000, 10_000);
        int ofEachKind = Load.of(50, 1_000);
        try (ServerProcess server = ServerProcess.start(256, "handshake_timeout=" + timeoutMs)) {
            awaitEnds(stall(server, 5));
            Heap heap = Heap.before(server);

            RawClient open = RawClient.connect(server.address(), PATIENCE_MS).login();
            long began = System.nanoTime();
            List<RawClient> stalled = stall(server, ofEachKind);
            awaitEnds(stalled);
            Duration took = Duration.ofNanos(System.nanoTime() - began);
            Load.report("%,d stalled clients closed in %s (handshake_timeout %,d ms)", stalled.size(), took, timeoutMs);
            assertThat(took).as("time until all were closed").isGreaterThan(Duration.ofMillis(timeoutMs - 100));

            open.open(1);
            open.close();
            heap.assertBack(String.format("%,d stalled clients", stalled.size()));
        }
    }

    private static List<RawClient> stall(ServerProcess server, int ofEachKind) throws IOException {
        List<RawClient> stalled = new ArrayList<>();
        for (int i = 0; i < ofEachKind; i++) {
            for (Stall stall : Stall.values()) {
                RawClient client = RawClient.connect(server.address(), PATIENCE_MS);
                stall.begin(client);
                stalled.add(client);
            }
        }
        return stalled;
    }

    /** A read that waits longer than any timeout fails. */
    private static void awaitEnds(List<RawClient> stalled) throws IOException {
        for (RawClient client : stalled) {
            String next = client.next();
            while (!next.equals("socket closed")) {
                next = client.next();
            }
            client.close();
        }
    }
}
