package io.leveret.broker.channel;

import io.leveret.amqp.BasicProperties;
import io.leveret.amqp.FieldTable;
import io.leveret.amqp.FieldValue;
import io.leveret.amqp.OctetText;
import io.leveret.broker.message.Message;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a copy of a message in the trace exchange tells of it, in RabbitMQ's names and types. A pure function. */
final class TracedMessage {

    /** In the copy they stand in a table in its headers, which could not be read if they were deeper: then they are not told. */
    private static final int MAX_DEPTH = FieldTable.MAX_DEPTH - 2;

    private TracedMessage() {}

    /** What every copy tells, whether the message was published or delivered. */
    static FieldTable.Builder headers(Message message, List<String> routingKeys) {
        return FieldTable.builder()
                .put("exchange_name", text(message.address().exchange()))
                .put("routing_keys", texts(routingKeys))
                .put("properties", properties(message.properties()));
    }

    static List<FieldValue> texts(List<String> texts) {
        return texts.stream().map(TracedMessage::text).toList();
    }

    /** In the very octets that were sent. */
    private static FieldValue text(String text) {
        return new FieldValue.LongString(OctetText.encode(text));
    }

    private static FieldTable properties(BasicProperties properties) {
        FieldTable.Builder table = FieldTable.builder();
        put(table, "content_type", properties.contentType());
        put(table, "content_encoding", properties.contentEncoding());
        if (properties.hasHeaders() && properties.headers().depth() <= MAX_DEPTH) {
            table.put("headers", properties.headers());
        }
        if (properties.deliveryMode() > 0) {
            table.put("delivery_mode", properties.deliveryMode());
        }
        if (properties.priority() >= 0) {
            table.put("priority", properties.priority());
        }
        put(table, "correlation_id", properties.correlationId());
        put(table, "reply_to", properties.replyTo());
        put(table, "expiration", properties.expiration());
        put(table, "message_id", properties.messageId());
        if (properties.hasTimestamp()) {
            table.put("timestamp", integer(properties.timestamp()));
        }
        put(table, "type", properties.type());
        put(table, "user_id", properties.userId());
        put(table, "app_id", properties.appId());
        put(table, "cluster_id", properties.clusterId());
        return table.build();
    }

    private static void put(FieldTable.Builder table, String name, @Nullable String value) {
        if (value != null) {
            table.put(name, value);
        }
    }

    /** RabbitMQ writes 32 bits and loses what is above them. */
    private static FieldValue integer(long value) {
        return value == (int) value ? FieldValue.of((int) value) : FieldValue.of(value);
    }
}
