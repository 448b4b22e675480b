import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.AMQP.Queue;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.DefaultConsumer;
import com.rabbitmq.client.Envelope;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.Histogram;

/**
 * Fills a durable queue, does one thing to all that is in it while another queue has steady traffic, and counts afterwards: each message has
 * its number in its body. Run by bench/million: {@code Million PORT delete|purge|requeue|expire|limit MESSAGES RATE FILL_SECONDS}, the last being how
 * long the queue may take to fill before anything expires. It says when a limit is to
 * be set, and at the end what it measured.
 */
public class Million {

    private static final String QUEUE = "million";
    private static final String DEAD = "million-dead";
    private static final int BODY_BYTES = 16;
    private static final int UNCONFIRMED = 50_000;
    /** RabbitMQ's largest prefetch, below what Leveret gives to a consumer without one. */
    private static final int PREFETCH = 65_000;
    /** After this the watchdog logs a long gap even if there was a longer one before. */
    private static final int QUIET_SECONDS = 11;

    private static final int LIMIT = 10;
    private static final long PATIENCE_SECONDS = 600;

    private final ConnectionFactory factory = new ConnectionFactory();
    private final String what;
    private final int messages;
    private final Connection connection;
    private final Channel channel;
    private final Connection holder;
    private final List<Channel> holding = new ArrayList<>();

    public static void main(String[] arguments) throws Exception {
        Million million = new Million(Integer.parseInt(arguments[0]), arguments[1], Integer.parseInt(arguments[2]));
        million.run(Integer.parseInt(arguments[3]), TimeUnit.SECONDS.toMillis(Long.parseLong(arguments[4])));
        System.exit(0);
    }

    private Million(int port, String what, int messages) throws Exception {
        factory.setPort(port);
        factory.setAutomaticRecoveryEnabled(false);
        this.what = what;
        this.messages = messages;
        connection = factory.newConnection();
        channel = connection.createChannel();
        holder = factory.newConnection();
    }

    private void run(int rate, long fillMs) throws Exception {
        boolean leaves = what.equals("expire") || what.equals("limit");
        Map<String, Object> toDead = Map.of("x-dead-letter-exchange", "", "x-dead-letter-routing-key", DEAD);
        channel.queueDeclare(QUEUE, true, false, false, leaves ? toDead : null);
        channel.queueDeclare(DEAD, true, false, false, null);
        long expiresAt = what.equals("expire") ? System.currentTimeMillis() + fillMs : 0;
        fill(expiresAt);
        if (what.equals("requeue")) {
            hold(messages);
        } else if (what.equals("purge")) {
            hold(messages / 2);
        }
        Traffic other = new Traffic(factory, rate);
        other.start();
        TimeUnit.SECONDS.sleep(QUIET_SECONDS);
        if (expiresAt > 0) {
            TimeUnit.MILLISECONDS.sleep(expiresAt - System.currentTimeMillis());
        }
        long beganMs = System.currentTimeMillis();
        long began = System.nanoTime();
        other.count(true);
        act();
        long nanos = System.nanoTime() - began;
        // What came late because of it counts as well.
        TimeUnit.MILLISECONDS.sleep(500);
        other.count(false);
        long endedMs = System.currentTimeMillis();
        other.end();
        recount();
        other.report(nanos, beganMs, endedMs);
    }

    private void fill(long expiresAt) throws Exception {
        channel.confirmSelect();
        byte[] body = new byte[BODY_BYTES];
        BasicProperties properties = new BasicProperties.Builder().deliveryMode(2).build();
        for (int number = 0; number < messages; number++) {
            ByteBuffer.wrap(body).putInt(number);
            if (expiresAt > 0 && number % 100 == 0) {
                long left = expiresAt - System.currentTimeMillis();
                check(left > 5_000, "the queue was filled too late");
                properties = properties.builder().expiration(Long.toString(left)).build();
            }
            channel.basicPublish("", QUEUE, properties, body);
            if ((number + 1) % UNCONFIRMED == 0) {
                channel.waitForConfirmsOrDie(120_000);
            }
        }
        channel.waitForConfirmsOrDie(120_000);
        check(count(QUEUE) == messages, "not all were there");
    }

    /** Has so many delivered, which nobody acknowledges. */
    private void hold(int count) throws Exception {
        CountDownLatch left = new CountDownLatch(count);
        for (int held = 0; held < count; held += PREFETCH) {
            Channel each = holder.createChannel();
            // Not more in all: the rest is to stay.
            each.basicQos(Math.min(PREFETCH, count - held));
            each.basicConsume(QUEUE, false, new DefaultConsumer(each) {
                @Override
                public void handleDelivery(String tag, Envelope envelope, BasicProperties properties, byte[] body) {
                    left.countDown();
                }
            });
            holding.add(each);
        }
        check(left.await(PATIENCE_SECONDS, TimeUnit.SECONDS), "not all were delivered");
        check(count(QUEUE) == messages - count, "more or less than that are ready");
    }

    private void act() throws Exception {
        switch (what) {
            case "delete" -> check(channel.queueDelete(QUEUE).getMessageCount() == messages, "deleted a wrong number");
            case "purge" -> check(channel.queuePurge(QUEUE).getMessageCount() == messages - messages / 2, "purged a wrong number");
            case "requeue" -> {
                holder.abort(0);
                await(QUEUE, messages);
            }
            case "expire" -> await(DEAD, messages);
            case "limit" -> {
                System.out.printf("{\"limit\": %d}%n", LIMIT);
                await(DEAD, messages - LIMIT);
            }
            default -> throw new IllegalArgumentException(what);
        }
    }

