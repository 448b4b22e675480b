package io.leveret.interop.event;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.GetResponse;
import io.leveret.interop.Peer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A queue of all events, out of which it takes those about what one case named or opened. On a connection of its own; belongs to the
 * case's thread.
 */
final class Happened {

    private final Peer peer;
    private final Channel channel;
    private final String queue;
    private final Set<String> subjects = new LinkedHashSet<>();
    private final Map<String, String> processes = new LinkedHashMap<>();
    private final List<GetResponse> taken = new ArrayList<>();

    private Happened(Peer peer, Channel channel, String queue) {
        this.peer = peer;
        this.channel = channel;
        this.queue = queue;
        subjects.add(peer.name(""));
    }

    /** From now on. What is not the case's own name is a subject if it is given to {@link #of(String)}. */
    static Happened from(Peer peer) throws Exception {
        Channel channel = peer.connect().createChannel();
        String queue = channel.queueDeclare().getQueue();
        channel.queueBind(queue, "amq.rabbitmq.event", "#");
        Happened happened = new Happened(peer, channel, queue).of(queue);
        // The binding's own event: what happened before it has been told.
        happened.take(1);
        happened.subjects.remove(queue);
        return happened;
    }

    /** Takes events about something with that text in it, too. */
    Happened of(String subject) {
        subjects.add(subject);
        return this;
    }

    /** The keys of the next events, so many. */
    void observeKeys(int count) throws Exception {
        for (GetResponse each : take(count)) {
            peer.observe(each.getEnvelope().getRoutingKey());
        }
    }

    /** The keys, each with one header. */
    void observe(int count, String... headers) throws Exception {
        for (GetResponse each : take(count)) {
            StringBuilder line = new StringBuilder(each.getEnvelope().getRoutingKey());
            for (String header : headers) {
                Object value = each.getProps().getHeaders().get(header);
                if (value != null) {
                    line.append(" ").append(header).append("=").append(shown(header, value));
                }
            }
            peer.observe(line);
        }
    }

    /** The keys, then each header with its type. */
    void observe(int count) throws Exception {
        for (GetResponse each : take(count)) {
            peer.observe(each.getEnvelope().getRoutingKey());
            new TreeMap<>(each.getProps().getHeaders())
                    .forEach((name, value) -> peer.observe("  " + name + " = " + shown(name, value)));
        }
    }

    /** The next events, so many. */
    List<GetResponse> take(int count) throws Exception {
        peer.eventually(() -> {
            poll();
            return taken.size() >= count;
        });
        List<GetResponse> next = List.copyOf(taken.subList(0, count));
        taken.subList(0, count).clear();
        return next;
    }

    /** The keys of the next events up to the first with that one. */
    void observeKeysUntil(String last) throws Exception {
        String key = "";
        while (!key.equals(last)) {
            key = take(1).get(0).getEnvelope().getRoutingKey();
            peer.observe(key);
        }
    }

    private void poll() throws IOException {
        for (GetResponse next = channel.basicGet(queue, true); next != null; next = channel.basicGet(queue, true)) {
            if (isOurs(next)) {
                taken.add(next);
            }
        }
    }

    private boolean isOurs(GetResponse event) {
        Map<String, Object> headers = event.getProps().getHeaders();
        boolean ours = headers.values().stream()
                .map(String::valueOf)
                .anyMatch(value -> subjects.stream().anyMatch(value::contains));
        // RabbitMQ notes in such a parameter that it is about to delete an exchange.
        boolean internal = "exchange-delete-in-progress".equals(String.valueOf(headers.get("component")));
        if (ours && headers.get("pid") != null) {
            subjects.add(String.valueOf(headers.get("pid")));
        }
        return ours && !internal;
    }

    private String shown(String name, @Nullable Object value) {
        return switch (name) {
            case "timestamp_in_ms", "connected_at", "port", "peer_port" ->
                String.valueOf(value == null ? null : value.getClass().getSimpleName());
            case "node", "leader", "members" -> String.valueOf(value).replaceAll("\\w+@\\w+", "name@host");
            case "pid", "owner_pid", "channel", "connection" -> process(String.valueOf(value));
            case "error" -> text(value);
            default -> typed(value).replaceAll("[0-9.]+:\\d+ -> [0-9.]+:\\d+", "client -> server");
        };
    }

    /** By the order in which they are first told of. */
    private String process(String pid) {
        return pid.isEmpty() ? "" : processes.computeIfAbsent(pid, any -> "process " + (processes.size() + 1));
    }

    private static String text(@Nullable Object characters) {
        StringBuilder text = new StringBuilder();
        if (characters instanceof List<?> list) {
            list.forEach(each -> text.appendCodePoint(((Number) each).intValue()));
        }
        return text.toString();
    }

    private static String typed(@Nullable Object value) {
        if (value instanceof Map<?, ?> map) {
            Map<String, String> sorted = new TreeMap<>();
            map.forEach((name, each) -> sorted.put(String.valueOf(name), typed(each)));
            return sorted.toString();
        }
        if (value instanceof List<?> list) {
            return list.stream().map(Happened::typed).toList().toString();
        }
        return value instanceof Number number
                ? number.getClass().getSimpleName() + " " + number
                : String.valueOf(value);
    }
}
