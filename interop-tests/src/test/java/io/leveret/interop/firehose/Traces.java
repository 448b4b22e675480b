package io.leveret.interop.firehose;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.GetResponse;
import io.leveret.interop.Peer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A queue of what the trace exchange tells under some keys, on a connection of its own. Belongs to the case's thread. */
final class Traces {

    private final Peer peer;
    private final Channel channel;
    private final String queue;

    private Traces(Peer peer, Channel channel, String queue) {
        this.peer = peer;
        this.channel = channel;
        this.queue = queue;
    }

    /** Switches tracing on. */
    static Traces of(Peer peer, String... keys) throws Exception {
        Channel channel = peer.connect().createChannel();
        String queue = peer.queue(channel, "traces");
        for (String key : keys) {
            channel.queueBind(queue, "amq.rabbitmq.trace", key);
        }
        peer.trace();
        return new Traces(peer, channel, queue);
    }

    /** {@code key: body} and then each header with its type, for all that is there once so many are. */
    void observe(int count) throws Exception {
        peer.eventually(() -> channel.messageCount(queue) >= count);
        for (GetResponse next = next(); next != null; next = next()) {
            peer.observe(
                    next.getEnvelope().getRoutingKey() + ": " + new String(next.getBody(), StandardCharsets.UTF_8));
            new TreeMap<>(next.getProps().getHeaders())
                    .forEach((name, value) -> peer.observe("  " + name + " = " + shown(name, value)));
        }
    }

    /** Only {@code key: body}, with one header. */
    void observe(int count, String header) throws Exception {
        peer.eventually(() -> channel.messageCount(queue) >= count);
        for (GetResponse next = next(); next != null; next = next()) {
            peer.observe(next.getEnvelope().getRoutingKey() + ": "
                    + new String(next.getBody(), StandardCharsets.UTF_8) + ", " + header + " = "
                    + shown(header, next.getProps().getHeaders().get(header)));
        }
    }

    @Nullable
    GetResponse next() throws IOException {
        return channel.basicGet(queue, true);
    }

    private static String shown(String name, @Nullable Object value) {
        return switch (name) {
            // Both are another each time; what they are made of is not.
            case "connection" -> String.valueOf(value).replaceAll("[0-9.]+:\\d+ -> [0-9.]+:\\d+", "client -> server");
            case "node" -> String.valueOf(value).replaceAll("^\\w+@\\w+$", "name@host");
            case "routed_queues" -> typed(value instanceof List<?> queues ? sorted(queues) : value);
            default -> typed(value);
        };
    }

    /** RabbitMQ's order is that of a hash. */
    private static List<String> sorted(Collection<?> values) {
        return values.stream().map(String::valueOf).sorted().toList();
    }

    private static String typed(@Nullable Object value) {
        if (value instanceof Map<?, ?> map) {
            Map<String, String> sorted = new TreeMap<>();
            map.forEach((name, each) -> sorted.put(String.valueOf(name), typed(each)));
            return sorted.toString();
        }
        if (value instanceof List<?> list) {
            return list.stream().map(Traces::typed).toList().toString();
        }
        return value instanceof Number number
                ? number.getClass().getSimpleName() + " " + number
                : String.valueOf(value);
    }
}
