package io.leveret.interop.crash;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.AlreadyClosedException;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.GetResponse;
import com.rabbitmq.client.ShutdownSignalException;
import io.leveret.interop.Patience;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What a case sees after a restart, line by line. Belongs to the test's thread. */
final class Observer {

    private final Connection connection;
    private final Channel channel;
    private final List<String> lines = new ArrayList<>();

    Observer(Connection connection) throws IOException {
        this.connection = connection;
        this.channel = connection.createChannel();
        channel.confirmSelect();
    }

    List<String> lines() {
        return lines;
    }

    /** In confirm mode. */
    Channel channel() {
        return channel;
    }

    void note(String line) {
        lines.add(line);
    }

    /** Notes "ok", or why the broker closed the channel. */
    void attempt(Action action) throws IOException {
        Channel own = connection.createChannel();
        try {
            action.on(own);
            own.abort();
            note("ok");
        } catch (IOException | AlreadyClosedException e) {
            // The latter if the broker had closed it before the client sent its next method.
            ShutdownSignalException reason = own.getCloseReason();
            if (reason == null || !(reason.getReason() instanceof AMQP.Channel.Close close)) {
                throw e;
            }
            note(close.getReplyCode() + " " + close.getReplyText());
        }
    }

    /** Notes all messages of a queue, once what was published is there. */
    void drain(String queue) throws Exception {
        drain(queue, "");
    }

    /** The same, with something in front of each. */
    void drain(String queue, String prefix) throws Exception {
        for (GetResponse got = get(queue); got != null; got = get(queue)) {
            String body = new String(got.getBody(), StandardCharsets.UTF_8);
            note(prefix + body + (got.getEnvelope().isRedeliver() ? " redelivered" : ""));
        }
    }

    @Nullable
    GetResponse get(String queue) throws Exception {
        channel.waitForConfirmsOrDie(Patience.MS);
        return channel.basicGet(queue, true);
    }

    /** Notes how many messages are ready. */
    void count(String queue) throws Exception {
        channel.waitForConfirmsOrDie(Patience.MS);
        note(queue + ": " + channel.messageCount(queue));
    }

    /** Where a dead letter died, why and how often, with the newest first, and what else its headers say of that. */
    static String deaths(Map<String, Object> headers) {
        List<String> deaths = new ArrayList<>();
        List<?> all = Objects.requireNonNull((List<?>) headers.get("x-death"));
        for (Object each : all) {
            Map<?, ?> death = (Map<?, ?>) each;
            deaths.add(death.get("queue") + " " + death.get("reason") + " " + death.get("count"));
        }
        return deaths + " first " + headers.get("x-first-death-queue") + " last " + headers.get("x-last-death-queue");
    }

    static String describe(@Nullable Object value) {
        if (value instanceof byte[] bytes) {
            return Arrays.toString(bytes);
        }
        if (value instanceof List<?> list) {
            return list.stream().map(Observer::describe).toList().toString();
        }
        if (value instanceof Map<?, ?> map) {
            Map<String, String> sorted = new TreeMap<>();
            map.forEach((key, entry) -> sorted.put(String.valueOf(key), describe(entry)));
            return sorted.toString();
        }
        return value == null ? "null" : value.getClass().getSimpleName() + " " + value;
    }

    interface Action {
        void on(Channel channel) throws IOException;
    }
}
