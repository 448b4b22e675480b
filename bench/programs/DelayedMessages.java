import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.Random;
import java.util.stream.LongStream;

/**
 * Publishes messages that fall due over some time, each with that time in its first eight bytes and its number in the next four, and ends when all
 * is confirmed. Run by bench/delay:
 * {@code DelayedMessages PORT NAME MESSAGES BYTES FIRST_DUE_MS SPREAD_MS ordered|random}, where the first is due at a time since 1970.
 */
public class DelayedMessages {

    private static final int UNCONFIRMED = 50_000;

    public static void main(String[] arguments) throws Exception {
        ConnectionFactory factory = new ConnectionFactory();
        factory.setPort(Integer.parseInt(arguments[0]));
        String name = arguments[1];
        int messages = Integer.parseInt(arguments[2]);
        byte[] body = new byte[Integer.parseInt(arguments[3])];
        long firstMs = Long.parseLong(arguments[4]);
        long spreadMs = Long.parseLong(arguments[5]);
        boolean random = arguments[6].equals("random");
        try (Connection connection = factory.newConnection();
                Channel channel = connection.createChannel()) {
            channel.exchangeDeclare(name, "x-delayed-message", true, false, Map.of("x-delayed-type", "fanout"));
            channel.queueDeclare(name, true, false, false, null);
            channel.queueBind(name, name, "");
            publish(channel, name, body, random ? new Random(1).longs(messages, 0, spreadMs) : LongStream.range(0, messages)
                    .map(i -> i * spreadMs / messages), firstMs, messages);
        }
    }

    private static void publish(Channel channel, String name, byte[] body, LongStream dues, long firstMs, int messages)
            throws Exception {
        channel.confirmSelect();
        long began = System.nanoTime();
        int number = 0;
        for (var next = dues.iterator(); next.hasNext(); ) {
            long dueMs = firstMs + next.nextLong();
            ByteBuffer.wrap(body).putLong(dueMs).putInt(number);
            Map<String, Object> headers = Map.of("x-deliver-at", dueMs);
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
}
