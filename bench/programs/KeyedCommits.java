import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.Histogram;

/**
 * Publishes messages with deduplication keys at a steady rate, waiting for the confirm of each, first alone and then while another client commits
 * transactions of many keyed messages to another queue; prints how long the confirms took. Run by bench/keyed-commits:
 * {@code KeyedCommits PORT MESSAGES COMMITS RATE}.
 */
public class KeyedCommits {

    private static final String HEADER = "x-deduplication-header";
    private static final byte[] BODY = new byte[100];
    private static final int WARM_UP_COMMITS = 30;
    private static final int PAUSE_MS = 500;

    private final ConnectionFactory factory = new ConnectionFactory();
    private final int messages;
    private final int commits;
    private final long intervalNanos;
    private long keys;

    public static void main(String[] arguments) throws Exception {
        KeyedCommits program = new KeyedCommits(
                Integer.parseInt(arguments[0]),
                Integer.parseInt(arguments[1]),
                Integer.parseInt(arguments[2]),
                Integer.parseInt(arguments[3]));
        program.run();
        System.exit(0);
    }

    private KeyedCommits(int port, int messages, int commits, int rate) {
        factory.setPort(port);
        this.messages = messages;
        this.commits = commits;
        this.intervalNanos = TimeUnit.SECONDS.toNanos(1) / rate;
    }

    private void run() throws Exception {
        Connection connection = factory.newConnection();
        Channel committing = declare(connection, "committed");
        committing.txSelect();
        Steady steady = new Steady(declare(factory.newConnection(), "steady"));
        steady.start();
        for (int i = 0; i < WARM_UP_COMMITS; i++) {
            commit(committing);
        }
        TimeUnit.SECONDS.sleep(5);
        steady.reset();
        TimeUnit.SECONDS.sleep(10);
        steady.report("alone");
        steady.reset();
        Histogram took = new Histogram(3);
        for (int i = 0; i < commits; i++) {
            took.recordValue(commit(committing));
            TimeUnit.MILLISECONDS.sleep(PAUSE_MS);
        }
        steady.report("beside commits of " + messages);
        report("the commits", took);
    }

    private static Channel declare(Connection connection, String queue) throws Exception {
        Channel channel = connection.createChannel();
        channel.queueDeclare(
                queue, true, false, false, Map.of("x-message-deduplication", true, "x-cache-size", 1_000_000, "x-max-length", 10));
        return channel;
    }

    /** Returns how long the commit itself took, in nanoseconds. */
    private long commit(Channel channel) throws Exception {
        for (int i = 0; i < messages; i++) {
            channel.basicPublish("", "committed", keyed("c" + keys++), BODY);
        }
        // What was published is there, and the publishing of it is nothing that counts.
        channel.queueDeclarePassive("committed");
        long began = System.nanoTime();
        channel.txCommit();
        return System.nanoTime() - began;
    }

    private static BasicProperties keyed(String key) {
        return new BasicProperties.Builder().deliveryMode(2).headers(Map.of(HEADER, key)).build();
    }

    private static void report(String what, Histogram nanos) {
        System.out.printf(
                Locale.ROOT,
                "%s: %,d, p50 %.2f ms, p99 %.2f ms, p99.9 %.2f ms, longest %.2f ms%n",
                what,
                nanos.getTotalCount(),
                nanos.getValueAtPercentile(50) / 1e6,
                nanos.getValueAtPercentile(99) / 1e6,
                nanos.getValueAtPercentile(99.9) / 1e6,
                nanos.getMaxValue() / 1e6);
    }

    /** One message after the other, each timed from when it is meant to be sent. */
    private final class Steady extends Thread {

        private final Channel channel;
        private Histogram nanos = new Histogram(3);

        Steady(Channel channel) throws Exception {
            super("steady");
            setDaemon(true);
            this.channel = channel;
            channel.confirmSelect();
        }

        synchronized void reset() {
            nanos = new Histogram(3);
        }

        synchronized void report(String what) {
            KeyedCommits.report(what, nanos);
        }

        private synchronized void record(long value) {
            nanos.recordValue(value);
        }

        @Override
        public void run() {
            try {
                long meant = System.nanoTime();
                for (long number = 0; ; number++) {
                    long early = meant - System.nanoTime();
                    if (early > 0) {
                        LockSupport.parkNanos(early);
                    }
                    channel.basicPublish("", "steady", keyed("s" + number), BODY);
                    channel.waitForConfirmsOrDie(60_000);
                    record(System.nanoTime() - meant);
                    meant += intervalNanos;
                }
            } catch (Exception failure) {
                System.err.println("KeyedCommits: the steady publisher failed: " + failure);
                System.exit(1);
            }
        }
    }
}
