package io.leveret.interop.failure;

import static org.assertj.core.api.Assertions.assertThat;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.GetResponse;
import com.rabbitmq.client.MessageProperties;
import io.leveret.interop.process.Folders;
import io.leveret.interop.process.RunningProgram;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.parallel.Isolated;

/** Publishers that are many times faster than the disk. */
@Timeout(180)
@Isolated("a broker whose threads wait long for a processor may run short of memory, and tell so")
@EnabledOnOs(value = OS.LINUX, disabledReason = "reads the process's memory from /proc")
class SlowDiskTest {

    private static final int DISK_MIB_PER_SECOND = 40;
    private static final int HEAP_MAX_MIB = 128;
    /** For the JVM itself, its threads, and buffers outside of the heap. */
    private static final int BESIDE_THE_HEAP_MIB = 194;

    private static final int PUBLISHERS = 4;
    private static final int BODY_BYTES = 16 << 10;
    /** More than the process may ever have. */
    private static final int FLOOD_MIB = 384;
    /** What may be on its way to the disk in the sockets, and in the broker before it waits. */
    private static final int ON_ITS_WAY_MIB = 160;

    private static final int MESSAGES_EACH = FLOOD_MIB * ((1 << 20) / BODY_BYTES) / PUBLISHERS;
    private static final String QUEUE = "flooded";
    private static final long TIMEOUT_MS = 120_000;

    private final List<String> told = Collections.synchronizedList(new ArrayList<>());
    private final ExecutorService threads = Executors.newFixedThreadPool(PUBLISHERS);
    private Path folder;

    @BeforeEach
    void makeFolder() throws IOException {
        folder = Files.createTempDirectory("leveret-slow");
    }

    @AfterEach
    void clear() throws IOException {
        threads.shutdownNow();
        Folders.delete(folder);
    }

    /** Reads stop before memory is taken, for just those that publish to the disk, and nothing is announced. */
    @Test
    void takeNoMoreMemoryThanItsBoundAndAreNotTold() throws Exception {
        try (RunningProgram server = start()) {
            int port = Integer.parseInt(server.await(SlowDiskServer.LISTENING));
            List<Future<Duration>> floods = new ArrayList<>();
            AtomicInteger flooding = new AtomicInteger(PUBLISHERS);
            try (Connection bystander = connect(port)) {
                Channel channel = bystander.createChannel();
                channel.queueDeclare(QUEUE, true, false, false, null);
                long began = System.nanoTime();
                for (int i = 0; i < PUBLISHERS; i++) {
                    floods.add(threads.submit(() -> flood(port, began, flooding)));
                }
                int turns = roundTrips(channel, flooding);
                Duration longest = Duration.ZERO;
                for (Future<Duration> flood : floods) {
                    longest = Collections.max(List.of(longest, flood.get()));
                }

                assertThat(longest)
                        .as("publishers are held to the disk's speed")
                        .isGreaterThan(Duration.ofSeconds((FLOOD_MIB - ON_ITS_WAY_MIB) / DISK_MIB_PER_SECOND));
                assertThat(turns).as("of a client without the disk meanwhile").isGreaterThan(100);
                assertThat(told).as("connection.blocked").isEmpty();
                assertThat(channel.queueDeclarePassive(QUEUE).getMessageCount()).isEqualTo(PUBLISHERS * MESSAGES_EACH);
            }
            server.end();
            long peakMiB = Long.parseLong(server.await(SlowDiskServer.PEAK_KIB)) >> 10;
            System.out.printf("%d MiB published past a slow disk: the broker had %d MiB at most%n", FLOOD_MIB, peakMiB);
            assertThat(peakMiB).as("MiB at most").isBetween(1L, (long) HEAP_MAX_MIB + BESIDE_THE_HEAP_MIB);
        }
    }

    private RunningProgram start() throws IOException {
        return RunningProgram.start(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx" + HEAP_MAX_MIB + "m",
                // As many threads, and so as much memory beside the heap, on any machine.
                "-XX:ActiveProcessorCount=2",
                "-cp",
                System.getProperty("java.class.path"),
                SlowDiskServer.class.getName(),
                folder.toString(),
                String.valueOf((long) DISK_MIB_PER_SECOND << 20));
    }

    private Connection connect(int port) throws IOException, TimeoutException {
        ConnectionFactory factory = new ConnectionFactory();
        factory.setHost("localhost");
        factory.setPort(port);
        Connection connection = factory.newConnection();
        connection.addBlockedListener(told::add, () -> told.add("unblocked"));
        return connection;
    }

    /** How long after the first began this one had published all. */
    private Duration flood(int port, long beganNanos, AtomicInteger flooding) throws Exception {
        try (Connection connection = connect(port)) {
            Channel channel = connection.createChannel();
            channel.confirmSelect();
            byte[] body = new byte[BODY_BYTES];
            for (int i = 0; i < MESSAGES_EACH; i++) {
                channel.basicPublish("", QUEUE, MessageProperties.PERSISTENT_BASIC, body);
            }
            Duration published = Duration.ofNanos(System.nanoTime() - beganNanos);
            channel.waitForConfirmsOrDie(TIMEOUT_MS);
            return published;
        } finally {
            flooding.decrementAndGet();
        }
    }

    /** Transient messages to a queue of its own and back, for as long as the others flood. */
    private static int roundTrips(Channel channel, AtomicInteger flooding) throws IOException {
        String own = channel.queueDeclare().getQueue();
        int turns = 0;
        while (flooding.get() > 0) {
            channel.basicPublish("", own, null, new byte[1]);
            GetResponse back = channel.basicGet(own, true);
            assertThat(back).isNotNull();
            turns++;
        }
        return turns;
    }
}
