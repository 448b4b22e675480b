package io.leveret.interop.crash;

import static org.assertj.core.api.Assertions.assertThat;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.GetResponse;
import com.rabbitmq.client.ShutdownSignalException;
import io.leveret.interop.Patience;
import io.leveret.interop.process.Folders;
import io.leveret.interop.process.ServerProcess;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeoutException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Two publishers of the same orders that know nothing of what came of them: whatever happens they begin again from some way back, over kills of
 * the server. Each order is there once, behind a queue and behind an exchange that know duplicates.
 */
@Timeout(180)
class BlindRetryTest {

    private static final int ORDERS = 2_000;
    private static final int ROUNDS = 4;
    private static final long SEED = 11;

    private final Random random = new Random(SEED);

    /** Before this one all orders were confirmed to somebody. */
    private volatile int confirmed;

    @Test
    void eachOrderIsThereOnceOverKills() throws Exception {
        Path folder = Files.createTempDirectory("leveret-retry");
        for (int round = 0; round < ROUNDS; round++) {
            ServerProcess server =
                    ServerProcess.startIn(folder, CrashSettings.HEAP_MAX_MIB, CrashSettings.random(random));
            int killedAt = ORDERS * (round + 1) / (ROUNDS + 1);
            Thread other = new Thread(() -> publishFrom(server.address(), confirmed, ORDERS));
            other.start();
            try {
                publishFrom(server.address(), Math.max(0, confirmed - 500), killedAt);
            } finally {
                server.kill();
                other.join();
            }
        }
        try (ServerProcess server = ServerProcess.startIn(folder, CrashSettings.HEAP_MAX_MIB, CrashSettings.SETTINGS)) {
            publishFrom(server.address(), 0, ORDERS);
            assertThat(confirmed).isEqualTo(ORDERS);
            List<String> all =
                    IntStream.range(0, ORDERS).mapToObj(i -> "order " + i).toList();
            assertThat(drain(server.address(), "queue")).containsExactlyInAnyOrderElementsOf(all);
            assertThat(drain(server.address(), "bound")).containsExactlyInAnyOrderElementsOf(all);
        }
        Folders.delete(folder);
    }

    /** Until all is confirmed or the server is gone; it is all the same to the publisher. */
    private void publishFrom(InetSocketAddress address, int from, int to) {
        try (Client client = Client.connect(address)) {
            Channel channel = client.channel();
            declare(channel);
            channel.confirmSelect();
            for (int order = from; order < to; order++) {
                publish(channel, order);
                if (order % 100 == 99 || order == to - 1) {
                    channel.waitForConfirmsOrDie(Patience.MS);
                    confirmed(order + 1);
                }
            }
        } catch (IOException | TimeoutException | ShutdownSignalException e) {
            // What was not confirmed is published again.
            return;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private synchronized void confirmed(int orders) {
        confirmed = Math.max(confirmed, orders);
    }

    private static void declare(Channel channel) throws IOException {
        Map<String, Object> unique = Map.of("x-message-deduplication", true);
        channel.queueDeclare("queue", true, false, false, unique);
        channel.exchangeDeclare("exchange", "x-message-deduplication", true, false, Map.of("x-cache-size", 2 * ORDERS));
        channel.queueDeclare("bound", true, false, false, null);
        channel.queueBind("bound", "exchange", "");
    }

    private static void publish(Channel channel, int order) throws IOException {
        String text = "order " + order;
        BasicProperties properties = new BasicProperties.Builder()
                .deliveryMode(2)
                .headers(Map.of("x-deduplication-header", text))
                .build();
        byte[] body = text.getBytes(StandardCharsets.UTF_8);
        channel.basicPublish("", "queue", properties, body);
        channel.basicPublish("exchange", "", properties, body);
    }

    private static List<String> drain(InetSocketAddress address, String queue) throws Exception {
        List<String> bodies = new ArrayList<>();
        try (Client client = Client.connect(address)) {
            Channel channel = client.channel();
            for (GetResponse got = channel.basicGet(queue, true); got != null; got = channel.basicGet(queue, true)) {
                bodies.add(new String(got.getBody(), StandardCharsets.UTF_8));
            }
        }
        return bodies;
    }
}
