package io.leveret.interop.failure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.GetResponse;
import com.rabbitmq.client.MessageProperties;
import com.rabbitmq.client.ShutdownSignalException;
import io.leveret.broker.Broker;
import io.leveret.broker.settings.BrokerSettings;
import io.leveret.interop.process.Folders;
import io.leveret.persistence.disk.Faults;
import io.leveret.persistence.disk.MemoryDisk;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A disk that fails ends nothing but the connections of the virtual host that is on it; they may come back as soon as the disk
 * works, and find all that was confirmed.
 */
@Timeout(120)
class StoreFailureTest {

    private static final String QUEUE = "orders";
    private static final int INTERNAL_ERROR = 541;
    private static final long TIMEOUT_MS = 30_000;
    private static final int POLL_MS = 20;
    private static final int MANY = 10_000;
    private static final int PUBLISHERS = 4;
    private static final int FAILURES = 10;
    private static final long SEED = 20;

    private final MemoryDisk disk = new MemoryDisk();
    private final List<String> confirmed = Collections.synchronizedList(new ArrayList<>());
    private final AtomicInteger reconnects = new AtomicInteger();
    private volatile boolean over;
    private Path folder;
    private Broker broker;

    @BeforeEach
    void start() throws IOException {
        folder = Files.createTempDirectory("leveret-failure");
        InetSocketAddress anyPort = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        BrokerSettings defaults = BrokerSettings.defaults();
        broker = Broker.start(
                defaults.withNetwork(defaults.network().withListeners(List.of(anyPort))), folder, path -> disk);
    }

    @AfterEach
    void stop() throws IOException {
        broker.close();
        Folders.delete(folder);
    }

    @ParameterizedTest
    @EnumSource(
            value = Faults.Kind.class,
            names = {"FAIL", "TEAR"})
    void oneFailureClosesTheConnectionsAndLosesNothingThatWasConfirmed(Faults.Kind kind) throws Exception {
        Connection connection = connect();
        publishUntilClosed(connection, () -> disk.faults().next(kind));

        assertInternalError(connection);
        assertNothingConfirmedIsLost();
    }

    @Test
    void aForceThatFailsConfirmsNothing() throws Exception {
        Connection connection = connect();
        publishUntilClosed(connection, () -> disk.faults().failEach(operation -> operation.startsWith("force 0")));
        disk.faults().failEach(operation -> false);

        assertInternalError(connection);
        assertNothingConfirmedIsLost();
    }

    @Test
    void aConnectionThatOnlyConsumesIsClosedToo() throws Exception {
        CompletableFuture<ShutdownSignalException> closed = new CompletableFuture<>();
        Connection consumer = connect();
        consumer.addShutdownListener(closed::complete);
        Channel channel = consumer.createChannel();
        channel.queueDeclare(QUEUE, true, false, false, null);
        channel.basicConsume(QUEUE, true, (tag, delivery) -> {}, tag -> {});

        publishUntilClosed(connect(), () -> disk.faults().next(Faults.Kind.FAIL));

        assertThat(code(closed.get(TIMEOUT_MS, TimeUnit.MILLISECONDS))).isEqualTo(INTERNAL_ERROR);
    }

    @Test
    void whileTheDiskFailsNobodyCanOpenTheVirtualHost() throws Exception {
        publishUntilClosed(connect(), () -> disk.faults().failEach(operation -> true));

        Throwable refusal = catchThrowable(this::connect);

        assertThat(refusal)
                .cause()
                .hasMessageContaining(
                        "INTERNAL_ERROR - access to vhost '/' refused for user 'guest': vhost '/' is down");
        disk.faults().failEach(operation -> false);
        assertNothingConfirmedIsLost();
    }

    @Test
    void itMayFailAgainAndAgain() throws Exception {
        for (int i = 0; i < 5; i++) {
            publishUntilClosed(connectWhenUp(), () -> disk.faults().next(Faults.Kind.FAIL));
        }
        assertNothingConfirmedIsLost();
    }

