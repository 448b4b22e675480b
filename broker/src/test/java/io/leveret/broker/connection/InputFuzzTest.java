package io.leveret.broker.connection;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.leveret.amqp.method.BasicGet;
import io.leveret.amqp.method.ConnectionClose;
import io.leveret.amqp.method.ConnectionCloseOk;
import io.leveret.amqp.method.QueueDeclareOk;
import io.leveret.broker.Allocation;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/**
 * Damaged streams through everything from the socket to the queues. Whatever comes: no fault of ours (each would be logged as
 * an error), no buffer lost, no memory for what was only announced, the connection ends closed or goes on, and another
 * connection notices nothing. A failure prints the seed.
 */
class InputFuzzTest {

    /** With {@code -Dsoak.full=true} many more. */
    private static final int STREAMS = Boolean.getBoolean("soak.full") ? 50_000 : 1_500;

    private static final int PREFIXES = Boolean.getBoolean("soak.full") ? 5_000 : 300;
    private static final int STREAMS_OF_ONE_SERVER = 50;
    private static final int AFTER_THE_PROTOCOL_HEADER = 8;

    /** Beyond the stream itself, what a connection may take in heap and buffers: far below the sizes that can be announced. */
    private static final long MAX_HEAP_BYTES = 8 << 20;

    private static final long MAX_BUFFER_BYTES = 2 << 20;

    private final ListAppender<ILoggingEvent> errors = new ListAppender<>();
    private final Logger logger = (Logger) LoggerFactory.getLogger("io.leveret");

    @BeforeEach
    void listen() {
        errors.start();
        logger.addAppender(errors);
    }

    @AfterEach
    void stopListening() {
        logger.detachAppender(errors);
    }

    @Test
    void survivesDamagedStreams() {
        for (int first = 0; first < STREAMS; first += STREAMS_OF_ONE_SERVER) {
            try (TestServer server = new TestServer()) {
                TestClient bystander = server.open(1);
                bystander.call(1, Calls.declare("bystander"), QueueDeclareOk.class);
                for (int seed = first; seed < first + STREAMS_OF_ONE_SERVER; seed++) {
                    survives(server, seed);
                    noticesNothing(bystander, seed);
                }
            }
        }
    }

    private void survives(TestServer server, int seed) {
        Random random = new Random(seed);
        byte[] valid = RandomSession.octets(random);
        int from = random.nextInt(50) == 0 ? 0 : AFTER_THE_PROTOCOL_HEADER;
        byte[] damaged = Mutation.of(valid, from, random);
        int pieceBytes = random.nextInt(4) == 0 ? 1 + random.nextInt(1 + damaged.length / 10) : damaged.length + 1;
        TestClient client = server.connect();
        long allocated = Allocation.of(() -> client.writeInPieces(damaged, pieceBytes));

        assertThat(errors.list).as("seed %d", seed).isEmpty();
        assertThat(allocated).as("heap bytes of seed %d", seed).isLessThan(MAX_HEAP_BYTES + 1_000L * damaged.length);
        assertThat(server.usedBytes()).as("buffers of seed %d", seed).isLessThan(MAX_BUFFER_BYTES);
        end(server, client, random);
        assertThat(server.connectionCount()).as("connections of seed %d", seed).isEqualTo(1);
        assertThat(errors.list).as("seed %d", seed).isEmpty();
    }

    /** The connection answers a close, or hangs up in time, or is cut in whatever state it is. */
    private static void end(TestServer server, TestClient client, Random random) {
        client.takeAll();
        if (client.isDisconnected()) {
            return;
        }
        switch (random.nextInt(4)) {
            case 0 -> client.send(0, new ConnectionClose(200, "bye", 0, 0), new ConnectionCloseOk());
            case 1 -> server.advance(10_000);
            default -> client.disconnect();
        }
        client.disconnect();
        server.run();
    }

    private static void noticesNothing(TestClient bystander, int seed) {
        bystander.write(
                new ClientStream().publish(1, "", "bystander", "m" + seed).method(1, new BasicGet("bystander", true)));
        assertThat(bystander.next().body()).as("seed %d", seed).isEqualTo("m" + seed);
    }

    /** A client that goes on after any damage must find the broker either gone or in its senses. */
    @Test
    void everyPrefixOfAStreamIsWaitedWithOrAnswered() {
        try (TestServer server = new TestServer()) {
            byte[] valid = RandomSession.octets(new Random(7));
            for (int length = 0; length < valid.length; length += 1 + valid.length / PREFIXES) {
                TestClient client = server.connect();
                client.write(Arrays.copyOf(valid, length));
                client.write(Arrays.copyOfRange(valid, length, valid.length));
                client.takeAll();
                assertThat(errors.list).as("cut at %d", length).isEmpty();
                client.disconnect();
                server.run();
            }
        }
    }

    @Test
    void handshakesThatAreNotTunedYetTakeNoMemory() {
        try (TestServer server = new TestServer()) {
            for (int seed = 0; seed < 2_000; seed++) {
                Random random = new Random(seed);
                byte[] noise = new byte[random.nextInt(300)];
                random.nextBytes(noise);
                TestClient client = server.connect();
                client.write(new ClientStream().header().raw(noise));
                assertThat(errors.list).as("seed %d", seed).isEmpty();
                assertThat(server.usedBytes()).as("buffers of seed %d", seed).isLessThan(MAX_BUFFER_BYTES);
                client.disconnect();
                server.run();
            }
        }
    }
}
