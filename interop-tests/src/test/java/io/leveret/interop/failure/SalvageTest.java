package io.leveret.interop.failure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.GetResponse;
import io.leveret.broker.Broker;
import io.leveret.broker.settings.BrokerSettings;
import io.leveret.broker.settings.StorageSettings;
import io.leveret.broker.vhost.SalvagedCatalog;
import io.leveret.interop.process.Folders;
import io.leveret.persistence.disk.MemoryDisk;
import io.leveret.persistence.inspect.StoreReport;
import io.leveret.persistence.inspect.StoreSalvage;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * A broker whose log is compacted and whose checkpoints are then all broken, so that the declarations of its oldest queues are nowhere any
 * more: a broker that is started on what salvage makes of it has every message.
 */
@Timeout(300)
class SalvageTest {

    private static final long TIMEOUT_MS = 120_000;
    private static final int ROUND = 100;
    private static final int ROUNDS = 10;
    private static final int POLL_MS = 20;
    private static final int CHECKPOINT_MS = 50;
    private static final byte[] DYING = ("dying:" + "x".repeat(500)).getBytes(StandardCharsets.US_ASCII);
    private static final Pattern SALVAGED = Pattern.compile("queue '(salvaged-\\d+)'");
    private static final Pattern COMPACTED = Pattern.compile("\\d+\\.[1-9]\\d*\\.seg");

    /** By the queue, or the level of one, that they were published to. */
    private final Map<String, List<String>> published = new TreeMap<>();

    private MemoryDisk disk = new MemoryDisk();
    private Path folder;
    private Broker broker;

    @BeforeEach
    void start() throws IOException {
        folder = Files.createTempDirectory("leveret-salvage");
        broker = begin();
    }

    @AfterEach
    void stop() throws IOException {
        broker.close();
        Folders.delete(folder);
    }

    @Test
    void keepsTheMessagesOfQueuesWhoseDeclarationsAreLost() throws Exception {
        try (Connection connection = connect()) {
            fill(connection.createChannel());
        }
        broker.close();
        breakTheCheckpoints();
        assertThatThrownBy(this::begin).hasMessageContaining("leveret ctl store salvage");

        MemoryDisk copy = new MemoryDisk();
        StoreReport report = StoreSalvage.salvage(disk, copy, new SalvagedCatalog("/"));
        disk = copy;
        broker = begin();

        assertThat(report.notes())
                .contains("binding from exchange 'orders' to queue 'late' with key 'key' is dropped: there is no such"
                        + " source");
        assertThat(broughtBack(report)).isEqualTo(published);
    }

    private void fill(Channel channel) throws Exception {
        channel.confirmSelect();
        channel.exchangeDeclare("orders", "direct", true);
        channel.queueDeclare("plain", true, false, false, null);
        channel.queueDeclare("levels", true, false, false, Map.of("x-max-priority", 2));
        channel.queueDeclare("quorum", true, false, false, Map.of("x-queue-type", "quorum"));
        channel.queueDeclare("dying", true, false, false, null);
        // So that most of the oldest segment dies, however little else the first batch brings into it.
        for (int i = 0; i < 20; i++) {
            channel.basicPublish("", "dying", properties(0), DYING);
            channel.waitForConfirmsOrDie(TIMEOUT_MS);
        }
        for (int i = 0; i < ROUNDS; i++) {
            publishRound(channel);
        }
        awaitCompaction(channel);
        channel.queueDeclare("late", true, false, false, null);
        channel.queueBind("late", "orders", "key");
        for (int i = 0; i < ROUND; i++) {
            publish(channel, "late", "late", 0);
        }
        channel.waitForConfirmsOrDie(TIMEOUT_MS);
    }

    /** Most of what comes dies, but a little of each segment lives on. */
    private void publishRound(Channel channel) throws Exception {
        for (int i = 0; i < ROUND; i++) {
            channel.basicPublish("", "dying", properties(0), DYING);
            if (i % 10 == 0) {
                publish(channel, "plain", "plain", 0);
                publish(channel, "levels", "levels at 1", 1);
                publish(channel, "levels", "levels at 2", 2);
                publish(channel, "quorum", "quorum", 4);
            }
        }
        channel.waitForConfirmsOrDie(TIMEOUT_MS);
        channel.queuePurge("dying");
    }