    @Test
    void publishersOnManyConnectionsAllComeBack() throws Exception {
        SplittableRandom random = new SplittableRandom(SEED);
        List<Thread> publishers = new ArrayList<>();
        for (int i = 0; i < PUBLISHERS; i++) {
            int number = i;
            Thread publisher = new Thread(() -> publishForLong(number), "publisher-" + i);
            publisher.start();
            publishers.add(publisher);
        }
        for (int i = 0; i < FAILURES; i++) {
            awaitConfirms(random.nextInt(50));
            disk.faults().next(Faults.Kind.TEAR);
        }
        awaitConfirms(50);
        over = true;
        for (Thread publisher : publishers) {
            publisher.join(TIMEOUT_MS);
        }
        assertThat(reconnects.get()).isPositive();
        assertNothingConfirmedIsLost();
    }

    private void awaitConfirms(int count) throws InterruptedException {
        int before = confirmed.size();
        await(() -> confirmed.size() > before + count);
    }

    private void publishForLong(int number) {
        int i = 0;
        while (!over) {
            try (Connection connection = connectWhenUp()) {
                Channel channel = connection.createChannel();
                channel.queueDeclare(QUEUE, true, false, false, null);
                channel.confirmSelect();
                while (!over) {
                    String body = number + "-" + i++;
                    channel.basicPublish("", QUEUE, MessageProperties.PERSISTENT_BASIC, bytes(body));
                    channel.waitForConfirmsOrDie(TIMEOUT_MS);
                    confirmed.add(body);
                }
            } catch (IOException | ShutdownSignalException closed) {
                reconnects.incrementAndGet();
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        }
    }

    /** Publishes one message after the other, each confirmed, and makes the disk fail after some of them. */
    private void publishUntilClosed(Connection connection, Runnable fail) throws Exception {
        Channel channel = connection.createChannel();
        channel.queueDeclare(QUEUE, true, false, false, null);
        channel.confirmSelect();
        try {
            for (int i = 0; i < MANY; i++) {
                if (i == 10) {
                    fail.run();
                }
                String body = connection.getClientProvidedName() + "-" + confirmed.size() + "-" + i;
                channel.basicPublish("", QUEUE, MessageProperties.PERSISTENT_BASIC, bytes(body));
                channel.waitForConfirmsOrDie(TIMEOUT_MS);
                confirmed.add(body);
            }
        } catch (IOException | ShutdownSignalException closed) {
            return;
        }
        throw new AssertionError("the disk failed, and " + MANY + " messages were confirmed");
    }

    /** Of the message that was on its way nobody knows; it may be there, once. */
    private void assertNothingConfirmedIsLost() throws Exception {
        List<String> found = new ArrayList<>();
        try (Connection connection = connectWhenUp()) {
            Channel channel = connection.createChannel();
            for (GetResponse got = channel.basicGet(QUEUE, true); got != null; got = channel.basicGet(QUEUE, true)) {
                found.add(new String(got.getBody(), StandardCharsets.UTF_8));
            }
            publishOne(channel);
        }
        assertThat(found).doesNotHaveDuplicates().containsAll(confirmed);
    }

    private static void publishOne(Channel channel) throws Exception {
        channel.confirmSelect();
        channel.basicPublish("", QUEUE, MessageProperties.PERSISTENT_BASIC, bytes("after"));
        channel.waitForConfirmsOrDie(TIMEOUT_MS);
    }

    private static void assertInternalError(Connection connection) {
        assertThat(code(connection.getCloseReason())).isEqualTo(INTERNAL_ERROR);
    }

    private static int code(@Nullable ShutdownSignalException reason) {
        return reason != null && reason.getReason() instanceof AMQP.Connection.Close close ? close.getReplyCode() : 0;
    }

    private Connection connectWhenUp() throws Exception {
        AtomicReference<Connection> connection = new AtomicReference<>();
        await(() -> {
            try {
                connection.set(connect());
                return true;
            } catch (IOException | TimeoutException down) {
                return false;
            }
        });
        return Objects.requireNonNull(connection.get());
    }

    private static void await(BooleanSupplier condition) throws InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(TIMEOUT_MS);
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime())
                    .as("up again within %d ms", TIMEOUT_MS)
                    .isLessThan(deadline);
            TimeUnit.MILLISECONDS.sleep(POLL_MS);
        }
    }

    private Connection connect() throws IOException, TimeoutException {
        InetSocketAddress address = broker.addresses().get(0);
        ConnectionFactory factory = new ConnectionFactory();
        factory.setHost(address.getHostString());
        factory.setPort(address.getPort());
        factory.setAutomaticRecoveryEnabled(false);
        return factory.newConnection();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
