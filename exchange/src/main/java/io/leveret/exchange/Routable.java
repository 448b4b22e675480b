package io.leveret.exchange;

import io.leveret.amqp.BasicProperties;
import io.leveret.amqp.FieldTable;
import java.util.List;

/**
 * What of a message may decide where it goes, immutable.
 *
 * @param routingKeys the message's own, then those in its CC and BCC headers
 */
public record Routable(List<String> routingKeys, BasicProperties properties) {

    /** Of a message with one routing key and no properties. */
    public static Routable of(String routingKey) {
        return new Routable(List.of(routingKey), BasicProperties.EMPTY);
    }

    String routingKey() {
        return routingKeys.get(0);
    }

    FieldTable headers() {
        return properties.headers();
    }
}