    /** Nothing is lost, and nothing is there twice. */
    private void recount() throws Exception {
        switch (what) {
            case "delete" -> channel.queueDeclare(QUEUE, true, false, false, null);
            case "purge" -> {
                holder.abort(0);
                await(QUEUE, messages / 2);
                drain(QUEUE, 0, messages / 2, true);
            }
            case "requeue" -> drain(QUEUE, 0, messages, true);
            case "expire" -> drain(DEAD, 0, messages, false);
            default -> {
                drain(DEAD, 0, messages - LIMIT, true);
                drain(QUEUE, messages - LIMIT, messages, true);
            }
        }
        check(count(QUEUE) == 0, "something is left");
        check(count(DEAD) == 0, "something is left of the dead letters");
    }

    private void await(String queue, int count) throws Exception {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (count(queue) < count) {
            check(System.nanoTime() < end, "it never came to its end");
            LockSupport.parkNanos(10_000_000);
        }
    }

    private int count(String queue) throws Exception {
        Queue.DeclareOk found = channel.queueDeclarePassive(queue);
        return found.getMessageCount();
    }

    /**
     * Each comes once, and nothing else.
     *
     * @param ordered whether they come in the order of their numbers; they expire in that of their deadlines, which a client can't give
     *     to the millisecond
     */
    private void drain(String queue, int first, int end, boolean ordered) throws Exception {
        CountDownLatch done = new CountDownLatch(end - first);
        BitSet came = new BitSet(end);
        AtomicInteger wrong = new AtomicInteger();
        AtomicInteger last = new AtomicInteger(-1);
        Channel draining = connection.createChannel();
        draining.basicConsume(queue, true, new DefaultConsumer(draining) {
            @Override
            public void handleDelivery(String tag, Envelope envelope, BasicProperties properties, byte[] body) {
                int number = ByteBuffer.wrap(body).getInt();
                boolean behind = number > last.getAndSet(number) || !ordered;
                if (number < first || number >= end || came.get(number) || !behind) {
                    wrong.incrementAndGet();
                }
                came.set(number);
                done.countDown();
            }
        });
        check(done.await(PATIENCE_SECONDS, TimeUnit.SECONDS), "not all came back: " + done.getCount() + " are missing");
        draining.close();
        check(wrong.get() == 0, wrong + " came twice, out of order, or from elsewhere");
    }

    private static void check(boolean holds, String otherwise) {
        if (!holds) {
            System.err.println("Million: " + otherwise);
            System.exit(1);
        }
    }

    /** Messages at a steady rate through a queue of their own, timed from when each is meant to be sent. */
    private static final class Traffic extends Thread {

        private final Histogram nanos = new Histogram(TimeUnit.MINUTES.toNanos(10), 3);
        private final Channel publishing;
        private final long intervalNanos;
        private volatile boolean counting;
        private volatile boolean ended;

        Traffic(ConnectionFactory factory, int rate) throws Exception {
            super("traffic");
            intervalNanos = TimeUnit.SECONDS.toNanos(1) / rate;
            publishing = factory.newConnection().createChannel();
            publishing.queueDeclare("steady", false, false, true, null);
            Channel consuming = factory.newConnection().createChannel();
            consuming.basicConsume("steady", true, new DefaultConsumer(consuming) {
                @Override
                public void handleDelivery(String tag, Envelope envelope, BasicProperties properties, byte[] body) {
                    take(ByteBuffer.wrap(body));
                }
            });
        }

        private void take(ByteBuffer body) {
            if (body.getInt(8) == 1) {
                synchronized (nanos) {
                    nanos.recordValue(Math.max(0, System.nanoTime() - body.getLong(0)));
                }
            }
        }

        void count(boolean from) {
            counting = from;
        }

        void end() throws InterruptedException {
            ended = true;
            join();
            TimeUnit.MILLISECONDS.sleep(500);
        }

        @Override
        public void run() {
            byte[] body = new byte[BODY_BYTES];
            try {
                for (long meant = System.nanoTime(); !ended; meant += intervalNanos) {
                    long early = meant - System.nanoTime();
                    if (early > 0) {
                        LockSupport.parkNanos(early);
                    }
                    ByteBuffer.wrap(body).putLong(meant).putInt(counting ? 1 : 0);
                    publishing.basicPublish("", "steady", null, body);
                }
            } catch (Exception e) {
                check(false, "the steady traffic failed: " + e);
            }
        }

        void report(long took, long beganMs, long endedMs) {
            synchronized (nanos) {
                System.out.printf(
                        Locale.ROOT,
                        "{\"began_ms\": %d, \"ended_ms\": %d, \"seconds\": %.3f, \"messages\": %d, \"p50_ms\": %.3f, \"p999_ms\": %.3f, \"max_ms\": %.3f}%n",
                        beganMs,
                        endedMs,
                        took / 1e9,
                        nanos.getTotalCount(),
                        nanos.getValueAtPercentile(50) / 1e6,
                        nanos.getValueAtPercentile(99.9) / 1e6,
                        nanos.getMaxValue() / 1e6);
            }
        }
    }
}
