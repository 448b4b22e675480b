package io.leveret.interop.crash;

import com.rabbitmq.client.Channel;
import io.leveret.interop.crash.Event.Confirmed;
import io.leveret.interop.crash.Event.Published;
import io.leveret.interop.crash.Event.Refused;
import io.leveret.interop.crash.History.Recording;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;

/** A channel in confirm mode on which one thread publishes; what it publishes and what is confirmed is recorded. */
final class ConfirmedChannel {

    private final Channel channel;
    private final Recording recording;
    private final int publisher;
    private final ConcurrentNavigableMap<Long, Waiting> waiting = new ConcurrentSkipListMap<>();
    private int number;

    /** A message that is not confirmed yet, and what to do once it is, or is refused. */
    private record Waiting(MessageKey key, Runnable whenConfirmed, Runnable whenRefused) {}

    ConfirmedChannel(Channel channel, Recording recording, int publisher) throws IOException {
        this.channel = channel;
        this.recording = recording;
        this.publisher = publisher;
        channel.addConfirmListener(this::confirmed, this::refused);
        channel.confirmSelect();
    }

    Channel channel() {
        return channel;
    }

    /** Publishes the next message; the rest of the work is done on the connection's thread when its confirm comes. */
    void publish(Route route, boolean persistent, int bytes, Runnable whenConfirmed, Runnable whenRefused)
            throws IOException {
        MessageKey key = new MessageKey(publisher, number++);
        Message message = new Message(key, persistent, route.queues(), Message.NO_TX)
                .livingFor(route.ttlMs())
                .ranked(route.priority());
        recording.add(new Published(message));
        waiting.put(channel.getNextPublishSeqNo(), new Waiting(key, whenConfirmed, whenRefused));
        Content.publish(channel, route, message, bytes);
    }

    private void confirmed(long tag, boolean multiple) {
        for (Waiting message : taken(tag, multiple)) {
            recording.add(new Confirmed(message.key()));
            message.whenConfirmed().run();
        }
    }

    private void refused(long tag, boolean multiple) {
        for (Waiting message : taken(tag, multiple)) {
            recording.add(new Refused(message.key()));
            message.whenRefused().run();
        }
    }

    private List<Waiting> taken(long tag, boolean multiple) {
        var settled = multiple ? waiting.headMap(tag, true) : waiting.subMap(tag, true, tag, true);
        List<Waiting> taken = List.copyOf(settled.values());
        settled.clear();
        return taken;
    }

    /** Where a publish goes, which queues it reaches there, how long it lives, and before which others it comes. */
    record Route(
            String exchange,
            String routingKey,
            Map<String, Object> headers,
            List<String> queues,
            long ttlMs,
            int priority) {

        Route(String exchange, String routingKey, Map<String, Object> headers, List<String> queues) {
            this(exchange, routingKey, headers, queues, Circuit.NO_TTL, Message.NO_PRIORITY);
        }

        static Route into(Circuit circuit, long ttlMs, int priority) {
            List<String> queues = List.of(circuit.entry().queue());
            return new Route(circuit.exchange(), circuit.routingKey(), Map.of(), queues, ttlMs, priority);
        }

        static Route toQueue(String queue) {
            return new Route("", queue, Map.of(), List.of(queue));
        }

        static Route toFan() {
            return new Route(Layout.FAN, "", Map.of(), Layout.FANNED);
        }
    }
}
