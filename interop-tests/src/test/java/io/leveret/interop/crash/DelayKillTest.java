package io.leveret.interop.crash;

import static org.assertj.core.api.Assertions.assertThat;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.GetResponse;
import io.leveret.interop.process.Folders;
import io.leveret.interop.process.ServerProcess;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What was confirmed to wait, or to be cancelled, is so after a kill; what falls due while the server is killed comes once. */
@Timeout(180)
class DelayKillTest {

    private static final int MESSAGES = 3_000;
    private static final int ROUNDS = 4;

    /** So many more are in the queue before each kill. */
    private static final long EACH_ROUND = 100;

    private static final int TIMEOUT_MS = 60_000;

    @Test
    void eachMessageComesOnceAndNoneThatIsCancelled() throws Exception {
        Path folder = Files.createTempDirectory("leveret-delay");
        ServerProcess server = ServerProcess.startIn(folder, CrashSettings.HEAP_MAX_MIB, CrashSettings.SETTINGS);
        try (Client client = Client.connect(server.address())) {
            publish(client.channel());
        }
        for (int round = 0; round < ROUNDS; round++) {
            // Each time some have fallen due, and others do while it dies.
            awaitMore(server, round);
            server.kill();
            server = ServerProcess.startIn(folder, CrashSettings.HEAP_MAX_MIB, CrashSettings.SETTINGS);
        }
        try (ServerProcess last = server;
                Client client = Client.connect(last.address())) {
            assertThat(received(client.channel())).isEqualTo(expected());
            assertThat(client.channel().messageCount("q")).isZero();
        }
        Folders.delete(folder);
    }

    /** Due over some seconds, every third of them cancelled at once. */
    private static void publish(Channel channel) throws Exception {
        channel.exchangeDeclare("later", "x-delayed-message", true, false, Map.of("x-delayed-type", "fanout"));
        channel.queueDeclare("q", true, false, false, null);
        channel.queueBind("q", "later", "");
        channel.confirmSelect();
        long startMs = System.currentTimeMillis() + 2_000;
        for (int i = 0; i < MESSAGES; i++) {
            String body = String.valueOf(i);
            long dueMs = startMs + i * 4L;
            channel.basicPublish(
                    "later", "", properties(body, "x-deliver-at", dueMs), body.getBytes(StandardCharsets.UTF_8));
            if (i % 3 == 0) {
                channel.basicPublish("later", "", properties(body, "x-cancel", true), new byte[0]);
            }
        }
        channel.waitForConfirmsOrDie(TIMEOUT_MS);
    }

    private static void awaitMore(ServerProcess server, int round) throws Exception {
        long deadline = System.nanoTime() + TIMEOUT_MS * 1_000_000L;
        try (Client client = Client.connect(server.address())) {
            while (client.channel().messageCount("q") < (round + 1) * EACH_ROUND && System.nanoTime() < deadline) {
                Thread.onSpinWait();
            }
            assertThat(client.channel().messageCount("q")).isGreaterThanOrEqualTo((round + 1) * EACH_ROUND);
        }
    }

    private static BasicProperties properties(String id, String header, Object value) {
        return new BasicProperties.Builder()
                .messageId(id)
                .deliveryMode(2)
                .headers(Map.of(header, value))
                .build();
    }

    private static Set<Integer> expected() {
        Set<Integer> expected = new TreeSet<>();
        IntStream.range(0, MESSAGES).filter(i -> i % 3 != 0).forEach(expected::add);
        return expected;
    }

    private static Set<Integer> received(Channel channel) throws Exception {
        Set<Integer> received = new HashSet<>();
        long deadline = System.nanoTime() + TIMEOUT_MS * 1_000_000L;
        while (received.size() < expected().size() && System.nanoTime() < deadline) {
            GetResponse got = channel.basicGet("q", true);
            if (got != null) {
                int number = Integer.parseInt(new String(got.getBody(), StandardCharsets.UTF_8));
                assertThat(received.add(number))
                        .as("message %d for the first time", number)
                        .isTrue();
            }
        }
        return received;
    }
}
