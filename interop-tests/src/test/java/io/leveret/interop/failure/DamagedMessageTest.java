package io.leveret.interop.failure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.GetResponse;
import com.rabbitmq.client.MessageProperties;
import com.rabbitmq.client.ShutdownSignalException;
import io.leveret.broker.Broker;
import io.leveret.broker.settings.BrokerSettings;
import io.leveret.broker.settings.StorageSettings;
import io.leveret.interop.process.Folders;
import io.leveret.persistence.disk.DiskFile;
import io.leveret.persistence.disk.MemoryDisk;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slf4j.LoggerFactory;

/**
 * One bit of a message in the middle of a backlog turned over while the broker was stopped, in a segment that it does not read
 * at the start. What stands before is delivered, then everybody learns what is wrong; other queues don't.
 */
@Timeout(120)
class DamagedMessageTest {

    private static final String QUEUE = "orders";
    private static final String OTHER = "invoices";
    private static final int COUNT = 3_000;
    private static final int DAMAGED = 1_500;
    private static final int INTERNAL_ERROR = 541;
    private static final long TIMEOUT_MS = 30_000;
    private static final int POLL_MS = 20;
    private static final Logger REFILL = (Logger) LoggerFactory.getLogger("io.leveret.broker.queue.Refill");

    private final MemoryDisk disk = new MemoryDisk();
    private final ListAppender<ILoggingEvent> said = new ListAppender<>();
    private Path folder;
    private Broker broker;
    private String segment = "";
    private long offset;

    @BeforeEach
    void damage() throws Exception {
        folder = Files.createTempDirectory("leveret-damage");
        start();
        try (Connection connection = connect()) {
            publish(connection, QUEUE, 0, COUNT);
            publish(connection, OTHER, 0, COUNT);
        }
        broker.close();
        find(body(QUEUE, DAMAGED));
        flip();
        said.list = new CopyOnWriteArrayList<>();
        said.start();
        REFILL.addAppender(said);
        start();
    }

    @AfterEach
    void stop() throws IOException {
        REFILL.detachAppender(said);
        broker.close();
        Folders.delete(folder);
    }

    @Test
    void aConsumerGetsWhatStandsBeforeItAndIsThenCancelled() throws Exception {
        Connection connection = connect();
        Channel channel = connection.createChannel();
        BlockingQueue<String> received = new LinkedBlockingQueue<>();
        CompletableFuture<String> cancelled = new CompletableFuture<>();
        String tag = channel.basicConsume(
                QUEUE, false, (ignored, delivery) -> received.add(text(delivery.getBody())), cancelled::complete);

        assertThat(cancelled.get(TIMEOUT_MS, TimeUnit.MILLISECONDS)).isEqualTo(tag);
        assertThat(received).containsExactlyElementsOf(bodies(QUEUE, 0, DAMAGED));
        channel.basicAck(0, true);
        // The connection goes on.
        assertThat(channel.messageCount(QUEUE)).isEqualTo(COUNT - DAMAGED);
    }

    @Test
    void aClientThatKnowsNoCancelIsClosed() throws Exception {
        ConnectionFactory factory = factory();
        factory.setClientProperties(Map.of());
        Connection connection = factory.newConnection();
        CompletableFuture<ShutdownSignalException> closed = new CompletableFuture<>();
        connection.addShutdownListener(closed::complete);
        connection.createChannel().basicConsume(QUEUE, true, (tag, delivery) -> {}, tag -> {});

        assertUnreadable(closed.get(TIMEOUT_MS, TimeUnit.MILLISECONDS));
    }

    @Test
    void whoWantsItIsToldWhyUntilItCanBeReadAgain() throws Exception {
        assertThat(get(DAMAGED, QUEUE)).isEqualTo(bodies(QUEUE, 0, DAMAGED));

        assertUnreadable(catchThrowable(() -> get(1, QUEUE)));
        assertUnreadable(catchThrowable(
                () -> connect().createChannel().basicConsume(QUEUE, true, (tag, delivery) -> {}, tag -> {})));

        flip();
        awaitReadable();
        assertThat(get(COUNT - DAMAGED - 1, QUEUE)).isEqualTo(bodies(QUEUE, DAMAGED + 1, COUNT));
    }

    @Test
    void publishersAndOtherQueuesGoOn() throws Exception {
        try (Connection bystander = connect()) {
            get(DAMAGED, QUEUE);
            assertThat(catchThrowable(() -> get(1, QUEUE))).isNotNull();

            publish(bystander, QUEUE, COUNT, COUNT + 100);
            assertThat(get(COUNT, OTHER)).isEqualTo(bodies(OTHER, 0, COUNT));
            assertThat(bystander.isOpen()).isTrue();
        }
    }

    @Test
    void theLogNamesThePlaceAndWhatToDo() throws Exception {
        get(DAMAGED, QUEUE);
        assertThat(catchThrowable(() -> get(1, QUEUE))).isNotNull();

        String store = folder.resolve("vhosts").resolve("%2F").toString();
        awaitLogLineOf(store);
        assertThat(logLinesOf(store)).singleElement().satisfies(event -> {
            assertThat(event.getFormattedMessage())
                    .contains(segment + " at offset ", "vhost=/", "queue=" + QUEUE)
                    .contains("leveret ctl store verify " + store, "leveret ctl store salvage " + store);
            assertThat(event.getThrowableProxy()).isNull();
        });
    }

