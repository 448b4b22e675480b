package io.leveret.interop.crash;

import static org.assertj.core.api.Assertions.assertThat;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.DefaultConsumer;
import com.rabbitmq.client.Envelope;
import io.leveret.interop.process.ServerProcess;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Many messages that fall due over a minute at random, many times what a broker keeps in memory here: each comes once, in due order. */
@Timeout(240)
class ManyDelaysTest {

    private static final int MESSAGES = 200_000;
    private static final int BODY_BYTES = 100;

    /** Milliseconds in which publishing should be over; what takes longer is late, and not in order. */
    private static final int PUBLISHING_MS = 5_000;

    private static final int SPREAD_MS = 60_000;
    private static final int UNCONFIRMED = 20_000;
    private static final int PREFETCH = 1_000;
    private static final int TIMEOUT_MS = 60_000;

    private final Random random = new Random(5);

    @Test
    void eachComesOnceInDueOrderAndNoneEarly() throws Exception {
        try (ServerProcess server =
                        ServerProcess.start(CrashSettings.HEAP_MAX_MIB, CrashSettings.SETTINGS.toArray(String[]::new));
                Client client = Client.connect(server.address())) {
            Channel channel = client.channel();
            channel.exchangeDeclare("later", "x-delayed-message", true, false, Map.of("x-delayed-type", "fanout"));
            channel.queueDeclare("q", true, false, false, null);
            channel.queueBind("q", "later", "");

            long[] dueMs = publish(channel);
            long publishedMs = System.currentTimeMillis();
            Arrivals arrivals = new Arrivals(client.channel(), dueMs);
            arrivals.await();

            assertThat(arrivals.faults).isEmpty();
            assertThat(arrivals.outOfOrderSince(publishedMs)).isZero();
            System.out.println("delayed messages: " + arrivals.lateness());
        }
    }

    private long[] publish(Channel channel) throws Exception {
        long[] dueMs = new long[MESSAGES];
        long startMs = System.currentTimeMillis() + PUBLISHING_MS;
        channel.confirmSelect();
        for (int i = 0; i < MESSAGES; i++) {
            dueMs[i] = startMs + random.nextInt(SPREAD_MS);
            BasicProperties properties = new BasicProperties.Builder()
                    .deliveryMode(2)
                    .headers(Map.of("x-deliver-at", dueMs[i]))
                    .build();
            byte[] body = ByteBuffer.allocate(BODY_BYTES).putInt(i).array();
            channel.basicPublish("later", "", properties, body);
            if (i % UNCONFIRMED == UNCONFIRMED - 1) {
                channel.waitForConfirmsOrDie(TIMEOUT_MS);
            }
        }
        channel.waitForConfirmsOrDie(TIMEOUT_MS);
        return dueMs;
    }

    /** What came, and when. Its fields are the callbacks' until the last has come. */
    private static final class Arrivals extends DefaultConsumer {

        private final long[] dueMs;
        private final long[] lateMs = new long[MESSAGES];
        private final int[] order = new int[MESSAGES];
        private final BitSet came = new BitSet(MESSAGES);
        private final List<String> faults = new ArrayList<>();
        private final CountDownLatch missing = new CountDownLatch(MESSAGES);

        Arrivals(Channel channel, long[] dueMs) throws IOException {
            super(channel);
            this.dueMs = dueMs;
            channel.basicQos(PREFETCH);
            channel.basicConsume("q", false, this);
        }

        @Override
        public void handleDelivery(String tag, Envelope envelope, BasicProperties properties, byte[] body)
                throws IOException {
            int number = ByteBuffer.wrap(body).getInt();
            int before = (int) (MESSAGES - missing.getCount());
            if (came.get(number)) {
                faults.add("message " + number + " came again");
                return;
            }
            came.set(number);
            order[before] = number;
            lateMs[number] = System.currentTimeMillis() - dueMs[number];
            if (lateMs[number] < 0) {
                faults.add("message " + number + " came " + -lateMs[number] + " ms early");
            }
            if (envelope.getDeliveryTag() % (PREFETCH / 4) == 0 || missing.getCount() == 1) {
                getChannel().basicAck(envelope.getDeliveryTag(), true);
            }
            missing.countDown();
        }

        void await() throws InterruptedException {
            assertThat(missing.await(SPREAD_MS + PUBLISHING_MS + TIMEOUT_MS, TimeUnit.MILLISECONDS))
                    .as("all came but %d", missing.getCount())
                    .isTrue();
        }

        /** How many came after one that was due later, of those that fell due after a time. */
        long outOfOrderSince(long sinceMs) {
            long outOfOrder = 0;
            long latestMs = sinceMs;
            for (int number : order) {
                if (dueMs[number] > sinceMs) {
                    outOfOrder += dueMs[number] < latestMs ? 1 : 0;
                    latestMs = Math.max(latestMs, dueMs[number]);
                }
            }
            return outOfOrder;
        }

        String lateness() {
            long[] sorted = lateMs.clone();
            Arrays.sort(sorted);
            return "half at most " + sorted[MESSAGES / 2] + " ms late, 99 % " + sorted[MESSAGES / 100 * 99]
                    + " ms, all " + sorted[MESSAGES - 1] + " ms";
        }
    }
}
