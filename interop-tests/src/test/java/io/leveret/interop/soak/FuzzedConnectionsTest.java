package io.leveret.interop.soak;

import static org.assertj.core.api.Assertions.assertThat;

import io.leveret.interop.process.ServerProcess;
import io.leveret.interop.raw.RawClient;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Clients that send broken octets, beside one that goes on working. A failure names the seed that repeats it. */
@Timeout(600)
class FuzzedConnectionsTest {

    private static final int TIMEOUT_MS = 30_000;
    private static final int FRAMES_OF_A_MESSAGE = 3;
    private static final int ROUNDS_TO_WARM_UP = 300;

    @Test
    void mutatedStreamsHarmNobodyElse() throws Exception {
        int rounds = Load.of(1_000, 50_000);
        try (ServerProcess server = ServerProcess.start(256);
                RawClient bystander = bystander(server.address())) {
            mutate(server.address(), bystander, 0, ROUNDS_TO_WARM_UP);
            Heap heap = Heap.before(server);
            mutate(server.address(), bystander, ROUNDS_TO_WARM_UP, ROUNDS_TO_WARM_UP + rounds);
            heap.assertBack(String.format("%,d mutated streams", rounds));
        }
    }

    @Test
    void everyPrefixOfAStreamHarmsNobodyElse() throws Exception {
        byte[] stream = SessionStream.octets();
        try (ServerProcess server = ServerProcess.start(256);
                RawClient bystander = bystander(server.address())) {
            send(server.address(), stream);
            Heap heap = Heap.before(server);
            for (int length = 0; length <= stream.length; length++) {
                send(server.address(), Arrays.copyOf(stream, length));
                assertServed(bystander, "prefix of " + length);
            }
            heap.assertBack(String.format("%,d prefixes", stream.length));
        }
    }

    @Test
    void aConversationIsAnsweredAlikeInOnePieceAndOctetByOctet() throws Exception {
        byte[] stream = SessionStream.octets();
        try (ServerProcess server = ServerProcess.start(256)) {
            List<String> answers = answersTo(server.address(), stream, stream.length);
            assertThat(answers)
                    .containsOnlyOnce("queue.delete-ok on channel 1", "channel.close-ok on channel 2")
                    .contains("content body: some body");

            assertThat(answersTo(server.address(), stream, 1)).isEqualTo(answers);
        }
    }

    /** Sorted, since deliveries may overtake answers or be overtaken. */
    private static List<String> answersTo(InetSocketAddress address, byte[] stream, int pieceBytes) throws IOException {
        List<String> answers = new ArrayList<>();
        try (RawClient client = RawClient.connect(address, TIMEOUT_MS)) {
            for (int at = 0; at < stream.length; at += pieceBytes) {
                client.send(Arrays.copyOfRange(stream, at, Math.min(stream.length, at + pieceBytes)));
            }
            while (answers.size() < SessionStream.ANSWER_FRAMES) {
                answers.add(client.next());
            }
        }
        Collections.sort(answers);
        return answers;
    }

    private static void mutate(InetSocketAddress address, RawClient bystander, int firstSeed, int endSeed)
            throws IOException {
        for (int seed = firstSeed; seed < endSeed; seed++) {
            send(address, SessionStream.mutated(new Random(seed)));
            assertServed(bystander, "seed " + seed);
        }
    }

    /** Sends all of it, says that nothing more comes, and reads until the broker has had enough. */
    private static void send(InetSocketAddress address, byte[] octets) throws IOException {
        try (Socket socket = new Socket(address.getAddress(), address.getPort())) {
            socket.setSoTimeout(TIMEOUT_MS);
            socket.getOutputStream().write(octets);
            socket.shutdownOutput();
            drain(socket.getInputStream());
        } catch (SocketException e) {
            // The broker closed first, with input unread: a reset.
            assertThat(e).hasMessageMatching("(?i).*(reset|broken pipe|closed|aborted).*");
        }
    }

    private static void drain(InputStream in) throws IOException {
        byte[] ignored = new byte[8_192];
        while (in.read(ignored) >= 0) {
            // What it says is another test's business.
        }
    }

    private static RawClient bystander(InetSocketAddress address) throws IOException {
        RawClient client = RawClient.connect(address, TIMEOUT_MS).login().open(1);
        new Burst(client).call(1, Methods.declareExclusiveQueue("bystander")).run();
        return client;
    }

    private static void assertServed(RawClient bystander, String round) {
        try {
            new Burst(bystander)
                    .publish(1, "", "bystander", (byte) 1)
                    .call(1, Methods.get("bystander"), FRAMES_OF_A_MESSAGE)
                    .run();
        } catch (IOException | AssertionError e) {
            throw new AssertionError("another connection suffered from " + round, e);
        }
    }
}
