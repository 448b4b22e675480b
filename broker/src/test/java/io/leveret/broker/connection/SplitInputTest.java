package io.leveret.broker.connection;

import static org.assertj.core.api.Assertions.assertThat;

import io.leveret.amqp.method.BasicGet;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Frames as large as may be, however a network cuts them. */
class SplitInputTest {

    private static final int FRAME_MAX = 131_072;

    /** About the parts that a large body is handed on in, what a loop reads at once, and that with a frame's header. */
    @ParameterizedTest
    @ValueSource(
            ints = {100, 4_095, 4_096, 4_097, 4_103, 4_104, 8_191, 8_192, 8_193, 8_199, 8_200, 16_384, 65_535, 65_536})
    void largeMessagesArriveWhole(int pieceBytes) {
        try (TestServer server = new TestServer()) {
            String large = "0123456789".repeat(30_000);
            String fits = large.substring(0, FRAME_MAX - 8);
            ClientStream stream = new ClientStream(FRAME_MAX)
                    .handshake(0)
                    .openChannel(1)
                    .method(1, Calls.declare("q"))
                    .publish(1, "", "q", large)
                    .publish(1, "", "q", "small")
                    .publish(1, "", "q", fits)
                    .publish(1, "", "q", fits.substring(1));
            for (int i = 0; i < 4; i++) {
                stream.method(1, new BasicGet("q", true));
            }
            TestClient client = server.connect();

            client.writeInPieces(stream.bytes(), pieceBytes);

            assertThat(client.takeBodies()).endsWith(large, "small", fits, fits.substring(1));
            assertThat(client.isDisconnected()).isFalse();
        }
    }
}
