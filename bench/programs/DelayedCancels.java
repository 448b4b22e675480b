import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import java.nio.ByteBuffer;
import java.util.BitSet;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.Histogram;

/**
 * Timeouts of orders: many delayed messages wait, and for each that is published another one, chosen at random among those that wait, is cancelled.
 * First at a rate, then as fast as all is confirmed. A sample of what waits falls due at the end, so that is seen what comes. Prints a JSON object
 * after each step. Run by bench/delay: {@code DelayedCancels PORT WAITING BYTES DELAY_MS SECONDS RATE WINDOW}, with seconds for both steps together, a
 * rate of cancels a second, and a window of unconfirmed publishes and cancels.
 */
public class DelayedCancels {

    private static final String NAME = "order-timeouts";
    private static final int SAMPLE = 10_000;
    private static final int WHILE_FILLING = 20_000;

    /** Who counts what is gone has this time between the steps. */
    private static final int PAUSE_SECONDS = 5;

    /** The sample falls due so long after the last step. */
    private static final int MARGIN_SECONDS = 15;

    /** Nothing that comes so late is waited for. */
    private static final int QUIET_SECONDS = 3;

    private static final int PATIENCE_SECONDS = 120;

    private final Channel channel;
    private final byte[] body;
    private final long delayMs;
    private final Confirms confirms;
    private final Random random = new Random(1);

    /** The numbers of all that wait. */
    private final int[] waiting;

    private final BitSet cancelledSample = new BitSet(SAMPLE);
    private int published;
    private long cancels;

    public static void main(String[] arguments) throws Exception {
        ConnectionFactory factory = new ConnectionFactory();
        factory.setPort(Integer.parseInt(arguments[0]));
        int seconds = Integer.parseInt(arguments[4]);
        int rate = Integer.parseInt(arguments[5]);
        int window = Integer.parseInt(arguments[6]);
        try (Connection connection = factory.newConnection();
                Channel channel = connection.createChannel()) {
            DelayedCancels program = new DelayedCancels(
                    channel,
                    Integer.parseInt(arguments[1]),
                    Integer.parseInt(arguments[2]),
                    Long.parseLong(arguments[3]));
            program.fill(seconds);
            program.exchange("steady", seconds / 2, TimeUnit.SECONDS.toNanos(1) / rate, window);
            TimeUnit.SECONDS.sleep(PAUSE_SECONDS);
            program.exchange("at full speed", seconds - seconds / 2, 0, window);
            program.receive();
        }
    }

    private DelayedCancels(Channel channel, int messages, int bytes, long delayMs) throws Exception {
        this.channel = channel;
        this.waiting = new int[messages];
        this.body = new byte[bytes];
        this.delayMs = delayMs;
        this.confirms = new Confirms(WHILE_FILLING);
        channel.exchangeDeclare(NAME, "x-delayed-message", true, false, Map.of("x-delayed-type", "fanout"));
        channel.queueDeclare(NAME, true, false, false, null);
        channel.queueBind(NAME, NAME, "");
        channel.confirmSelect();
        channel.addConfirmListener(confirms::confirmed, (number, multiple) -> {
            System.err.println("DelayedCancels: " + number + " was refused");
            System.exit(1);
        });
    }

    /** The sample comes last, since its time is told from now. */
    private void fill(int seconds) throws Exception {
        long began = System.nanoTime();
        for (int i = 0; i < waiting.length; i++) {
            boolean inSample = waiting.length - i <= SAMPLE;
            long ms = inSample ? TimeUnit.SECONDS.toMillis(seconds + PAUSE_SECONDS + MARGIN_SECONDS) : delayMs;
            waiting[i] = publish(ms, 0);
        }
        confirms.await();
        System.out.printf(
                Locale.ROOT, "{\"step\": \"filled\", \"messages\": %d, \"seconds\": %.3f}%n", waiting.length, since(began));
    }

    private int publish(long ms, long meantNanos) throws Exception {
        int number = published++;
        ByteBuffer.wrap(body).putInt(number);
        confirms.sends(channel.getNextPublishSeqNo(), meantNanos);
        channel.basicPublish(NAME, "", properties(number, Map.of("x-delay", ms)), body);
        return number;
    }

    private void cancel(int number, long meantNanos) throws Exception {
        confirms.sends(channel.getNextPublishSeqNo(), meantNanos);
        channel.basicPublish(NAME, "", properties(number, Map.of("x-cancel", true)), new byte[0]);
        cancels++;
        int inSample = number - (waiting.length - SAMPLE);
        if (inSample >= 0 && inSample < SAMPLE) {
            cancelledSample.set(inSample);
        }
    }

    private static BasicProperties properties(int number, Map<String, Object> headers) {
        return new BasicProperties.Builder()
                .messageId("order-" + number)
                .deliveryMode(2)
                .headers(headers)
                .build();
    }

