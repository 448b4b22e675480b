package io.leveret.interop.crash;

import static org.assertj.core.api.Assertions.assertThat;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.MessageProperties;
import io.leveret.interop.process.Folders;
import io.leveret.interop.process.ServerProcess;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a transaction rejects is dead-lettered when its commit is answered, also if it has to be read from the disk for that. */
@Timeout(120)
class CommittedRejectTest {

    /** Four times what the server keeps in memory. */
    private static final int MESSAGES = 4_000;

    private static final int BYTES = 4_096;
    private static final int TIMEOUT_MS = 30_000;

    @Test
    void rejectsOfWhatLeftTheMemoryOutliveAKill() throws Exception {
        Path folder = Files.createTempDirectory("leveret-reject");
        ServerProcess server = ServerProcess.startIn(folder, CrashSettings.HEAP_MAX_MIB, CrashSettings.SETTINGS);
        try (Client client = Client.connect(server.address())) {
            publish(client.channel());
            rejectAll(client.channel());
            server.kill();
        }
        try (ServerProcess again = ServerProcess.startIn(folder, CrashSettings.HEAP_MAX_MIB, CrashSettings.SETTINGS);
                Client client = Client.connect(again.address())) {
            assertThat(client.channel().messageCount("q")).isZero();
            assertThat(client.channel().messageCount("dead")).isEqualTo(MESSAGES);
        }
        Folders.delete(folder);
    }

    private static void publish(Channel channel) throws Exception {
        channel.queueDeclare("dead", true, false, false, null);
        Map<String, Object> deadLetters = Map.of("x-dead-letter-exchange", "", "x-dead-letter-routing-key", "dead");
        channel.queueDeclare("q", true, false, false, deadLetters);
        channel.confirmSelect();
        for (int i = 0; i < MESSAGES; i++) {
            channel.basicPublish("", "q", MessageProperties.MINIMAL_PERSISTENT_BASIC, new byte[BYTES]);
        }
        channel.waitForConfirmsOrDie(TIMEOUT_MS);
    }

    private static void rejectAll(Channel channel) throws Exception {
        channel.txSelect();
        Semaphore delivered = new Semaphore(0);
        channel.basicConsume("q", false, (tag, delivery) -> delivered.release(), tag -> {});
        assertThat(delivered.tryAcquire(MESSAGES, TIMEOUT_MS, TimeUnit.MILLISECONDS))
                .isTrue();
        channel.basicNack(0, true, false);
        channel.txCommit();
    }
}
