package io.leveret.interop.failure;

import static org.assertj.core.api.Assertions.assertThat;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.MessageProperties;
import io.leveret.interop.process.ServerProcess;
import java.io.IOException;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;

/**
 * A broker whose heap is taken by what it can't leave on the disk stops those that publish, and tells them; when the memory is free again,
 * they go on.
 */
@Timeout(120)
class MemoryAlarmTest {

    private static final int HEAP_MAX_MIB = 128;
    private static final String QUEUE = "orders";
    private static final String LOW = "low on memory";
    private static final String UNBLOCKED = "unblocked";

    /** The limit, in messages of a transaction, and a little more. */
    private static final int LARGE_BYTES = 100_000;

    private static final int LARGE_MESSAGES = 83;

    /** So many are delivered whenever the alarm is raised: with fewer it ends by itself. */
    private static final int HELD_MESSAGES = 76;

    /** Less than the queues may have in memory if nothing is said of it, and several times the limit. */
    private static final int BACKLOG_MESSAGES = 300;

    private static final int BATCH = 10;
    private static final String WATERMARK = "vm_memory_high_watermark.absolute=8MB";

    /** Each takes a hundred bytes of heap or so, wherever its body is: several times the limit. */
    private static final int MOST_SMALL_MESSAGES = 500_000;

    private static final long TIMEOUT_SECONDS = 30;
    private static final long POLL_MS = 20;

    private final BlockingQueue<String> told = new LinkedBlockingQueue<>();
    private final CountDownLatch isTold = new CountDownLatch(1);

    @Test
    void openTransactionsStopPublishersUntilTheyAreGone() throws Exception {
        try (ServerProcess server = start()) {
            Connection publisher = connect(server);
            Channel channel = publisher.createChannel();
            channel.queueDeclare(QUEUE, false, false, false, null);
            Connection transactional = connect(server);
            Channel transaction = transactional.createChannel();
            transaction.txSelect();
            for (int i = 0; i < LARGE_MESSAGES; i++) {
                transaction.basicPublish("", QUEUE, null, new byte[LARGE_BYTES]);
            }
            listen(publisher);
            publishUntilTold(channel, 0);
            assertThat(told.poll(TIMEOUT_SECONDS, TimeUnit.SECONDS)).isEqualTo(LOW);
            server.awaitOutput(" WARN .*" + LOW + ": connections that publish are blocked");

            // It may be blocked itself, so that its goodbye is not read, only that it is gone.
            transactional.abort(0);

            assertThat(told.poll(TIMEOUT_SECONDS, TimeUnit.SECONDS)).isEqualTo(UNBLOCKED);
            server.awaitOutput("enough memory again");
        }
    }

    @Test
    void transientMessagesThatNoDiskRelievesStopPublishersUntilTheyAreConsumed() throws Exception {
        try (ServerProcess server = start()) {
            Connection publisher = connect(server);
            Connection consumer = connect(server);
            listen(publisher);
            Channel channel = publisher.createChannel();
            channel.queueDeclare(QUEUE, false, false, false, null);
            publishUntilTold(channel, MOST_SMALL_MESSAGES);
            assertThat(told.poll(TIMEOUT_SECONDS, TimeUnit.SECONDS)).isEqualTo(LOW);

            consumer.createChannel().basicConsume(QUEUE, true, (tag, delivery) -> {}, tag -> {});

            assertThat(told.poll(TIMEOUT_SECONDS, TimeUnit.SECONDS)).isEqualTo(UNBLOCKED);
        }
    }