    /** @param intervalNanos between two cancels; 0 for as fast as can be */
    private void exchange(String step, int seconds, long intervalNanos, int window) throws Exception {
        confirms.begin(window);
        long before = cancels;
        long began = System.nanoTime();
        long end = began + TimeUnit.SECONDS.toNanos(seconds);
        for (long meant = began; meant < end; meant = intervalNanos == 0 ? System.nanoTime() : meant + intervalNanos) {
            LockSupport.parkNanos(meant - System.nanoTime());
            int at = random.nextInt(waiting.length);
            int added = publish(delayMs, 0);
            cancel(waiting[at], intervalNanos == 0 ? System.nanoTime() : meant);
            waiting[at] = added;
        }
        confirms.await();
        report(step, cancels - before, since(began), confirms.end());
    }

    private void report(String step, long done, double seconds, Histogram nanos) {
        System.out.printf(
                Locale.ROOT,
                "{\"step\": \"%s\", \"cancels\": %d, \"of_all\": %d, \"seconds\": %.3f, \"p50_ms\": %.3f, \"p99_ms\": %.3f, \"max_ms\": %.3f}%n",
                step,
                done,
                cancels,
                seconds,
                nanos.getValueAtPercentile(50) / 1e6,
                nanos.getValueAtPercentile(99) / 1e6,
                nanos.getMaxValue() / 1e6);
    }

    private static double since(long nanos) {
        return (System.nanoTime() - nanos) / 1e9;
    }

    /** All of the sample that was not cancelled comes, once, and nothing else does. */
    private void receive() throws Exception {
        int expected = SAMPLE - cancelledSample.cardinality();
        Came came = new Came();
        channel.basicConsume(NAME, true, (tag, delivery) -> came.take(ByteBuffer.wrap(delivery.getBody()).getInt()), tag -> {});
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (came.right() < expected && System.nanoTime() < end) {
            TimeUnit.MILLISECONDS.sleep(10);
        }
        TimeUnit.SECONDS.sleep(QUIET_SECONDS);
        System.out.printf(
                "{\"step\": \"sample\", \"of\": %d, \"expected\": %d, \"came\": %d, \"wrong\": %d}%n",
                SAMPLE, expected, came.right(), came.wrong());
    }

    private final class Came {

        private final BitSet once = new BitSet(SAMPLE);
        private int wrong;

        synchronized void take(int number) {
            int inSample = number - (waiting.length - SAMPLE);
            if (inSample < 0 || inSample >= SAMPLE || cancelledSample.get(inSample) || once.get(inSample)) {
                wrong++;
            } else {
                once.set(inSample);
            }
        }

        synchronized int right() {
            return once.cardinality();
        }

        synchronized int wrong() {
            return wrong;
        }
    }

    /** What was sent and is not confirmed, which is bounded; and how long confirms took of that which is timed. */
    private static final class Confirms {

        private static final long CONFIRMED = Long.MIN_VALUE;

        private final long[] meantNanos;
        private final Semaphore free;
        private int window;
        private Histogram nanos = new Histogram(3);
        private long oldest = 1;
        private long newest;

        Confirms(int window) {
            this.window = window;
            this.free = new Semaphore(window);
            this.meantNanos = new long[2 * window];
        }

        /** @param meant when it was meant to be sent; 0 if it is not timed */
        void sends(long number, long meant) throws Exception {
            if (!free.tryAcquire(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                throw new IllegalStateException("no confirm for " + PATIENCE_SECONDS + " s");
            }
            synchronized (this) {
                meantNanos[place(number)] = meant;
                newest = number;
            }
        }

        private int place(long number) {
            return (int) (number % meantNanos.length);
        }

        synchronized void confirmed(long number, boolean multiple) {
            long now = System.nanoTime();
            for (long each = multiple ? oldest : number; each <= number; each++) {
                long meant = meantNanos[place(each)];
                if (meant != CONFIRMED) {
                    meantNanos[place(each)] = CONFIRMED;
                    free.release();
                    if (meant != 0) {
                        nanos.recordValue(now - meant);
                    }
                }
            }
            while (oldest <= newest && meantNanos[place(oldest)] == CONFIRMED) {
                oldest++;
            }
        }

        void await() throws Exception {
            if (!free.tryAcquire(window, PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                throw new IllegalStateException("not all was confirmed after " + PATIENCE_SECONDS + " s");
            }
            free.release(window);
        }

        /** All is confirmed; from now on so many may be on their way, no more than at first. */
        synchronized void begin(int most) {
            free.drainPermits();
            free.release(most);
            window = most;
            nanos = new Histogram(3);
        }

        synchronized Histogram end() {
            return nanos;
        }
    }
}