    /** The client may be answered first. */
    private void awaitLogLineOf(String store) throws InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(TIMEOUT_MS);
        while (logLinesOf(store).isEmpty()) {
            assertThat(System.nanoTime()).as("nothing of " + store).isLessThan(deadline);
            TimeUnit.MILLISECONDS.sleep(POLL_MS);
        }
    }

    /** Other tests may run at the same time. */
    private List<ILoggingEvent> logLinesOf(String store) {
        return said.list.stream()
                .filter(event -> event.getFormattedMessage().contains(store))
                .toList();
    }

    @Test
    void aPurgeGivesUpWhatCannotBeRead() throws Exception {
        get(DAMAGED, QUEUE);
        assertThat(catchThrowable(() -> get(1, QUEUE))).isNotNull();

        try (Connection connection = connect()) {
            Channel channel = connection.createChannel();
            assertThat(channel.queuePurge(QUEUE).getMessageCount()).isEqualTo(COUNT - DAMAGED);
            publish(connection, QUEUE, 0, 1);
        }
        assertThat(get(1, QUEUE)).isEqualTo(bodies(QUEUE, 0, 1));
    }

    private static void assertUnreadable(Throwable thrown) {
        Throwable signal = thrown instanceof ShutdownSignalException ? thrown : thrown.getCause();
        assertThat(signal).isInstanceOfSatisfying(ShutdownSignalException.class, closed -> {
            assertThat(closed.getReason()).isInstanceOfSatisfying(AMQP.Connection.Close.class, close -> {
                assertThat(close.getReplyCode()).isEqualTo(INTERNAL_ERROR);
                assertThat(close.getReplyText())
                        .startsWith("INTERNAL_ERROR - queue 'orders' in vhost '/': message can't be read: ");
            });
        });
    }

    /** The broker looks again by itself. */
    private void awaitReadable() throws InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(TIMEOUT_MS);
        Throwable unreadable = catchThrowable(() -> get(1, QUEUE));
        while (unreadable != null) {
            assertThat(System.nanoTime()).as("still " + unreadable).isLessThan(deadline);
            TimeUnit.MILLISECONDS.sleep(POLL_MS);
            unreadable = catchThrowable(() -> get(1, QUEUE));
        }
    }

    private List<String> get(int count, String queue) throws Exception {
        List<String> got = new ArrayList<>();
        try (Connection connection = connect()) {
            Channel channel = connection.createChannel();
            while (got.size() < count) {
                GetResponse response = channel.basicGet(queue, true);
                got.add(response == null ? "nothing" : text(response.getBody()));
            }
        }
        return got;
    }

    private static void publish(Connection connection, String queue, int from, int to) throws Exception {
        Channel channel = connection.createChannel();
        channel.queueDeclare(queue, true, false, false, null);
        channel.confirmSelect();
        for (int i = from; i < to; i++) {
            channel.basicPublish(
                    "",
                    queue,
                    MessageProperties.PERSISTENT_BASIC,
                    body(queue, i).getBytes(StandardCharsets.US_ASCII));
        }
        channel.waitForConfirmsOrDie(TIMEOUT_MS);
    }

    private static String body(String queue, int number) {
        return "%s-%06d".formatted(queue, number);
    }

    private static List<String> bodies(String queue, int from, int to) {
        return IntStream.range(from, to).mapToObj(i -> body(queue, i)).toList();
    }

    private static String text(byte[] body) {
        return new String(body, StandardCharsets.US_ASCII);
    }

    /** Looks for a message's body in the segments. */
    private void find(String body) throws IOException {
        MemoryDisk log = disk.folder("log");
        for (String name : log.list()) {
            if (name.endsWith(".seg")) {
                int at = content(log, name).indexOf(body);
                if (at >= 0) {
                    segment = name;
                    offset = at;
                    return;
                }
            }
        }
        throw new AssertionError("no segment has " + body);
    }

    private static String content(MemoryDisk log, String name) throws IOException {
        try (DiskFile file = log.open(name)) {
            ByteBuffer bytes = ByteBuffer.allocate((int) file.size());
            file.read(0, bytes);
            return new String(bytes.array(), StandardCharsets.ISO_8859_1);
        }
    }

    private void flip() throws IOException {
        disk.folder("log").flipBit(segment, offset, 3);
    }

    private void start() throws IOException {
        BrokerSettings defaults = BrokerSettings.defaults();
        InetSocketAddress anyPort = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        BrokerSettings settings = new BrokerSettings(
                defaults.network().withListeners(List.of(anyPort)),
                defaults.limits(),
                smallSegments(defaults.storage()),
                defaults.login(),
                defaults.identity(),
                defaults.deprecatedFeatures());
        broker = Broker.start(settings, folder, path -> disk);
    }

    /** So that most are sealed. */
    private static StorageSettings smallSegments(StorageSettings defaults) {
        return new StorageSettings(
                true,
                64 * 1024,
                defaults.segmentMessages(),
                4096,
                0,
                defaults.checkpointBytes(),
                defaults.checkpointIntervalMs(),
                defaults.messageMemoryBytes(),
                defaults.messageMemoryMaxBytes(),
                defaults.freeDiskMinBytes());
    }

    private Connection connect() throws Exception {
        return factory().newConnection();
    }

    private ConnectionFactory factory() {
        InetSocketAddress address = broker.addresses().get(0);
        ConnectionFactory factory = new ConnectionFactory();
        factory.setHost(address.getHostString());
        factory.setPort(address.getPort());
        factory.setAutomaticRecoveryEnabled(false);
        return factory;
    }
}
