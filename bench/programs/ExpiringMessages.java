import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.Random;

/**
 * Publishes persistent messages into one durable queue that expire at random times, each with that time in its first eight bytes and its number in
 * the next four, and ends when all is confirmed; what expires goes to another queue. Run by bench/expire:
 * {@code ExpiringMessages PORT QUEUE DEAD_QUEUE MESSAGES BYTES FIRST_MS SPREAD_MS}, where the first expires at a time since 1970.
 */
public class ExpiringMessages {

    /** Few, since a time to live begins when the broker has the message. */
    private static final int UNCONFIRMED = 2_000;

    public static void main(String[] arguments) throws Exception {
        ConnectionFactory factory = new ConnectionFactory();
        factory.setPort(Integer.parseInt(arguments[0]));
        String queue = arguments[1];
        String dead = arguments[2];
        try (Connection connection = factory.newConnection();
                Channel channel = connection.createChannel()) {
            channel.queueDeclare(dead, true, false, false, null);
            channel.queueDeclare(queue, true, false, false, Map.of("x-dead-letter-exchange", "", "x-dead-letter-routing-key", dead));
            channel.confirmSelect();
            int messages = Integer.parseInt(arguments[3]);
            long firstMs = Long.parseLong(arguments[5]);
            long began = System.nanoTime();
            publish(channel, queue, messages, new byte[Integer.parseInt(arguments[4])], firstMs, Long.parseLong(arguments[6]));
            double seconds = (System.nanoTime() - began) / 1e9;
            System.out.printf("published %,d in %.1f s: %,.0f/s%n", messages, seconds, messages / seconds);
            if (channel.queueDeclarePassive(queue).getMessageCount() != messages) {
                System.err.println("ExpiringMessages: not all were there before the first one's time: begin later");
                System.exit(1);
            }
        }
    }

    private static void publish(Channel channel, String queue, int messages, byte[] body, long firstMs, long spreadMs)
            throws Exception {
        Random random = new Random(1);
        for (int number = 0; number < messages; number++) {
            long expiresMs = firstMs + random.nextLong(spreadMs);
            ByteBuffer.wrap(body).putLong(expiresMs).putInt(number);
            String expiration = Long.toString(Math.max(0, expiresMs - System.currentTimeMillis()));
            channel.basicPublish("", queue, new BasicProperties.Builder().deliveryMode(2).expiration(expiration).build(), body);
            if ((number + 1) % UNCONFIRMED == 0) {
                channel.waitForConfirmsOrDie(120_000);
            }
        }
        channel.waitForConfirmsOrDie(120_000);
    }
}
