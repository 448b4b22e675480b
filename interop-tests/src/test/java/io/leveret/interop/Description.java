package io.leveret.interop;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Delivery;
import com.rabbitmq.client.GetResponse;
import com.rabbitmq.client.Method;
import com.rabbitmq.client.Return;
import com.rabbitmq.client.ShutdownSignalException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** How values that clients receive are written in a transcript. */
final class Description {

    private Description() {}

    static String of(@Nullable Object value) {
        if (value instanceof GetResponse got) {
            return message(got.getBody(), got.getEnvelope().isRedeliver());
        }
        if (value instanceof Delivery delivery) {
            return message(delivery.getBody(), delivery.getEnvelope().isRedeliver());
        }
        if (value instanceof Return returned) {
            return "returned " + returned.getReplyCode() + " " + returned.getReplyText() + " '" + returned.getExchange()
                    + "' '" + returned.getRoutingKey() + "': " + text(returned.getBody());
        }
        if (value instanceof ShutdownSignalException signal) {
            return Outcome.of(signal);
        }
        return answer(value);
    }

    private static String answer(@Nullable Object value) {
        if (value instanceof AMQP.Queue.DeclareOk ok) {
            return "queue " + ok.getQueue() + ": " + ok.getMessageCount() + " messages, " + ok.getConsumerCount()
                    + " consumers";
        }
        if (value instanceof AMQP.Queue.DeleteOk ok) {
            return "deleted with " + ok.getMessageCount() + " messages";
        }
        if (value instanceof AMQP.Queue.PurgeOk ok) {
            return "purged " + ok.getMessageCount() + " messages";
        }
        if (value instanceof Method method) {
            return method.protocolMethodName();
        }
        return plain(value);
    }

    private static String plain(@Nullable Object value) {
        if (value instanceof byte[] bytes) {
            return text(bytes);
        }
        if (value instanceof Map<?, ?> map) {
            Map<String, String> sorted = new TreeMap<>();
            map.forEach((key, entry) -> sorted.put(String.valueOf(key), plain(entry)));
            return sorted.toString();
        }
        if (value instanceof List<?> list) {
            return list.stream().map(Description::of).collect(Collectors.joining(", ", "[", "]"));
        }
        return String.valueOf(value);
    }

    private static String message(byte[] body, boolean redelivered) {
        return text(body) + (redelivered ? " redelivered" : "");
    }

    private static String text(byte[] body) {
        return new String(body, StandardCharsets.UTF_8);
    }
}
