import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.LongStream;
import org.HdrHistogram.Histogram;

/**
 * Publishes messages that fall due over some time, and tells how late they come. Run by bench/delay:
 * {@code DelayedMessages PORT NAME MESSAGES BYTES FIRST_DUE_MS SPREAD_MS ordered|random publish|consume [UNCOUNTED]}. With {@code publish} it
 * ends when all is confirmed; how late the first UNCOUNTED come is not told, since both JVMs load classes for them.
 */
public class DelayedMessages {

    private static final int UNCONFIRMED = 50_000;

    public static void main(String[] arguments) throws Exception {
        ConnectionFactory factory = new ConnectionFactory();
        factory.setPort(Integer.parseInt(arguments[0]));
        String name = arguments[1];
        int messages = Integer.parseInt(arguments[2]);
        byte[] body = new byte[Integer.parseInt(arguments[3])];
        long firstMs = System.currentTimeMillis() + Long.parseLong(arguments[4]);
        long spreadMs = Long.parseLong(arguments[5]);
        boolean random = arguments[6].equals("random");
        try (Connection connection = factory.newConnection();
                Channel channel = connection.createChannel()) {
            channel.exchangeDeclare(name, "x-delayed-message", true, false, Map.of("x-delayed-type", "fanout"));
            channel.queueDeclare(name, true, false, false, null);
            channel.queueBind(name, name, "");
            publish(channel, name, body, random ? new Random(1).longs(messages, 0, spreadMs) : LongStream.range(0, messages)
                    .map(i -> i * spreadMs / messages), firstMs, messages);
            if (arguments[7].equals("consume")) {
                int uncounted = arguments.length > 8 ? Integer.parseInt(arguments[8]) : 0;
                consume(connection.createChannel(), name, messages, uncounted, firstMs + spreadMs);
            }
        }
    }

    private static void publish(Channel channel, String name, byte[] body, LongStream dues, long firstMs, int messages)
            throws Exception {
        channel.confirmSelect();
        long began = System.nanoTime();
        int number = 0;
        for (var next = dues.iterator(); next.hasNext(); ) {
            Map<String, Object> headers = Map.of("x-deliver-at", firstMs + next.nextLong());
            channel.basicPublish(name, "", new BasicProperties.Builder().deliveryMode(2).headers(headers).build(), body);
            if (++number % UNCONFIRMED == 0) {
                channel.waitForConfirmsOrDie(120_000);
            }
        }
        channel.waitForConfirmsOrDie(120_000);
        double seconds = (System.nanoTime() - began) / 1e9;
        System.out.printf("published %,d in %.1f s: %,.0f/s%n", messages, seconds, messages / seconds);
        if (System.currentTimeMillis() > firstMs) {
            System.out.println("the first fell due before the last was published: begin later");
        }
    }

    private static void consume(Channel channel, String name, int messages, int uncounted, long endMs) throws Exception {
        Histogram lateMs = new Histogram(3);
        Semaphore got = new Semaphore(0);
        AtomicLong lastMs = new AtomicLong();
        AtomicLong came = new AtomicLong();
        channel.basicConsume(name, true, (tag, delivery) -> {
            long nowMs = System.currentTimeMillis();
            long dueMs = (Long) delivery.getProperties().getHeaders().get("x-deliver-at");
            if (came.incrementAndGet() > uncounted) {
                lateMs.recordValue(Math.max(0, nowMs - dueMs));
            }
            lastMs.set(nowMs);
            got.release();
        }, tag -> {});
        got.acquire(messages);
        System.out.printf(
                "all came, the last %,d ms after the end; late: half %d ms, 90 %% %d ms, 99 %% %d ms, most %d ms%n",
                lastMs.get() - endMs, lateMs.getValueAtPercentile(50), lateMs.getValueAtPercentile(90), lateMs.getValueAtPercentile(99), lateMs.getMaxValue());
    }
}