    @Test
    void transientDeliveriesStopPublishersUntilTheyAreAcknowledged() throws Exception {
        try (ServerProcess server = start()) {
            Connection publisher = connect(server);
            listen(publisher);
            Channel channel = publisher.createChannel();
            channel.queueDeclare(QUEUE, false, false, false, null);
            Channel consumer = connect(server).createChannel();
            CountDownLatch delivered = new CountDownLatch(HELD_MESSAGES);
            consumer.basicConsume(QUEUE, false, (tag, delivery) -> delivered.countDown(), tag -> {});
            for (int i = 0; i < LARGE_MESSAGES; i++) {
                channel.basicPublish("", QUEUE, null, new byte[LARGE_BYTES]);
            }
            publishUntilTold(channel, 0);
            assertThat(told.poll(TIMEOUT_SECONDS, TimeUnit.SECONDS)).isEqualTo(LOW);
            assertThat(delivered.await(TIMEOUT_SECONDS, TimeUnit.SECONDS)).isTrue();

            consumer.basicAck(0, true);

            assertThat(told.poll(TIMEOUT_SECONDS, TimeUnit.SECONDS)).isEqualTo(UNBLOCKED);
        }
    }

    /** Whatever they may keep in memory otherwise, queues leave their messages on the disk before these stop anybody. */
    @Test
    @Timeout(value = 60, threadMode = ThreadMode.SEPARATE_THREAD)
    void aBacklogThatTheDiskTakesStopsNobodyForLong() throws Exception {
        try (ServerProcess server = ServerProcess.start(HEAP_MAX_MIB, WATERMARK)) {
            publishBacklog(connect(server).createChannel());
        }
    }

    @Test
    @Timeout(value = 60, threadMode = ThreadMode.SEPARATE_THREAD)
    void norDoesItBesideAnOpenTransaction() throws Exception {
        try (ServerProcess server = ServerProcess.start(HEAP_MAX_MIB, WATERMARK)) {
            Channel transaction = connect(server).createChannel();
            transaction.txSelect();
            for (int i = 0; i < LARGE_MESSAGES / 2; i++) {
                transaction.basicPublish("", QUEUE, null, new byte[LARGE_BYTES]);
            }
            publishBacklog(connect(server).createChannel());
        }
    }

    private static void publishBacklog(Channel channel) throws Exception {
        channel.queueDeclare(QUEUE, true, false, false, null);
        channel.confirmSelect();
        for (int i = 1; i <= BACKLOG_MESSAGES; i++) {
            channel.basicPublish("", QUEUE, MessageProperties.PERSISTENT_BASIC, new byte[LARGE_BYTES]);
            if (i % BATCH == 0) {
                assertThat(channel.waitForConfirms(TimeUnit.SECONDS.toMillis(TIMEOUT_SECONDS)))
                        .isTrue();
            }
        }
        assertThat(channel.queueDeclarePassive(QUEUE).getMessageCount()).isEqualTo(BACKLOG_MESSAGES);
    }

    private static ServerProcess start() throws IOException, InterruptedException {
        return ServerProcess.start(HEAP_MAX_MIB, "leveret.message_memory_bytes=4MiB", WATERMARK);
    }

    private void listen(Connection publisher) {
        publisher.addBlockedListener(
                reason -> {
                    told.add(reason);
                    isTold.countDown();
                },
                () -> told.add(UNBLOCKED));
    }

    /**
     * Only who publishes is told, so that it goes on after so many at once. By a thread of its own: as soon as the broker does not read any
     * more, it may wait for as long as that lasts.
     */
    private void publishUntilTold(Channel channel, int atOnce) {
        Thread publishing = new Thread(
                () -> {
                    try {
                        for (int i = 0; !isTold.await(i < atOnce ? 0 : POLL_MS, TimeUnit.MILLISECONDS); i++) {
                            channel.basicPublish("", QUEUE, null, new byte[1]);
                        }
                    } catch (IOException | InterruptedException e) {
                        told.add(e.toString());
                    }
                },
                "publisher");
        publishing.setDaemon(true);
        publishing.start();
    }

    /** It ends with the server: what was on its way may have it blocked again, and then nobody reads its goodbye. */
    private static Connection connect(ServerProcess server) throws IOException, TimeoutException {
        ConnectionFactory factory = new ConnectionFactory();
        factory.setHost(server.address().getHostString());
        factory.setPort(server.address().getPort());
        factory.setAutomaticRecoveryEnabled(false);
        return factory.newConnection();
    }
}
