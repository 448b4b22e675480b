package io.leveret.interop.crash;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Channel;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** Something that is made before a clean restart, and looked at after it. Each has names of its own. */
interface RestartCase {

    /** In the order in which they are made, and looked at. */
    static List<RestartCase> all() {
        return Stream.<RestartCase[]>of(TimedRestart.values(), TopologyRestart.values(), MessageRestart.values())
                .flatMap(Stream::of)
                .toList();
    }

    /** On a channel in confirm mode; the restart comes when it is confirmed, and breaks its connection. */
    void before(Channel channel) throws Exception;

    void after(Observer observer) throws Exception;

    /** Of Leveret; and of RabbitMQ, except where it is known to answer something else. */
    List<String> expected();

    default List<String> expectedOfRabbitMq() {
        return expected();
    }

    /** Of the enums that these are. */
    String name();

    default String sentence() {
        return name().charAt(0) + name().substring(1).toLowerCase(Locale.ROOT).replace('_', ' ');
    }

    static BasicProperties persistent() {
        return new BasicProperties.Builder().deliveryMode(2).build();
    }

    static void publish(Channel channel, String exchange, String key, BasicProperties properties, String body)
            throws IOException {
        channel.basicPublish(exchange, key, properties, body.getBytes(StandardCharsets.UTF_8));
    }
}