    private void publish(Channel channel, String queue, String kind, int priority) throws IOException {
        List<String> bodies = published.computeIfAbsent(kind, any -> new ArrayList<>());
        String body = kind + ":" + bodies.size();
        bodies.add(body);
        channel.basicPublish("", queue, properties(priority), body.getBytes(StandardCharsets.US_ASCII));
    }

    private static AMQP.BasicProperties properties(int priority) {
        return new AMQP.BasicProperties.Builder()
                .deliveryMode(2)
                .priority(priority)
                .build();
    }

    /** There is a checkpoint, and then a compaction, only when something came. */
    private void awaitCompaction(Channel channel) throws Exception {
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(TIMEOUT_MS);
        while (!onlyCheckpointsKnowTheDeclarations()) {
            assertThat(System.nanoTime())
                    .as("the log still has the declarations")
                    .isLessThan(deadline);
            channel.basicPublish("", "dying", properties(0), DYING);
            channel.waitForConfirmsOrDie(TIMEOUT_MS);
            TimeUnit.MILLISECONDS.sleep(POLL_MS);
        }
    }

    /** The oldest segment is written anew without them, or deleted if it had nothing else; and some segment was written anew. */
    private boolean onlyCheckpointsKnowTheDeclarations() throws IOException {
        List<String> files = disk.folder("log").list();
        return !files.contains("0000000001.0.seg")
                && files.stream().anyMatch(name -> COMPACTED.matcher(name).matches());
    }

    private void breakTheCheckpoints() throws IOException {
        List<String> checkpoints = disk.list().stream()
                .filter(name -> name.startsWith("checkpoint"))
                .toList();
        assertThat(checkpoints).hasSize(2);
        for (String checkpoint : checkpoints) {
            disk.flipBit(checkpoint, 2000, 1);
        }
    }

    private Map<String, List<String>> broughtBack(StoreReport report) throws Exception {
        Map<String, List<String>> found = new HashMap<>();
        try (Connection connection = connect()) {
            Channel channel = connection.createChannel();
            take(channel, "late", found);
            for (String note : report.notes()) {
                Matcher salvaged = SALVAGED.matcher(note);
                if (salvaged.find()) {
                    take(channel, salvaged.group(1), found);
                }
            }
        }
        // That a purge took them may be forgotten.
        found.remove("dying");
        return found;
    }

    /** All that is in a queue; each must have messages of one kind only, in their order. */
    private static void take(Channel channel, String queue, Map<String, List<String>> found) throws IOException {
        List<String> bodies = new ArrayList<>();
        for (GetResponse next = channel.basicGet(queue, true); next != null; next = channel.basicGet(queue, true)) {
            bodies.add(new String(next.getBody(), StandardCharsets.US_ASCII));
        }
        assertThat(bodies).isNotEmpty();
        String first = bodies.get(0);
        assertThat(found.put(first.substring(0, first.indexOf(':')), bodies)).isNull();
    }

    private Broker begin() throws IOException {
        BrokerSettings defaults = BrokerSettings.defaults();
        InetSocketAddress anyPort = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        return Broker.start(
                new BrokerSettings(
                        defaults.network().withListeners(List.of(anyPort)),
                        defaults.limits(),
                        smallSegments(defaults.storage()),
                        defaults.login(),
                        defaults.identity(),
                        defaults.deprecatedFeatures()),
                folder,
                path -> disk);
    }

    /** A checkpoint after every second segment. */
    private static StorageSettings smallSegments(StorageSettings defaults) {
        return new StorageSettings(
                true,
                16 * 1024,
                defaults.segmentMessages(),
                4096,
                0,
                32 * 1024,
                CHECKPOINT_MS,
                defaults.messageMemoryBytes(),
                defaults.messageMemoryMaxBytes(),
                defaults.freeDiskMinBytes());
    }

    private Connection connect() throws Exception {
        InetSocketAddress address = broker.addresses().get(0);
        ConnectionFactory factory = new ConnectionFactory();
        factory.setHost(address.getHostString());
        factory.setPort(address.getPort());
        factory.setAutomaticRecoveryEnabled(false);
        factory.setHandshakeTimeout((int) TIMEOUT_MS);
        factory.setChannelRpcTimeout((int) TIMEOUT_MS);
        return factory.newConnection();
    }
}
